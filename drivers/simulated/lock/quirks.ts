/**
 * Everything in which ZCL locks differ from one another. {@link specQuirks} is a lock that follows
 * the specification to the letter; profiles and tests override single switches.
 */
export interface Quirks {
  /** Endpoint of the application (Kwikset 2, Onesti 11). */
  readonly endpoint: number;

  // What the lock can hold.
  readonly pinUsers: number;
  /** The number that attribute 0x0012 reports; null = the true one. */
  readonly reportedPinUsers: number | null;
  readonly rfidUsers: number;
  /**
   * Limit of PIN and RFID users together. Beyond it the lock answers a set with 2 (memory full).
   */
  readonly totalUsers: number;
  /** First user id: by the specification 0, on some locks 1. The last is `firstUserId + pinUsers - 1`. */
  readonly firstUserId: number;
  /** Ids inside the range that the vendor keeps for himself; setting them is refused. */
  readonly reservedUserIds: readonly number[];
  readonly minPinLength: number;
  readonly maxPinLength: number;
  readonly minRfidLength: number;
  readonly maxRfidLength: number;
  /** 0 = the lock does not know the commands (0x81). */
  readonly weekDaySchedulesPerUser: number;
  readonly yearDaySchedulesPerUser: number;
  readonly holidaySchedules: number;
  /** Size of the log; 0 = no log. */
  readonly logRecords: number;
  readonly hasDoorSensor: boolean;
  readonly hasAlarms: boolean;
  /** Bit n = operating mode n. */
  readonly supportedOperatingModes: number;
  /** Door Lock commands that get 0x81 although the rest of the profile would allow them. */
  readonly unsupportedCommands: readonly number[];

  // Clock.
  /** `client` asks the coordinator, `server` is written to, `absent` has none. */
  readonly clock: "client" | "server" | "absent";
  /** `strict` takes a time only from a master or synchronised source (timeStatus bits 0 and 1). */
  readonly timeSource: "any" | "strict";
  /** Events and log records always carry 0xFFFFFFFF, whatever the clock says (ID Lock). */
  readonly isEventTimeAlwaysUnknown: boolean;

  // Radio habits.
  readonly isSleepy: boolean;
  /** Long poll of a sleepy lock, ms. */
  readonly longPollMs: number;
  /** Poll Control check-in, quarter seconds; 0 = never, null = no Poll Control cluster. */
  readonly checkInQuarterSeconds: number | null;
  /** How long a sleepy lock polls fast after it has joined, ms. */
  readonly awakeAfterJoinMs: number;
  /** Reports, events and alarms go out only for bound clusters. */
  readonly needsBinding: boolean;

  // Answers.
  /** Every answer waits this long, uniformly between the two, ms. */
  readonly answerDelayMs: readonly [min: number, max: number];
  /** Delay of Door Lock answers, ms. The lock acts before the delay. null = no delay. */
  readonly lateAnswerMs: number | null;
  /** Door Lock answers have a sequence number of their own. */
  readonly hasWrongAnswerSequence: boolean;
  /** Copies of each Door Lock answer after the first one. */
  readonly extraAnswers: number;
  /** Set and clear answer 1 for success and 0 for failure. */
  readonly isStatusInverted: boolean;
  /** `failureForAll`: every refusal is status 1, also duplicates and a full memory. */
  readonly refusals: "spec" | "failureForAll";

  // Codes.
  /** `ignored`: answered with 0, nothing is stored (YMF40A). */
  readonly setPin: "stores" | "ignored";
  /** What follows a set or clear over the air; `eventOnly`: a programming event instead of a response. */
  readonly setPinAnswer: "response" | "eventOnly";
  /** SetPIN on an occupied slot is refused: clear first. */
  readonly refusesOccupiedSlot: boolean;
  /** SetPIN with the code that is in the slot already: stored again, or refused with status 3 or 2. */
  readonly ownCode: "stores" | "duplicate" | "full";
  /** A code that another user has already is stored as well. */
  readonly takesDuplicates: boolean;
  /** SetPIN makes the user unrestricted, whatever type was asked. */
  readonly setPinResetsType: boolean;
  /** SetPIN on an occupied slot drops its schedules. */
  readonly setPinDropsSchedules: boolean;
  /** Clearing a slot leaves its schedules: they count again for the next code in it. */
  readonly clearPinLeavesSchedules: boolean;
  /** 1111, 1234 and the like are refused. */
  readonly refusesSimplePins: boolean;
  /** GetPIN: answered, masked whatever sendPinOta says, answered without its code field, never answered. */
  readonly getPin: "answers" | "masked" | "withoutCode" | "silent";
  /** ClearPIN: `silent` is carried out and never answered, `refused` leaves the code (status 1). */
  readonly clearPin: "answers" | "silent" | "refused";
  /** Set User Status: `ignored` is answered with 0 and changes nothing. */
  readonly setUserStatus: "stores" | "ignored";
  /** An empty slot is read as occupied with this code; null = status 0, type FF, no code. */
  readonly fakeEmptyCode: string | null;
  readonly sendPinOverTheAir: "writable" | "readOnly" | "unsupported";
  readonly isPinSentByDefault: boolean;
  /** Setting a schedule sets the user's type as well. */
  readonly scheduleSetsUserType: boolean;
  /** `singleDay`: a week-day schedule with more than one day is refused. */
  readonly weekDayMask: "any" | "singleDay";
  /** Nothing stored: status alone (spec), fields of zeros after it, or not even a status. */
  readonly missingSchedule: "statusOnly" | "padded" | "withoutStatus";

  // Events.
  readonly operationEvents: "all" | "noWrongPin" | "none";
  readonly programmingEvents: "all" | "keypadOnly" | "none";
  readonly masks: "writable" | "readOnly" | "unsupported";
  /** By the specification masks begin at 0 and nothing is sent until they are written. */
  readonly initialMasks: "all" | "none";
  /** Events end with the optional `data` string. */
  readonly hasEventDataField: boolean;
  /** Copies of each event after the first one. */
  readonly extraEvents: number;
  /**
   * Delays after which the lock reports a write by radio again, as an edit at the keypad, ms (ID Lock 150:
   * 2000, 4000).
   */
  readonly keypadEchoesMs: readonly number[];
  /** Events ask for a default response and are repeated up to 3 times, 1 s apart, until it comes. */
  readonly wantsDefaultResponse: boolean;
  /** Which goes first; the other follows after `eventGapMs`. */
  readonly eventOrder: "eventFirst" | "stateReportFirst";
  readonly eventGapMs: number;
  /** Programming events carry `userId << 8` (iRevo). */
  readonly isProgrammingUserIdShifted: boolean;
  /** User id for all users when all codes are deleted: 0xFFFF, 0xFF (Yale), 0 (ID Lock). */
  readonly allUsersId: number;
  /** User id of operations without a user: 0xFFFF (Yale) or 0. */
  readonly noUserId: number;
  /** The code of a programming event is in `data`, its own field is empty (ID Lock). */
  readonly isProgrammingPinInData: boolean;
  /** Onesti: attributes 0x0100 / 0x0101 are reported instead of operation events. */
  readonly activityAttributes: "none" | "ascii" | "bcd";

  /** Yunding: LockState is always "locked"; the vendor's own frames report the bolt. */
  readonly hasVendorStateFrames: boolean;
  /** The id of a user's first schedule; one below it is refused. */
  readonly firstScheduleId: 0 | 1;

  /** Units of batteryPercentageRemaining per percent: 2 by the specification, 1 on some Yale. */
  readonly batteryUnitsPerPercent: 1 | 2;
}

/** A lock that follows the specification; its masks are on, so that it sends events from the start. */
export const specQuirks: Quirks = {
  endpoint: 1,
  pinUsers: 30,
  reportedPinUsers: null,
  rfidUsers: 10,
  totalUsers: 40,
  firstUserId: 0,
  reservedUserIds: [],
  minPinLength: 4,
  maxPinLength: 8,
  minRfidLength: 4,
  maxRfidLength: 20,
  weekDaySchedulesPerUser: 0,
  yearDaySchedulesPerUser: 0,
  holidaySchedules: 0,
  logRecords: 0,
  hasDoorSensor: false,
  hasAlarms: true,
  supportedOperatingModes: 0b11111,
  unsupportedCommands: [],
  clock: "client",
  timeSource: "any",
  isEventTimeAlwaysUnknown: false,
  isSleepy: false,
  longPollMs: 1_000,
  checkInQuarterSeconds: null,
  awakeAfterJoinMs: 60_000,
  needsBinding: true,
  answerDelayMs: [0, 0],
  lateAnswerMs: null,
  hasWrongAnswerSequence: false,
  extraAnswers: 0,
  isStatusInverted: false,
  refusals: "spec",
  setPin: "stores",
  setPinAnswer: "response",
  refusesOccupiedSlot: false,
  ownCode: "stores",
  takesDuplicates: false,
  setPinResetsType: false,
  setPinDropsSchedules: false,
  clearPinLeavesSchedules: false,
  setUserStatus: "stores",
  refusesSimplePins: false,
  getPin: "answers",
  clearPin: "answers",
  fakeEmptyCode: null,
  sendPinOverTheAir: "writable",
  isPinSentByDefault: true,
  scheduleSetsUserType: false,
  weekDayMask: "any",
  missingSchedule: "statusOnly",
  operationEvents: "all",
  programmingEvents: "all",
  masks: "writable",
  initialMasks: "all",
  hasEventDataField: true,
  extraEvents: 0,
  keypadEchoesMs: [],
  wantsDefaultResponse: false,
  eventOrder: "eventFirst",
  eventGapMs: 0,
  isProgrammingUserIdShifted: false,
  allUsersId: 0xffff,
  noUserId: 0xffff,
  isProgrammingPinInData: false,
  activityAttributes: "none",
  hasVendorStateFrames: false,
  firstScheduleId: 0,
  batteryUnitsPerPercent: 2,
};

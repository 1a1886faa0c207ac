/**
 * The words of the ZCL Door Lock cluster (0x0101), used everywhere inside latchd.
 * Numbers on the wire are mapped to these words in one codec (`drivers/zigbee`), nowhere else.
 */

/** A lock's identity everywhere: its IEEE address as `0x` and 16 lower-case hex digits. */
export type LockId = `0x${string}`;

const lockIdPattern = /^0x[0-9a-f]{16}$/;

export function isLockId(text: string): text is LockId {
  return lockIdPattern.test(text);
}

/** A PIN slot on a lock as it goes over the air, never shifted: 0 … 0xFFFE. */
export type UserId = number;

/** ZCL user status: 0, 1, 2, 3 on the wire. Only the two occupied ones can be set. */
export type UserStatus = "available" | "occupiedEnabled" | "reserved" | "occupiedDisabled";

/** ZCL user type: 0 … 4 on the wire. */
export type UserType = "unrestricted" | "yearDay" | "weekDay" | "master" | "nonAccess";

/** Who or what worked the lock: 0, 1, 2, 3, and the vendors' 4 and 5. */
export type OperationSource =
  | "keypad"
  | "rf"
  | "manual"
  | "rfid"
  | "fingerprint"
  | "bluetooth"
  | "self"
  | "indeterminate";

/** Operation event codes 0x00 … 0x0F. */
export type OperationCode =
  | "unknown"
  | "lock"
  | "unlock"
  | "lockFailurePinId"
  | "lockFailureSchedule"
  | "unlockFailurePinId"
  | "unlockFailureSchedule"
  | "oneTouchLock"
  | "keyLock"
  | "keyUnlock"
  | "autoLock"
  | "scheduleLock"
  | "scheduleUnlock"
  | "manualLock"
  | "manualUnlock"
  | "nonAccessUser";

/** Programming event codes 0x00 … 0x06. */
export type ProgrammingCode =
  | "unknown"
  | "masterCodeChanged"
  | "pinCodeAdded"
  | "pinCodeDeleted"
  | "pinCodeChanged"
  | "rfidCodeAdded"
  | "rfidCodeDeleted";

/** lockState 0x0000. `notFullyLocked` is never to be told as an opening. */
export type LockState = "notFullyLocked" | "locked" | "unlocked" | "undefined";

/** doorState 0x0003. */
export type DoorState = "open" | "closed" | "jammed" | "forcedOpen" | "unspecified" | "undefined";

/** Alarms cluster 0x0009, `alarm` for cluster 0x0101. */
export type LockAlarm =
  | "deadboltJammed"
  | "resetToFactory"
  | "rfModulePowerCycled"
  | "wrongCodeEntryLimit"
  | "frontEscutcheonRemoved"
  | "doorForcedOpen";

/**
 * A week-day schedule (0x0B): inside one day, on the days of the mask.
 * `daysMask` bit 0 is Sunday … bit 6 Saturday. The end is later than the start, on the same day.
 */
export interface WeekDaySchedule {
  readonly daysMask: number;
  readonly startHour: number;
  readonly startMinute: number;
  readonly endHour: number;
  readonly endMinute: number;
}

/** A year-day schedule (0x0E): ZigBee local time, seconds since 2000-01-01 00:00 at the lock's place. */
export interface YearDaySchedule {
  readonly localStartSeconds: number;
  readonly localEndSeconds: number;
}

/** ZCL statuses with which a lock refuses; `other` keeps the number for the log. */
export type RefusalStatus =
  | "failure"
  | "memoryFull"
  | "duplicateCode"
  | "invalidField"
  | "notFound"
  | "notAuthorized"
  | "other";

/** How a lock answers Get PIN Code, learned by probing: `unknown` until it was tried. */
export type PinReadBack = "readable" | "masked" | "silent" | "unknown";

/** A capability that is proved by trying it; one bad read never turns `yes` into `no`. */
export type Proven = "yes" | "no" | "unknown";

/** What batteryPercentageRemaining counts in: the ZCL's half percent, or whole percent. */
export type BatteryUnit = "halfPercent" | "wholePercent";

/** Where a capability comes from: shown by the lock itself, known of its model, or taken for lack of better. */
export type Basis = "lock" | "model" | "assumed";

/** What one lock can do, found at pairing (`reference: ZCL Door Lock attributes 0x0010–0x0047`). */
export interface Capabilities {
  /** ZCL endpoint with the Door Lock cluster. */
  readonly endpoint: number;
  /** numOfPinUsersSupported (0x0012); 0 = the lock keeps no PIN codes over the air. */
  readonly pinUsers: number;
  /** How `pinUsers` is known; absent = paired by an older latchd. */
  readonly pinUsersBasis?: Basis;
  /** The user ids latchd may give to passwords, both inclusive. */
  readonly firstUserId: UserId;
  readonly lastUserId: UserId;
  /** User ids inside that range that belong to the vendor (masters, RFID bands, service codes). */
  readonly reservedUserIds: readonly UserId[];
  readonly minPinLength: number;
  readonly maxPinLength: number;
  readonly weekDaySchedulesPerUser: number;
  readonly yearDaySchedulesPerUser: number;
  readonly holidaySchedules: number;
  /** numOfLockRecordsSupported (0x0010); 0 = no log. */
  readonly logRecords: number;
  readonly pinReadBack: PinReadBack;
  /** `no`: the lock answered Set PIN Code with UNSUP_CLUSTER_COMMAND and never took a code; absent = not known. */
  readonly setsPinCodes?: "no";
  /** Does setUserStatus(occupiedDisabled) work? */
  readonly userStatus: Proven;
  /** Get User Status tells what a slot holds, although {@link userStatus} is `no`; absent = it is as `userStatus` says. */
  readonly showsUserStatus?: boolean;
  /** Does the lock send operation and programming events? */
  readonly operationEvents: Proven;
  readonly programmingEvents: Proven;
  /** Alarms cluster bound. */
  readonly alarms: Proven;
  readonly requiresPinForRf: boolean;
  /** `server`: the clock is written to the lock; `client`: the lock asks; `absent`: it has none. */
  readonly clock: "server" | "client" | "absent";
  /** Sleeps between polls: a frame waits in its parent. */
  readonly isSleepy: boolean;
  /** Poll Control check-in in ms; null without Poll Control or when switched off. */
  readonly checkInMs: number | null;
  /** Longest time in ms between two lockState reports that were agreed; null when reporting was refused. */
  readonly reportMs: number | null;
  /** Least time in ms between two commands to this lock. */
  readonly spacingMs: number;
  /** What the battery is counted in, and how that is known; absent = paired by an older latchd. */
  readonly batteryUnit?: BatteryUnit;
  readonly batteryUnitBasis?: Basis;
  /** How `isSleepy` is known: `assumed` for a lock that claims to listen all the time and has not shown it. */
  readonly isSleepyBasis?: Basis;
  /** Questions in a row that the lock answered at once after a long silence: enough of them prove it awake. */
  readonly promptAnswers?: number;
  /** First user id of codes that people make at the door, read but never given; absent = `firstUserId`. */
  readonly peoplesFirstUserId?: UserId;
  /**
   * Whether status 0 of Set and Clear PIN Code means success, as the ZCL says, or failure: shown by what
   * the slot held afterwards. Absent = not shown yet.
   */
  readonly statusMeaning?: "zcl" | "inverted";
  /** Writes that were answered as refused and had been carried out, while nothing else was shown. */
  readonly invertedAnswers?: number;
  /** `vendorFrames`: LockState proves nothing, the vendor's own frames do. */
  readonly lockStateSource?: "reports" | "vendorFrames";
}

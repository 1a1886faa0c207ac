/**
 * The terms of the ZCL Door Lock cluster (0x0101), used everywhere inside latchd.
 * Only the codec in `drivers/zigbee` maps the numbers of the wire to these terms.
 */

/** Identifies a lock: its IEEE address as `0x` and 16 lower-case hex digits. */
export type LockId = `0x${string}`;

const lockIdPattern = /^0x[0-9a-f]{16}$/;

export function isLockId(text: string): text is LockId {
  return lockIdPattern.test(text);
}

/** The number of a PIN slot exactly as the lock uses it: 0 … 0xFFFE. */
export type UserId = number;

/** ZCL user status: 0, 1, 2, 3 on the wire. Only the two occupied ones can be set. */
export type UserStatus = "available" | "occupiedEnabled" | "reserved" | "occupiedDisabled";

/** ZCL user type: 0 … 4 on the wire. */
export type UserType = "unrestricted" | "yearDay" | "weekDay" | "master" | "nonAccess";

/** Who or what operated the lock: 0, 1, 2, 3, and the vendors' 4 and 5. */
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

/** lockState 0x0000. `notFullyLocked` must never be reported as an opening. */
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

/** A year-day schedule (0x0E): ZigBee local time, seconds since 2000-01-01 00:00 in the lock's time zone. */
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

/** How a lock answers Get PIN Code. Probing finds it out: it is `unknown` until then. */
export type PinReadBack = "readable" | "masked" | "silent" | "unknown";

/** A capability that is proved by trying it. One bad answer never turns `yes` into `no`. */
export type Proven = "yes" | "no" | "unknown";

/** What batteryPercentageRemaining counts in: the ZCL's half percent, or whole percent. */
export type BatteryUnit = "halfPercent" | "wholePercent";

/** How a capability is known: the lock showed it, its model is known to have it, or latchd assumes it. */
export type Basis = "lock" | "model" | "assumed";

/** What one lock can do, found at pairing (ZCL Door Lock attributes 0x0010–0x0047). */
export interface Capabilities {
  /** ZCL endpoint with the Door Lock cluster. */
  readonly endpoint: number;
  /** numOfPinUsersSupported (0x0012); 0 = the lock takes no PIN codes by radio. */
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
  /** Whether setUserStatus(occupiedDisabled) works. */
  readonly userStatus: Proven;
  /**
   * Get User Status shows whether a slot has a code, although {@link userStatus} is `no`. Absent = as `userStatus`
   * says.
   */
  readonly showsUserStatus?: boolean;
  /** Whether the lock sends operation and programming events. */
  readonly operationEvents: Proven;
  readonly programmingEvents: Proven;
  /** Whether the Alarms cluster is bound. */
  readonly alarms: Proven;
  readonly requiresPinForRf: boolean;
  /** `server`: latchd writes the lock's clock. `client`: the lock asks for the time. `absent`: it has no clock. */
  readonly clock: "server" | "client" | "absent";
  /** The lock sleeps between polls: its parent stores frames for it. */
  readonly isSleepy: boolean;
  /** Interval of the Poll Control check-ins, ms; null without Poll Control, or if check-ins are off. */
  readonly checkInMs: number | null;
  /** Longest time between two lockState reports, as configured, ms; null = the lock refused to report. */
  readonly reportMs: number | null;
  /** Shortest time between two commands to this lock, ms. */
  readonly spacingMs: number;
  /** The unit of the battery value, and how it is known. Absent = paired by an older latchd. */
  readonly batteryUnit?: BatteryUnit;
  readonly batteryUnitBasis?: Basis;
  /** How `isSleepy` is known. `assumed`: the lock claims to listen all the time and has not shown it yet. */
  readonly isSleepyBasis?: Basis;
  /**
   * Consecutive requests after a long silence that the lock answered at once. Enough of them prove that it does not
   * sleep.
   */
  readonly promptAnswers?: number;
  /**
   * First user id of the codes that people make at the keypad. latchd reads these slots and never assigns them.
   * Absent = `firstUserId`.
   */
  readonly peoplesFirstUserId?: UserId;
  /**
   * Whether status 0 of Set and Clear PIN Code means success, as the ZCL says, or failure. What the slot
   * contained afterwards shows it. Absent = not shown yet.
   */
  readonly statusMeaning?: "zcl" | "inverted";
  /** Writes that the lock performed although it answered with a refusal, counted until `statusMeaning` is known. */
  readonly invertedAnswers?: number;
  /** `vendorFrames`: LockState proves nothing, the vendor's own frames do. */
  readonly lockStateSource?: "reports" | "vendorFrames";
}

import type {
  Capabilities,
  DoorState,
  LockAlarm,
  LockId,
  LockState,
  OperationCode,
  OperationSource,
  ProgrammingCode,
  RefusalStatus,
  UserId,
  UserStatus,
  UserType,
  WeekDaySchedule,
  YearDaySchedule,
} from "../daemon/core/door-lock.ts";
import type { PinCode } from "../daemon/core/secret.ts";

/** Arguments of every operation on a lock. The operation union and the performers derive from it. */
export interface OperationArgs {
  setPinCode: {
    readonly userId: UserId;
    readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
    readonly userType: UserType;
    readonly pinCode: PinCode;
  };
  getPinCode: { readonly userId: UserId };
  clearPinCode: { readonly userId: UserId };
  setUserStatus: {
    readonly userId: UserId;
    readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
  };
  getUserStatus: { readonly userId: UserId };
  setUserType: { readonly userId: UserId; readonly userType: UserType };
  getUserType: { readonly userId: UserId };
  setWeekDaySchedule: {
    readonly scheduleId: number;
    readonly userId: UserId;
    readonly schedule: WeekDaySchedule;
  };
  getWeekDaySchedule: { readonly scheduleId: number; readonly userId: UserId };
  clearWeekDaySchedule: { readonly scheduleId: number; readonly userId: UserId };
  setYearDaySchedule: {
    readonly scheduleId: number;
    readonly userId: UserId;
    readonly schedule: YearDaySchedule;
  };
  getYearDaySchedule: { readonly scheduleId: number; readonly userId: UserId };
  clearYearDaySchedule: { readonly scheduleId: number; readonly userId: UserId };
  lockDoor: { readonly pinCode: PinCode | null };
  unlockDoor: { readonly pinCode: PinCode | null };
  getLogRecord: { readonly logIndex: number };
  /** Reads lockState (0x0000), doorState (0x0003) and batteryPercentageRemaining (0x0001/0x0021). */
  readState: Record<never, never>;
  /** Writes the lock's own clock (Time cluster 0x000A as server on the lock). */
  writeTime: {
    readonly utcSeconds: number;
    readonly zoneSeconds: number;
    readonly dstSeconds: number;
  };
  /** Reads it back: seconds since 2000-01-01 UTC, null = not set. */
  readTime: Record<never, never>;
}

export type OperationName = keyof OperationArgs;

/** One operation as plain data. */
export type LockOperation = {
  [K in OperationName]: { readonly name: K } & OperationArgs[K];
}[OperationName];

/** What Get PIN Code brought. `masked`: there is a code, its digits were hidden (all 0xFF). */
export type PinReading =
  | { readonly kind: "empty" }
  | {
      readonly kind: "occupied";
      readonly pinCode: PinCode | "masked";
      readonly userStatus: UserStatus;
      readonly userType: UserType;
    };

/** A record of the lock's own log (0x04). */
export interface LogReading {
  readonly logEntryId: number;
  /** ZigBee local time in seconds since 2000; null = the lock had no clock. */
  readonly localSeconds: number | null;
  readonly eventType: "operation" | "programming" | "alarm" | "other";
  readonly source: number;
  readonly eventCode: number;
  readonly userId: UserId | null;
}

export interface OperationReplies {
  setPinCode: null;
  getPinCode: PinReading;
  clearPinCode: null;
  setUserStatus: null;
  getUserStatus: UserStatus;
  setUserType: null;
  getUserType: UserType;
  setWeekDaySchedule: null;
  getWeekDaySchedule: WeekDaySchedule | null;
  clearWeekDaySchedule: null;
  setYearDaySchedule: null;
  getYearDaySchedule: YearDaySchedule | null;
  clearYearDaySchedule: null;
  lockDoor: null;
  unlockDoor: null;
  getLogRecord: LogReading;
  readState: {
    readonly lockState: LockState | null;
    readonly doorState: DoorState | null;
    readonly batteryPercent: number | null;
  };
  writeTime: null;
  readTime: number | null;
}

/**
 * How an operation ended. A refusal is a value. `unreachable` says nothing about whether the lock
 * acted: after it the slot must be read before it is written again, unless `wasSent` is false.
 */
export type Outcome<K extends OperationName = OperationName> =
  | { readonly kind: "done"; readonly reply: OperationReplies[K] }
  | { readonly kind: "refused"; readonly status: RefusalStatus; readonly statusCode: number }
  /** The lock does not know the command (0x81) or the attribute (0x86). */
  | { readonly kind: "unsupported" }
  /** An answer came that cannot be read. */
  | { readonly kind: "unreadable" }
  | {
      readonly kind: "unreachable";
      readonly cause: "timeout" | "noRoute" | "asleep" | "stickOffline" | "aborted";
      readonly wasSent: boolean;
    };

/** What a lock is, as found by interview and probing. */
export interface LockDescription {
  readonly lock: LockId;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly capabilities: Capabilities;
}

/** A lock's own word. `null` user id = nobody or not told (0xFFFF). */
export type LockEvent =
  | {
      readonly kind: "operationEvent";
      readonly source: OperationSource;
      readonly code: OperationCode;
      readonly userId: UserId | null;
      /** ZigBee local seconds since 2000; null = the lock has no clock or did not say. */
      readonly localSeconds: number | null;
    }
  | {
      readonly kind: "programmingEvent";
      readonly source: OperationSource;
      readonly code: ProgrammingCode;
      /** `all` where the lock says that every user is concerned (0xFF / 0xFFFF with a deletion). */
      readonly userId: UserId | "all" | null;
      readonly pinCode: PinCode | "masked" | null;
      readonly userType: UserType | null;
      readonly userStatus: UserStatus | null;
      readonly localSeconds: number | null;
    }
  | { readonly kind: "alarm"; readonly alarm: LockAlarm }
  /** Alarms of the Power Configuration cluster: counts as a report of 10 percent. */
  | { readonly kind: "batteryLowAlarm" }
  | { readonly kind: "lockState"; readonly lockState: LockState }
  | { readonly kind: "doorState"; readonly doorState: DoorState }
  | { readonly kind: "battery"; readonly percent: number }
  /** Any frame at all, once per frame and before the event it carries: the lock is there and awake. */
  | { readonly kind: "heard" };

/** Steps of pairing, in the order they happen; `refused`, `failed` and `paired` are the last of one device. */
export type PairingStep =
  | { readonly step: "joined"; readonly device: LockId }
  | { readonly step: "interviewing"; readonly device: LockId }
  | { readonly step: "probing"; readonly device: LockId; readonly model: string }
  | {
      readonly step: "paired";
      readonly device: LockId;
      readonly description: LockDescription;
      /** What was found in the slots that were read, by user id; slots behind the last one were not read. */
      readonly slots: ReadonlyMap<UserId, PinReading>;
    }
  | { readonly step: "refused"; readonly device: LockId; readonly reason: string }
  | { readonly step: "failed"; readonly device: LockId; readonly reason: string };

/** State of the radio. `offline` carries a code to act on and a sentence for people. */
export type RadioState =
  | { readonly kind: "starting" }
  | {
      readonly kind: "online";
      readonly firmware: string;
      readonly channel: number;
      readonly panId: number;
    }
  | { readonly kind: "offline"; readonly cause: RadioFault; readonly detail: string };

export type RadioFault =
  | "stickMissing"
  | "stickBusy"
  | "noPermission"
  | "notACoordinator"
  | "stickSilent"
  | "stickLost"
  /** Going on would form a new network over one that has locks (DESIGN invariant 8). */
  | "networkMismatch"
  | "stopped";

export interface DriverListener {
  lockEvent(lock: LockId, event: LockEvent): void;
  pairing(step: PairingStep): void;
  /** The lock left the network; its records stay. */
  left(lock: LockId): void;
  radio(state: RadioState): void;
}

/** What latchd asks of a lock driver. All methods may be called in any radio state. */
export interface LockDriver {
  /**
   * Begins to bring the radio up and keeps it up: reconnects by itself (2 s … 60 s between tries).
   * Resolves at once; the listener's `radio` tells how it goes.
   * @param knownLocks locks the store holds: with any, no new network may ever be formed.
   */
  start(listener: DriverListener, knownLocks: readonly LockId[]): Promise<void>;
  /** Ends everything; pending operations end as `unreachable`, `aborted`. */
  stop(): Promise<void>;
  radioState(): RadioState;
  /**
   * Performs one operation within `deadlineMs`; never throws for what a lock or the air does.
   * One operation at a time per lock is the caller's rule.
   */
  perform<K extends OperationName>(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: {
      readonly deadlineMs: number;
      readonly endpoint: number;
      readonly signal?: AbortSignal;
    },
  ): Promise<Outcome<K>>;
  /** Opens the network for joining, 1 … 254 s, for one device if `expected` is given; 0 closes it. */
  permitJoin(seconds: number, expected?: LockId): Promise<void>;
  /** Makes an install code known (any text form herdsman reads); the join still has to be permitted. */
  addInstallCode(text: string): Promise<void>;
  /** Tells the lock to leave and forgets it. `wasTold` is false when it could not be reached. */
  remove(lock: LockId): Promise<{ readonly wasTold: boolean }>;
}

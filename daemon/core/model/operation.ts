import type {
  DoorState,
  LockState,
  OperationCode,
  OperationSource,
  RefusalStatus,
  UserId,
  UserStatus,
  UserType,
  WeekDaySchedule,
  YearDaySchedule,
} from "./door-lock.ts";
import type { PinCode } from "./secret.ts";

/** Arguments of every operation on a lock. The operation union and the executors derive from it. */
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

/** The answer to Get PIN Code. `masked`: there is a code, and the lock hides its digits (all 0xFF). */
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
  /** What was done; null when the entry is of another type. */
  readonly operation: { readonly source: OperationSource; readonly code: OperationCode } | null;
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
    /** batteryPercentageRemaining as it was sent. */
    readonly batteryRaw?: number | null;
  };
  writeTime: null;
  readTime: number | null;
}

/**
 * How an operation ended. A refusal is a value. After `unreachable` nobody knows whether the lock acted:
 * the slot must be read before it is written again, unless `wasSent` is false.
 */
export type Outcome<K extends OperationName = OperationName> =
  | { readonly kind: "done"; readonly reply: OperationReplies[K] }
  | { readonly kind: "refused"; readonly status: RefusalStatus; readonly statusCode: number }
  /** The lock does not know the command (0x81) or the attribute (0x86). */
  | { readonly kind: "unsupported" }
  /** The lock's answer cannot be decoded. */
  | { readonly kind: "unreadable" }
  | {
      readonly kind: "unreachable";
      readonly cause: "timeout" | "noRoute" | "asleep" | "stickOffline" | "aborted";
      readonly wasSent: boolean;
    };

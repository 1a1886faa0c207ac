import type {
  DoorState,
  LockAlarm,
  LockState,
  OperationCode,
  OperationSource,
  ProgrammingCode,
  UserId,
  UserStatus,
  UserType,
} from "./door-lock.ts";
import type { PinCode } from "./secret.ts";

/** What a lock reports by itself. A `null` user id = nobody, or the lock did not say (0xFFFF). */
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
      /** `all`: the event concerns every user (0xFF / 0xFFFF with a deletion). */
      readonly userId: UserId | "all" | null;
      readonly pinCode: PinCode | "masked" | null;
      readonly userType: UserType | null;
      readonly userStatus: UserStatus | null;
      readonly localSeconds: number | null;
    }
  | { readonly kind: "alarm"; readonly alarm: LockAlarm }
  /**
   * The lock's own flag for a low battery (Power Configuration: an alarm, or BatteryAlarmState 0x003E).
   * `isOver`: the lock cleared the flag. It counts only for a lock that reports no percentage.
   */
  | { readonly kind: "batteryLowAlarm"; readonly isOver?: true }
  | { readonly kind: "lockState"; readonly lockState: LockState }
  | { readonly kind: "doorState"; readonly doorState: DoorState }
  /**
   * `raw` is batteryPercentageRemaining as it was sent; absent if there is none. The unit that the lock has
   * proved is applied to it.
   */
  | { readonly kind: "battery"; readonly percent: number; readonly raw?: number }
  /**
   * More came than the gateway could store: newer events of the same kind stand for these.
   * `unlockReports`: reports of an unlocked state, which are openings of a lock that sends no operation events.
   */
  | {
      readonly kind: "folded";
      readonly operations: readonly { readonly code: OperationCode; readonly count: number }[];
      readonly unlockReports: number;
    }
  /** Any frame, once per frame and before the event that it carries: the lock is present and awake. */
  | { readonly kind: "heard" };

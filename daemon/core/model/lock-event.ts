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
  /**
   * The lock's own flag for a low battery (Power Configuration: an alarm, or BatteryAlarmState 0x003E).
   * `isOver`: the flag is down. It counts only for a lock that tells no percentage.
   */
  | { readonly kind: "batteryLowAlarm"; readonly isOver?: true }
  | { readonly kind: "lockState"; readonly lockState: LockState }
  | { readonly kind: "doorState"; readonly doorState: DoorState }
  /**
   * `raw` is batteryPercentageRemaining as it was sent: what the lock has proved of its scale is applied to
   * it; absent where there is none.
   */
  | { readonly kind: "battery"; readonly percent: number; readonly raw?: number }
  /** Any frame at all, once per frame and before the event it carries: the lock is there and awake. */
  | { readonly kind: "heard" };

import type { LockId, UserId } from "./door-lock.ts";
import type { OperationName } from "./operation.ts";
import type { PasswordId } from "./password.ts";
import type { Requester } from "./requester.ts";

/**
 * How a read compares with what the slot must contain. `masked`: the lock hides the digits of the code.
 * `silent`: the answer shows nothing.
 */
export type ReadBack = "equal" | "different" | "masked" | "empty" | "silent";

/** One operation on a lock as the radio log shows it, without codes and names. */
export interface RadioEntry {
  readonly lock: LockId;
  /** The Door Lock command, or the other read or write. */
  readonly command: OperationName;
  readonly userId?: UserId;
  readonly scheduleId?: number;
  /** The password that had the slot. */
  readonly passwordId?: PasswordId;
  /** Transaction sequence number of the ZCL frame (of the first, if there were two); absent = none left the gateway. */
  readonly tsn?: number;
  /** `success`, the lock's refusal, or why there was no answer. */
  readonly status: string;
  readonly read?: ReadBack;
  /** Since this operation the lock is known to have the desired state: it showed or reported it. */
  readonly isConfirmed?: true;
  /** Absent for operations that the gateway starts by itself. */
  readonly asked?: Requester;
}

/** An entry as it is stored, numbered from 1; `hash` chains it to the entry before. */
export interface RadioRecord extends RadioEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly hash: string;
}

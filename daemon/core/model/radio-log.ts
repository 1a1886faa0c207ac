import type { LockId, UserId } from "./door-lock.ts";
import type { OperationName } from "./operation.ts";
import type { PasswordId } from "./password.ts";
import type { Requester } from "./requester.ts";

/**
 * What a read showed beside what is wanted there. `masked`: a code whose digits the lock hides. `silent`:
 * no answer that says anything.
 */
export type ReadBack = "equal" | "different" | "masked" | "empty" | "silent";

/** One operation on a lock as the radio log has it: never a code, never a name. */
export interface RadioEntry {
  readonly lock: LockId;
  /** The Door Lock command, or what was read or written beside. */
  readonly command: OperationName;
  readonly userId?: UserId;
  readonly scheduleId?: number;
  /** The password that the slot belonged to. */
  readonly passwordId?: PasswordId;
  /** Transaction sequence number of the ZCL frame (of the first, if there were two); absent = none left the gateway. */
  readonly tsn?: number;
  /** `success`, the lock's refusal, or why there was no answer. */
  readonly status: string;
  readonly read?: ReadBack;
  /** From here on the lock is known to hold what is wanted: it showed or told so itself. */
  readonly isConfirmed?: true;
  /** Absent for what the gateway does of itself. */
  readonly asked?: Requester;
}

/** An entry as it is kept, numbered from 1; `hash` chains it to the one before. */
export interface RadioRecord extends RadioEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly hash: string;
}

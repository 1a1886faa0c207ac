import type { LockId, UserId } from "./door-lock.ts";
import type { SealedCode } from "./sealed.ts";
import type { Window } from "./window.ts";

/** A password's id on its lock. 999 is the administrator. */
export type PasswordId = number;

/** The administrator password: set first, never deleted, never frozen (V1.6 section 6, 15013). */
export const administratorId: PasswordId = 999;

/** V1.6 `operation`: what is being done to a password, or was done last. */
export type PasswordOperation = "add" | "delete" | "update" | "freeze" | "unfreeze";

/** V1.6 `operation_stage`: waiting for the lock, failed, done. */
export type OperationStage = "inProgress" | "failed" | "done";

/** Who made the password. */
export type PasswordOrigin = "cloud" | "local" | "keypad";

/** What the cloud or a technician wants of one password: desired state. */
export interface PasswordRecord {
  readonly lock: LockId;
  readonly id: PasswordId;
  readonly name: string;
  readonly description: string;
  /** Phone number to which the code was sent (V1.6 `send_to`). */
  readonly sendTo: string;
  readonly code: SealedCode;
  readonly codeLength: number;
  readonly window: Window;
  readonly isFrozen: boolean;
  readonly isOneTime: boolean;
  readonly isDuress: boolean;
  /** A one-time password whose first opening was seen. It is dead from then on. */
  readonly consumedAtMs: number | null;
  /** Wanted gone; the record stays until the lock has confirmed it. */
  readonly isDeleted: boolean;
  readonly origin: PasswordOrigin;
  /** Grows by one with every change of what the lock is to hold; never falls. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly operation: PasswordOperation;
  readonly operationStage: OperationStage;
  /** Why the stage is `failed`; null otherwise. */
  readonly failure: PasswordFailure | null;
  /** The slot that holds it, given once and never moved while a code is live. */
  readonly userId: UserId;
}

/** Why a lock does not hold what is wanted. */
export type PasswordFailure = "duplicate" | "full" | "refused" | "occupied" | "unsupported";

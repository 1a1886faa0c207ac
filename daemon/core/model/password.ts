import type { LockId, UserId } from "./door-lock.ts";
import type { Requester } from "./requester.ts";
import type { SealedCode } from "./sealed-code.ts";
import type { Window } from "./window.ts";

/** A password's id on its lock. 999 is the administrator. */
export type PasswordId = number;

/** The administrator password: set first, never deleted, never frozen (V1.6 section 6, 15013). */
export const administratorId: PasswordId = 999;

/** The dynamic password's id on its lock; other passwords count from 1. */
export const dynamicPasswordId: PasswordId = 0;

/**
 * Setting that holds the time step, and the place in it, of the code that a lock's dynamic password got
 * last. It outlives the password, so that no code comes twice; it goes when the lock is unpaired.
 */
export function dynamicPositionSetting(lock: LockId): readonly [string] {
  return [`dynamic.${lock}`];
}

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
  /** Null only for a code made at the keypad that the lock does not show. */
  readonly code: SealedCode | null;
  /** What the code's seal is bound to; it changes with the code, not with the window. */
  readonly sealedFor: string;
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
  /** When the cloud or a person last changed what is wanted. */
  readonly changedAtMs: number;
  /** Who last changed what is wanted, by a command; absent = nobody did since it was made at the keypad. */
  readonly asked?: Requester;
  /** The slot it has, never moved while its code may be live; null = none is needed any more, or none found yet. */
  readonly userId: UserId | null;
}

/** Why a lock does not hold what is wanted. */
export type PasswordFailure =
  /** The lock holds the same code for somebody else. */
  | "duplicate"
  /** No slot, or the lock's memory is full. */
  | "full"
  /** The lock refused three times. */
  | "refused"
  | "unsupported"
  /** The window was over before the lock could be reached. */
  | "expired"
  /** The code is gone from the lock: its digits are not known, or it was deleted at the keypad. */
  | "lost";

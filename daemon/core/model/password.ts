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
 * Returns the key of the setting with the time step, and the position in it, of the newest code of a lock's
 * dynamic password. The setting outlives the password, so that no code is used twice; unpairing removes it.
 */
export function dynamicPositionSetting(lock: LockId): readonly [string] {
  return [`dynamic.${lock}`];
}

/** V1.6 `operation`: what is being done to a password, or was done last. */
export type PasswordOperation = "add" | "delete" | "update" | "freeze" | "unfreeze";

/** V1.6 `operation_stage`: waiting for the lock, failed, done. */
export type OperationStage = "inProgress" | "failed" | "done";

/** Who made the password. */
export const passwordOrigins = ["cloud", "local", "keypad", "home_assistant"] as const;
export type PasswordOrigin = (typeof passwordOrigins)[number];

/** How often a password may open, counted by its openings. */
export interface PasswordUses {
  /** It is used up with the opening of this number. */
  readonly limit: number;
  /** Openings until now, at its own lock. */
  readonly count: number;
}

/** The desired state of one password: what the cloud or a technician wants. */
export interface PasswordRecord {
  readonly lock: LockId;
  readonly id: PasswordId;
  readonly name: string;
  readonly description: string;
  /** Phone number to which the code was sent (V1.6 `send_to`). */
  readonly sendTo: string;
  /** Null only for a code that was made at the keypad and that the lock does not show. */
  readonly code: SealedCode | null;
  /** What the seal of the code is bound to. It changes with the code, not with the window. */
  readonly sealedFor: string;
  readonly window: Window;
  readonly isFrozen: boolean;
  readonly isOneTime: boolean;
  readonly isDuress: boolean;
  /** When a one-time password opened for the first time, or another one for the last. It never opens again. */
  readonly consumedAtMs: number | null;
  /** The password is deleted. The record stays until the lock has confirmed the clear. */
  readonly isDeleted: boolean;
  readonly origin: PasswordOrigin;
  /** Grows by one with every change of what the slot must contain. It never falls. */
  readonly revision: number;
  readonly createdAtMs: number;
  readonly operation: PasswordOperation;
  readonly operationStage: OperationStage;
  /** Why the stage is `failed`; null otherwise. */
  readonly failure: PasswordFailure | null;
  /** When the cloud or a person last changed what is wanted. */
  readonly changedAtMs: number;
  /** Who sent the last command that changed it; absent = nobody did since it was made at the keypad. */
  readonly asked?: Requester;
  /**
   * Its slot, which never changes while its code may be on the lock. Null = it needs no slot any more, or has none
   * yet.
   */
  readonly userId: UserId | null;
  /** The only slot that it may have, because a program knows it by that number; absent = any. */
  readonly onlyUserId?: UserId;
  /** The grant over several locks that it belongs to; absent = none. */
  readonly grant?: string;
  /** Absent = it may open as often as anybody likes, or once (`isOneTime`). */
  readonly uses?: PasswordUses;
}

/** Why a lock does not have the desired code. */
export const passwordFailures = [
  /** The lock has the same code in another slot. */
  "duplicate",
  /** There is no free slot, or the lock's memory is full. */
  "full",
  /** The lock refused three times. */
  "refused",
  "unsupported",
  /** The window ended before the lock could be reached. */
  "expired",
  /** The code is no longer on the lock: its digits are not known, or it was deleted at the keypad. */
  "lost",
] as const;

export type PasswordFailure = (typeof passwordFailures)[number];

import type { LockId, UserId } from "../model/door-lock.ts";
import type { PasswordId, PasswordRecord } from "../model/password.ts";
import type { SealedCode } from "../model/sealed-code.ts";

/** A code that somebody made at the lock, as the gateway first sees it. */
export interface KeypadCode {
  readonly lock: LockId;
  readonly id: PasswordId;
  readonly name: string;
  readonly code: SealedCode | null;
  readonly sealedFor: string;
  readonly isFrozen: boolean;
  readonly userId: UserId;
}

/** Returns its password: permanent, as keypad codes are, and done, because the lock holds it already. */
export function keypadPassword(made: KeypadCode, nowMs: number): PasswordRecord {
  return {
    ...made,
    description: "",
    sendTo: "",
    window: { beginMs: null, endMs: null, weekly: null },
    isOneTime: false,
    isDuress: false,
    consumedAtMs: null,
    isDeleted: false,
    origin: "keypad",
    revision: 1,
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    operation: "add",
    operationStage: "done",
    failure: null,
  };
}

import type { LockId, UserId } from "../../../core/model/door-lock.ts";
import type { PasswordRecord, PasswordUses } from "../../../core/model/password.ts";
import type { PinCode } from "../../../core/model/secret.ts";
import type { CommandContext } from "../../command.ts";

/** What somebody wants of a new password. */
export interface WantedNew
  extends Pick<
    PasswordRecord,
    "id" | "name" | "description" | "sendTo" | "window" | "isOneTime" | "isDuress"
  > {
  readonly pinCode: PinCode;
  /** Null = the lock has no free slot; the plan gives it one or reports `full`. */
  readonly userId: UserId | null;
  readonly isFrozen?: boolean;
  /** The grant that it belongs to. */
  readonly grant?: string;
  readonly uses?: PasswordUses;
}

/** Returns the record of a new password, as its first revision. */
export function newPassword(
  { sealer, time, caller, newId }: CommandContext,
  lock: LockId,
  { pinCode, isFrozen = false, ...wanted }: WantedNew,
): PasswordRecord {
  const sealedFor = `password/${lock}/${newId()}`;
  return {
    lock,
    ...wanted,
    code: sealer.seal(lock, pinCode, sealedFor),
    sealedFor,
    isFrozen,
    consumedAtMs: null,
    isDeleted: false,
    origin: caller.origin,
    revision: 1,
    createdAtMs: time.nowMs,
    changedAtMs: time.nowMs,
    operation: "add",
    operationStage: "inProgress",
    failure: null,
  };
}

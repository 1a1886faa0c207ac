import type { PasswordOperation, PasswordRecord } from "../../core/model/password.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import { isOver } from "../../core/plan/target.ts";
import { isOpen } from "../../core/time/window.ts";

/*
 * The status of a temporary password, in the numbers of the actions. They say what the lock has confirmed. What
 * is only desired shows as `operate` with `deliveryStatus` 1.
 */

/** How long before the end a password counts as about to expire. */
const aboutToExpireMs = 24 * 60 * 60_000;

/** 124 create, 125 delete, 126 modify, 127 freeze, 128 unfreeze: the last requested operation. */
export const operateNumbers: Readonly<Record<PasswordOperation, number>> = {
  add: 124,
  delete: 125,
  update: 126,
  freeze: 127,
  unfreeze: 128,
};

/** 1 to be confirmed, 2 confirmed, 3 failed, 4 duplicate code, 5 no free slot (6, overlap, never: codes differ). */
export function deliveryStatus(password: PasswordRecord): 1 | 2 | 3 | 4 | 5 {
  switch (password.operationStage) {
    case "inProgress":
      return 1;
    case "done":
      return 2;
    case "failed":
      return password.failure === "duplicate" ? 4 : password.failure === "full" ? 5 : 3;
  }
}

/** 1 not yet, 2 in effect, 3 about to expire (within 24 h), 4 expired or, one-time, used. */
export function effective(password: PasswordRecord, nowMs: number): 1 | 2 | 3 | 4 {
  const { beginMs, endMs } = password.window;
  if (password.consumedAtMs !== null || (endMs !== null && nowMs >= endMs)) return 4;
  if (beginMs !== null && nowMs < beginMs) return 1;
  return endMs !== null && endMs - nowMs <= aboutToExpireMs ? 3 : 2;
}

/** 1 being created, 2 normal, 3 frozen, 4 deleted from the lock, 5 creation failed. */
export function phase(
  password: PasswordRecord,
  slot: SlotRecord | undefined,
  nowMs: number,
): 1 | 2 | 3 | 4 | 5 {
  const isRevoked = password.isDeleted || password.consumedAtMs !== null;
  // The slot is free again.
  if (isRevoked && slot === undefined) return 4;
  if (isShutByFreeze(password, slot, nowMs)) return 3;
  if (isRevoked || wasOnLock(password, slot)) return 2;
  return wasNeverAccepted(password) ? 5 : 1;
}

/** Returns whether a freeze keeps it from opening: the lock confirmed the freeze, or no unfreeze yet. */
function isShutByFreeze(
  password: PasswordRecord,
  slot: SlotRecord | undefined,
  nowMs: number,
): boolean {
  if (password.isFrozen) return password.operationStage === "done" || isShut(slot);
  const isThawing = password.operation === "unfreeze" && password.operationStage !== "done";
  return isThawing && isOpen(password.window, nowMs) && isShut(slot);
}

function isShut(slot: SlotRecord | undefined): boolean {
  if (slot === undefined) return true;
  if (slot.mayDiffer || slot.content.kind === "unknown") return false;
  return slot.content.kind === "empty" || slot.content.userStatus === "occupiedDisabled";
}

/** Returns whether the lock ever had its code. */
function wasOnLock({ operationStage }: PasswordRecord, slot: SlotRecord | undefined): boolean {
  return operationStage === "done" || (slot !== undefined && slot.appliedRevision > 0);
}

function wasNeverAccepted({ operation, operationStage }: PasswordRecord): boolean {
  return operation === "add" && operationStage === "failed";
}

/** Returns whether it is expired, used, or was never accepted by the lock. The list may drop such passwords. */
export function isInvalid(password: PasswordRecord, nowMs: number): boolean {
  return isOver(password, nowMs) || wasNeverAccepted(password);
}

import type { PasswordOperation, PasswordRecord } from "../../core/model/password.ts";
import type { SlotRecord } from "../../core/model/slot.ts";
import { isOver } from "../../core/plan/target.ts";
import { isOpen } from "../../core/time/window.ts";

/*
 * How a temporary password stands, in the numbers of the actions. They tell what the lock confirmed,
 * never what is only wanted of it: that is `operate` with `deliveryStatus` 1.
 */

/** "About to expire" begins so long before the end. */
const lastStretchMs = 24 * 60 * 60_000;

/** 124 create, 125 delete, 126 modify, 127 freeze, 128 unfreeze: what was asked for last. */
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
  return endMs !== null && endMs - nowMs <= lastStretchMs ? 3 : 2;
}

/** 1 being created, 2 normal, 3 frozen, 4 deleted from the lock, 5 creation failed. */
export function phase(
  password: PasswordRecord,
  slot: SlotRecord | undefined,
  nowMs: number,
): 1 | 2 | 3 | 4 | 5 {
  const isToGo = password.isDeleted || password.consumedAtMs !== null;
  // The lock has given the slot back.
  if (isToGo && slot === undefined) return 4;
  if (isShutByFreeze(password, slot, nowMs)) return 3;
  if (isToGo || wasHeld(password, slot)) return 2;
  return hasFailedToStart(password) ? 5 : 1;
}

/** Frozen, and the lock shows it; or to be unfrozen, and the lock has not let it open yet. */
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

/** Did the lock ever take its code? */
function wasHeld({ operationStage }: PasswordRecord, slot: SlotRecord | undefined): boolean {
  return operationStage === "done" || (slot !== undefined && slot.appliedRevision > 0);
}

function hasFailedToStart({ operation, operationStage }: PasswordRecord): boolean {
  return operation === "add" && operationStage === "failed";
}

/** Of no use any more: expired, used, or not taken by the lock. What the list may be cleared of. */
export function isInvalid(password: PasswordRecord, nowMs: number): boolean {
  return isOver(password, nowMs) || hasFailedToStart(password);
}

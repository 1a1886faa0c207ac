import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord, Slots } from "../model/slot.ts";
import type { PlanInput } from "./plan-work.ts";
import { slotOf } from "./slot-of.ts";
import { isBoundByOthers } from "./table/slot-conditions.ts";
import { SlotSituation } from "./table/slot-situation.ts";
import { targetOf } from "./target.ts";

/**
 * How far a password is at its lock, in the sequence of its life.
 * `closed`: it may not open now, and does not: its window is not open, or it is frozen, used or over.
 * `waiting`: it may open, and the lock does not have it yet.
 * `inLock`: the lock has accepted it and has not shown it.
 * `confirmed`: the lock has shown it, and it opens.
 * `failed`: the lock does not have it, and nothing is tried until somebody changes it.
 * `removing`: it may not open any more, and the lock may still have it.
 */
export const passwordStages = [
  "closed",
  "waiting",
  "inLock",
  "confirmed",
  "failed",
  "removing",
] as const;

export type PasswordStage = (typeof passwordStages)[number];

/** Returns how far a password is at its lock. @param isOverdue it may still open although it should not */
export function stageOf(
  input: PlanInput,
  password: PasswordRecord,
  isOverdue: boolean,
): PasswordStage {
  if (isOverdue || password.isDeleted) return "removing";
  if (password.operationStage === "failed") return "failed";
  const { view, time } = input;
  const isWanted = targetOf(password, view.lock.capabilities, time.nowMs) === "open";
  if (!isWanted) return "closed";
  if (password.userId === null) return "waiting";
  const situation = new SlotSituation(input, password, slotOf(view, password.userId));
  if (situation.holding === "unknown") {
    return password.operationStage === "done" ? "inLock" : "waiting";
  }
  if (situation.holding !== "enabled" || isBoundByOthers.holds(situation)) return "waiting";
  return situation.slot.confidence === "confirmed" ? "confirmed" : "inLock";
}

/** Returns whether the lock has ever accepted a code of the password, as far as latchd knows. */
export function wasInLock(
  { operationStage, failure, origin }: PasswordRecord,
  slot: SlotRecord | undefined,
): boolean {
  if (operationStage === "done" || failure === "lost" || origin === "keypad") return true;
  return slot !== undefined && slot.appliedRevision > 0;
}

/**
 * Returns whether the lock refused every administrator's code that it was sent. Such a password protects nothing: who
 * may set the first code may set this one again.
 */
export function isRefusedAdministrator(password: PasswordRecord, slots: Slots): boolean {
  const { id, operationStage, userId } = password;
  if (id !== administratorId || operationStage !== "failed") return false;
  return !wasInLock(password, userId === null ? undefined : slots.get(userId));
}

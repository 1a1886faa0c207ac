import { enforcementWork, unrestrictWork } from "../enforcement/enforcement-work.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";
import { completion } from "./completion.ts";
import { completionWork } from "./completion-work.ts";
import { holdsJunk } from "./junk.ts";
import {
  canRead,
  clearStep,
  isEmptyProofOld,
  isForeign,
  isSuspended,
  nothingToDo,
  type PlanInput,
  rank,
  readOperation,
  recordStep,
  slotStep,
  type Work,
} from "./plan-work.ts";
import { isInTheWay, isSuperseded } from "./supersession.ts";

/** A code that is to open now: what is left to do for it. */
export function grantWork(input: PlanInput, password: PasswordRecord, slot: SlotRecord): Work {
  const { view, time } = input;
  const { content } = slot;
  const isFirst = password.id === administratorId;
  const dueMs = isFirst ? 0 : (password.window.endMs ?? Number.MAX_SAFE_INTEGER);
  const { userId } = slot;
  const set: PlannedOperation = { name: "setPinCode", userId, userStatus: "occupiedEnabled" };
  // While the time is not known nothing new goes live, not even a code without a window.
  const isGrantable = time.state !== "lost" && !isSuspended(input, password);
  // The code before it ends all the same: it need not wait for the one that follows.
  const isEndedFirst = time.state === "lost" && !isSuspended(input, password);
  const order = { rank: rank.grant, dueMs };
  const waiting: Work = { kind: "none", wakeAtMs: null };
  switch (content.kind) {
    case "unknown":
      if (canRead(view))
        return slotStep(slot, readOperation(view, userId), { rank: rank.grantRead, dueMs });
      if ((slot.refusals > 0 || isEndedFirst) && isSuperseded(view, password, slot)) {
        return clearStep(slot);
      }
      // Digits that are not known cannot be sent; what the keypad put there may well be there still, but
      // nobody can say so: a change that waits for it comes to its end.
      if (password.code === null) return isUnderWay(password) ? lost(password) : waiting;
      return isGrantable ? slotStep(slot, set, order) : waiting;
    case "empty":
      if (password.code === null) return lost(password);
      if (!isGrantable) return waiting;
      // A person may have put a code there meanwhile and nobody heard of it: look first.
      return isEmptyProofOld(slot, time.nowMs) && canRead(view)
        ? slotStep(slot, readOperation(view, userId), { rank: rank.grantRead, dueMs })
        : slotStep(slot, set, order);
    case "occupied": {
      if (isForeign(password, slot)) return recordStep(completion.withoutSlot(password, slot));
      if (password.code === null && holdsJunk(slot)) return lost(password);
      const isRightCode = password.code === null || content.mark === password.code.mark;
      if (!isRightCode) {
        // Some locks want an occupied slot cleared before they take another code.
        if (slot.refusals > 0) return clearStep(slot);
        if (!isSuspended(input, password) && isInTheWay(view, password, slot))
          return clearStep(slot);
        if (isEndedFirst && isSuperseded(view, password, slot)) return clearStep(slot);
        return isGrantable ? slotStep(slot, set, order) : waiting;
      }
      if (content.userStatus !== "occupiedEnabled") {
        const enable: PlannedOperation = {
          name: "setUserStatus",
          userId,
          userStatus: "occupiedEnabled",
        };
        const isNever = view.lock.capabilities.userStatus === "no";
        if (password.code === null) {
          if (isNever) return lost(password);
          return isGrantable ? slotStep(slot, enable, order) : waiting;
        }
        // What a lock will not enable it may still take anew, at the latest into an empty slot.
        if (isGrantable && slot.refusals > 1) return clearStep(slot);
        const operation = isNever || slot.refusals > 0 ? set : enable;
        return isGrantable ? slotStep(slot, operation, order) : waiting;
      }
      const relax = unrestrictWork(input, password, slot);
      if (relax !== null) return relax;
      const work = completionWork(input, password, slot);
      return work.kind === "none" ? enforcementWork(input, password, slot) : work;
    }
  }
}

function isUnderWay({ operationStage }: PasswordRecord): boolean {
  return operationStage === "inProgress";
}

/**
 * Its digits were never told, and the lock has them no more: only a new code helps. Told once, and not at all
 * of a change that was told as failed for another reason.
 */
function lost(password: PasswordRecord): Work {
  if (password.failure === "lost") return nothingToDo;
  if (password.operationStage === "failed") {
    return recordStep({ passwords: [{ ...password, failure: "lost" }] });
  }
  return recordStep(completion.failed(password, "lost"));
}

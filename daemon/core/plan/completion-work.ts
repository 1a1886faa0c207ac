import { isUndecidable } from "../evidence/event-sequence.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { completion } from "./completion.ts";
import {
  canRead,
  isForeign,
  type PlanInput,
  rank,
  readOperation,
  recordStep,
  slotStep,
  type Work,
} from "./plan-work.ts";

/** The slot holds what it is to hold, as far as is known: make sure, then say so. */
export function completionWork(input: PlanInput, password: PasswordRecord, slot: SlotRecord): Work {
  const { view, time } = input;
  const isDoubted = slot.confidence === "unconfirmed" && !isUndecidable(slot);
  if (isDoubted && canRead(view) && !isForeign(password, slot)) {
    return slotStep(slot, readOperation(view, slot.userId), { rank: rank.verify, dueMs: 0 });
  }
  const effects = completion.done(view, password, slot, time.nowMs);
  return effects === null ? { kind: "none", wakeAtMs: null } : recordStep(effects);
}

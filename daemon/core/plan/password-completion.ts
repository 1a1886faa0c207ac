import { isUndecidable } from "../evidence/slot-order.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import {
  canRead,
  isStrangers,
  type PlanInput,
  perform,
  rank,
  read,
  record,
  type Work,
} from "./plan-work.ts";
import { settle } from "./settle.ts";

/** The slot holds what it is to hold, as far as is known: make sure, then say so. */
export function settledWork(input: PlanInput, password: PasswordRecord, slot: SlotRecord): Work {
  const { view, time } = input;
  const isDoubted = slot.confidence === "unconfirmed" && !isUndecidable(slot);
  if (isDoubted && canRead(view) && !isStrangers(password, slot)) {
    return perform(slot, read(view, slot.userId), { rank: rank.verify, dueMs: 0 });
  }
  const effects = settle.done(view, password, slot, time.nowMs);
  return effects === null ? { kind: "none", wakeAtMs: null } : record(effects);
}

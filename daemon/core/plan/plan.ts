import { auditWork } from "../audit/audit.ts";
import { clockWork, preloadAtMs } from "../enforcement/enforcement-work.ts";
import type { SlotRecord } from "../model/slot.ts";
import { refusalLimit } from "../outcome/refusal-limits.ts";
import { nextChange } from "../time/window.ts";
import { nextOverdueMs, overdueEffects } from "./overdue.ts";
import {
  canRead,
  isGrant,
  nothingToDo,
  type PlanInput,
  rank,
  readOperation,
  type Step,
  slotStep,
  type Work,
} from "./plan-work.ts";
import { retireWork } from "./retention.ts";
import { surplusWork } from "./surplus-code.ts";
import { passwordWork } from "./table/password-work.ts";
import { isOver } from "./target.ts";

export type { PlanInput, Step } from "./plan-work.ts";

/**
 * What to do next for one lock: a pure function of what is wanted, what is known and the time.
 * At most one operation; after its outcome is recorded, plan again. Revocations come first, and no
 * grant goes out while one is pending (a revocation that was refused three times does not hold up others).
 */
export function plan(input: PlanInput): Step {
  const { view, time } = input;
  let best: Extract<Work, { kind: "step" }> | null = null;
  let wakeAtMs: number | null = null;
  let areGrantsBlocked = false;
  let awaitsFrame = false;
  for (const work of worksOf(input)) {
    switch (work.kind) {
      case "none":
        wakeAtMs = earliest(wakeAtMs, work.wakeAtMs);
        awaitsFrame ||= work.awaitsFrame === true;
        break;
      case "blockGrants":
        wakeAtMs = earliest(wakeAtMs, work.wakeAtMs);
        areGrantsBlocked = true;
        break;
      case "step":
        if (best === null || isBefore(work, best)) best = work;
        break;
    }
  }
  const mayPerform = best !== null && !(isGrant(best) && areGrantsBlocked);
  if (best !== null && mayPerform) {
    if (best.step.kind === "record") return best.step;
    if (input.blockedUntilMs === null || input.blockedUntilMs <= time.nowMs) return best.step;
    wakeAtMs = earliest(wakeAtMs, input.blockedUntilMs);
  }
  const overdue = overdueEffects(view, time.nowMs, input);
  if (overdue !== null) return { kind: "record", effects: overdue };
  return {
    kind: "idle",
    wakeAtMs: earliest(wakeAtMs, nextOverdueMs(view, time.nowMs, input)),
    ...(awaitsFrame ? { awaitsFrame } : {}),
  };
}

function isBefore(a: Extract<Work, { kind: "step" }>, b: Extract<Work, { kind: "step" }>): boolean {
  return a.rank !== b.rank ? a.rank < b.rank : a.dueMs < b.dueMs;
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

function* worksOf(input: PlanInput): Generator<Work> {
  const { view, time } = input;
  for (const password of view.passwords) {
    if (!isOver(password, time.nowMs)) {
      yield { kind: "none", wakeAtMs: nextChange(password.window, time.nowMs) };
      // A week that ends between two of its stretches is shut already, and is to go all the same.
      const { endMs } = password.window;
      if (endMs !== null && endMs > time.nowMs) yield { kind: "none", wakeAtMs: endMs };
      yield { kind: "none", wakeAtMs: preloadAtMs(input, password) };
    }
    yield passwordWork(input, password);
  }
  for (const slot of view.slots.values()) {
    yield editWork(input, slot);
    yield surplusWork(input, slot);
  }
  yield clockWork(input);
  yield auditWork(input);
  yield retireWork(input);
}

/** An edit that was told has to be looked at, whoever holds the slot. */
function editWork({ view, time }: PlanInput, slot: SlotRecord): Work {
  const { localEdit, unprovenEdit, content, refusals, retryAtMs, userId } = slot;
  const isOpen = localEdit !== null || (unprovenEdit !== undefined && unprovenEdit !== null);
  if (!isOpen || content.kind !== "unknown" || !canRead(view)) return nothingToDo;
  if (refusals >= refusalLimit) return nothingToDo;
  if (retryAtMs !== null && retryAtMs > time.nowMs) return { kind: "none", wakeAtMs: retryAtMs };
  return slotStep(slot, readOperation(view, userId), { rank: rank.verify, dueMs: 0 });
}

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
 * Returns what to do next for one lock: a pure function of what is wanted, what is known and the time. It is at
 * most one operation; when its outcome is recorded, plan again. Revocations come first, and no grant goes out
 * while one is pending, unless the lock has refused that revocation three times.
 */
export function plan(input: PlanInput): Step {
  const { view, time, blockedUntilMs } = input;
  const { best, wakeAtMs, areGrantsBlocked, awaitsFrame } = summaryOf(worksOf(input));
  const mayPerform = best !== null && !(areGrantsBlocked && isGrant(best));
  const isBlocked = blockedUntilMs !== null && blockedUntilMs > time.nowMs;
  if (mayPerform && (best.step.kind === "record" || !isBlocked)) return best.step;
  const effects = overdueEffects(view, time.nowMs, input);
  if (effects !== null) return { kind: "record", effects };
  const nextMs = earliest(wakeAtMs, nextOverdueMs(view, time.nowMs, input));
  return {
    kind: "idle",
    wakeAtMs: mayPerform ? earliest(nextMs, blockedUntilMs) : nextMs,
    ...(awaitsFrame ? { awaitsFrame } : {}),
  };
}

type StepWork = Extract<Work, { kind: "step" }>;

/** All work of one lock together. */
interface Summary {
  /** The most urgent step; null = there is none. */
  best: StepWork | null;
  wakeAtMs: number | null;
  areGrantsBlocked: boolean;
  awaitsFrame: boolean;
}

function summaryOf(works: Iterable<Work>): Summary {
  const summary: Summary = {
    best: null,
    wakeAtMs: null,
    areGrantsBlocked: false,
    awaitsFrame: false,
  };
  for (const work of works) {
    if (work.kind === "step") {
      if (summary.best === null || isBefore(work, summary.best)) summary.best = work;
      continue;
    }
    summary.wakeAtMs = earliest(summary.wakeAtMs, work.wakeAtMs);
    if (work.kind === "blockGrants") summary.areGrantsBlocked = true;
    else if (work.awaitsFrame === true) summary.awaitsFrame = true;
  }
  return summary;
}

function isBefore(a: StepWork, b: StepWork): boolean {
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
      // A week that ends between two of its intervals is closed already; its code must go all the same.
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

/** Reads a slot of which an edit was reported, whoever holds it. */
function editWork({ view, time }: PlanInput, slot: SlotRecord): Work {
  const { localEdit, unprovenEdit, content, refusals, retryAtMs, userId } = slot;
  const isUnread = localEdit !== null || (unprovenEdit !== undefined && unprovenEdit !== null);
  if (!isUnread || content.kind !== "unknown" || !canRead(view)) return nothingToDo;
  if (refusals >= refusalLimit) return nothingToDo;
  if (retryAtMs !== null && retryAtMs > time.nowMs) return { kind: "none", wakeAtMs: retryAtMs };
  return slotStep(slot, readOperation(view, userId), { rank: rank.verify, dueMs: 0 });
}

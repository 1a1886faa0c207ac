import { auditWork } from "../audit/audit.ts";
import { clockWork, preloadAtMs, preloadWork } from "../enforcement/enforcement-work.ts";
import type { LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { PlannedOperation } from "../model/slot-operation.ts";
import { isBlindTurn, refusalLimit } from "../outcome/refusal-limits.ts";
import { nextChange } from "../time/window.ts";
import { completion } from "./completion.ts";
import { completionWork } from "./completion-work.ts";
import { grantWork } from "./grant-work.ts";
import { holdsJunk, mayOverwrite } from "./junk.ts";
import { nextOverdueMs, overdueEffects } from "./overdue.ts";
import {
  canRead,
  clearStep,
  isForeign,
  isGrant,
  nothingToDo,
  overwriteStep,
  type PlanInput,
  rank,
  readOperation,
  recordStep,
  type Step,
  slotStep,
  type Work,
} from "./plan-work.ts";
import { retireWork } from "./retention.ts";
import { allocateSlot } from "./slot-allocation.ts";
import { untouchedSlot } from "./slot-of.ts";
import { isInTheWay, isSuperseded } from "./supersession.ts";
import { surplusWork } from "./surplus-code.ts";
import { isOver, type Target, targetOf } from "./target.ts";

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
    const target = targetOf(password, view.lock.capabilities, time.nowMs);
    if (!isOver(password, time.nowMs)) {
      yield { kind: "none", wakeAtMs: nextChange(password.window, time.nowMs) };
      // A week that ends between two of its stretches is shut already, and is to go all the same.
      const { endMs } = password.window;
      if (endMs !== null && endMs > time.nowMs) yield { kind: "none", wakeAtMs: endMs };
      yield { kind: "none", wakeAtMs: preloadAtMs(input, password) };
    }
    yield workOn(input, password, target);
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

function workOn(input: PlanInput, password: PasswordRecord, target: Target): Work {
  const { view, time } = input;
  if (password.userId === null) return withoutSlot(input, password, target);
  const slot = view.slots.get(password.userId) ?? {
    ...untouchedSlot(view.lock, password.userId),
    holder: password.id,
  };
  const isParked = slot.parkedRevision === password.revision;
  // Its revocation was refused, and by now it is to open again: that need not wait for another try.
  if (isParked && slot.retryAtMs !== null && target === "open" && !isFailed(password)) {
    return recordStep({ slots: [{ ...slot, refusals: 0, retryAtMs: null, parkedRevision: null }] });
  }
  if (slot.retryAtMs !== null && slot.retryAtMs > time.nowMs) {
    // A lock that goes on refusing keeps nobody else out meanwhile.
    const isFree = target === "open" || isParked || slot.refusals >= refusalLimit;
    return { kind: isFree ? "none" : "blockGrants", wakeAtMs: slot.retryAtMs };
  }
  // What is parked is the grant that was refused; taking access away is never given up.
  if (isParked && slot.retryAtMs === null && target === "open") {
    return isSuperseded(view, password, slot) ? clearStep(slot) : { kind: "none", wakeAtMs: null };
  }
  switch (target) {
    case "absent":
    case "closed":
      return (
        settable(view, password, preloadWork(input, password, slot)) ??
        revoke(input, password, slot, target)
      );
    case "open":
      return settable(view, password, grantWork(input, password, slot)) ?? nothingToDo;
  }
}

/** The work, unless it sends a code to a lock that is known to take none; null = none is left. */
function settable(view: LockView, password: PasswordRecord, work: Work | null): Work | null {
  if (work?.kind !== "step" || view.lock.capabilities.setsPinCodes !== "no") return work;
  const { step } = work;
  if (step.kind !== "perform" || step.operation.name !== "setPinCode") return work;
  return isFailed(password) ? null : recordStep(completion.failed(password, "unsupported"));
}

/** A password that lost its slot, or never had one: it needs one only to open. */
function withoutSlot(input: PlanInput, password: PasswordRecord, target: Target): Work {
  const { view, time } = input;
  if (target === "open" && password.failure === null && time.state !== "lost") {
    const userId = allocateSlot(view.lock.capabilities, view.slots, password.id);
    const { nowMs } = time;
    const effects =
      userId === null
        ? completion.failed(password, "full")
        : completion.withSlot(view, password, { userId, nowMs });
    return { kind: "step", rank: rank.record, step: { kind: "record", effects }, dueMs: 0 };
  }
  const effects = completion.without(password, time.nowMs);
  if (effects === null) return { kind: "none", wakeAtMs: null };
  return { kind: "step", rank: rank.record, step: { kind: "record", effects }, dueMs: 0 };
}

function revoke(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
  target: Target,
): Work {
  const { view } = input;
  const { content } = slot;
  if (slot.overwrite === "due" && content.kind !== "empty" && mayOverwrite(view, slot)) {
    return overwriteStep(slot);
  }
  switch (content.kind) {
    case "unknown": {
      // A lock that will not show the slot is still to give up what we may have put there.
      const isBlind = isBlindTurn(slot) && slot.attemptedRevision > 0;
      return canRead(view) && !isBlind
        ? slotStep(slot, readOperation(view, slot.userId), { rank: rank.revokeRead, dueMs: 0 })
        : slotStep(
            slot,
            { name: "clearPinCode", userId: slot.userId },
            { rank: rank.revoke, dueMs: 0 },
          );
    }
    case "empty":
      return completionWork(input, password, slot);
    case "occupied":
      return revokeOccupied(input, password, slot, target);
  }
}

function revokeOccupied(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
  target: Target,
): Work {
  const { view, time } = input;
  if (isForeign(password, slot)) {
    return isOver(password, time.nowMs)
      ? completionWork(input, password, slot)
      : recordStep(completion.withoutSlot(password, slot));
  }
  if (holdsJunk(slot)) return completionWork(input, password, slot);
  if (isInTheWay(view, password, slot)) return clearStep(slot);
  const isClosed =
    slot.content.kind === "occupied" && slot.content.userStatus === "occupiedDisabled";
  if (isClosed && target === "closed") return completionWork(input, password, slot);
  const mayDisable = view.lock.capabilities.userStatus !== "no" && !isClosed;
  // A lock that keeps refusing to clear a code may still be willing to disable it.
  const isDisable = mayDisable && (target === "closed" || slot.refusals >= refusalLimit);
  const operation: PlannedOperation = isDisable
    ? { name: "setUserStatus", userId: slot.userId, userStatus: "occupiedDisabled" }
    : { name: "clearPinCode", userId: slot.userId };
  return slotStep(slot, operation, { rank: rank.revoke, dueMs: 0 });
}

function isFailed({ operationStage }: PasswordRecord): boolean {
  return operationStage === "failed";
}

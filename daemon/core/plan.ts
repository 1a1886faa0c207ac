import { auditWork } from "./audit.ts";
import { clockWork, guardWork, preloadAtMs, preloadWork, relaxWork } from "./guard-plan.ts";
import type { LockView } from "./lock.ts";
import { isBlindTurn, refusalLimit } from "./outcome.ts";
import { nextOverdueMs, overdueEffects } from "./overdue.ts";
import { administratorId, type PasswordRecord } from "./password.ts";
import {
  canRead,
  clearing,
  isGrant,
  isHeld,
  isStale,
  isStrangers,
  type PlanInput,
  type PlannedOperation,
  perform,
  rank,
  read,
  record,
  type Step,
  type Work,
} from "./plan-work.ts";
import { retireWork } from "./retention.ts";
import { settle } from "./settle.ts";
import type { SlotRecord } from "./slot.ts";
import { untouchedSlot } from "./slot-of.ts";
import { allocateSlot } from "./slots.ts";
import { isOver, type Target, targetOf } from "./target.ts";
import { nextChange } from "./window.ts";

export type { PlanInput, PlannedOperation, Step } from "./plan-work.ts";

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
  for (const work of worksOf(input)) {
    switch (work.kind) {
      case "none":
        wakeAtMs = earliest(wakeAtMs, work.wakeAtMs);
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
  const overdue = overdueEffects(view, time.nowMs, input.timeZone);
  if (overdue !== null) return { kind: "record", effects: overdue };
  return {
    kind: "idle",
    wakeAtMs: earliest(wakeAtMs, nextOverdueMs(view, time.nowMs, input.timeZone)),
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
    if (slot.localEdit !== null && slot.content.kind === "unknown") {
      yield perform(slot, read(view, slot.userId), { rank: rank.verify, dueMs: 0 });
    }
  }
  yield clockWork(input);
  yield auditWork(input);
  yield retireWork(input);
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
    return record({ slots: [{ ...slot, refusals: 0, retryAtMs: null, parkedRevision: null }] });
  }
  if (slot.retryAtMs !== null && slot.retryAtMs > time.nowMs) {
    // A lock that goes on refusing keeps nobody else out meanwhile.
    const isFree = target === "open" || isParked || slot.refusals >= refusalLimit;
    return { kind: isFree ? "none" : "blockGrants", wakeAtMs: slot.retryAtMs };
  }
  // What is parked is the grant that was refused; taking access away is never given up.
  if (isParked && slot.retryAtMs === null && target === "open") {
    return isSuperseded(view, password, slot) ? clearing(slot) : { kind: "none", wakeAtMs: null };
  }
  switch (target) {
    case "absent":
    case "closed":
      return preloadWork(input, password, slot) ?? revoke(input, password, slot, target);
    case "open":
      return grant(input, password, slot);
  }
}

/** A password that lost its slot, or never had one: it needs one only to open. */
function withoutSlot(input: PlanInput, password: PasswordRecord, target: Target): Work {
  const { view, time } = input;
  if (target === "open" && password.failure === null && time.state !== "lost") {
    const userId = allocateSlot(view.lock.capabilities, view.slots, password.id);
    const effects =
      userId === null ? settle.failed(password, "full") : settle.withSlot(view, password, userId);
    return { kind: "step", rank: rank.record, step: { kind: "record", effects }, dueMs: 0 };
  }
  const effects = settle.without(password, time.nowMs);
  if (effects === null) return { kind: "none", wakeAtMs: null };
  return { kind: "step", rank: rank.record, step: { kind: "record", effects }, dueMs: 0 };
}

function revoke(
  input: PlanInput,
  password: PasswordRecord,
  slot: SlotRecord,
  target: Target,
): Work {
  const { view, time } = input;
  const { content } = slot;
  const { capabilities } = view.lock;
  switch (content.kind) {
    case "unknown": {
      // A lock that will not show the slot is still to give up what we may have put there.
      const isBlind = isBlindTurn(slot) && slot.attemptedRevision > 0;
      return canRead(view) && !isBlind
        ? perform(slot, read(view, slot.userId), { rank: rank.revokeRead, dueMs: 0 })
        : perform(
            slot,
            { name: "clearPinCode", userId: slot.userId },
            { rank: rank.revoke, dueMs: 0 },
          );
    }
    case "empty":
      return settled(input, password, slot);
    case "occupied": {
      if (isStrangers(password, slot)) {
        return isOver(password, time.nowMs)
          ? settled(input, password, slot)
          : record(settle.withoutSlot(password, slot));
      }
      if (isInTheWay(view, password, slot)) return clearing(slot);
      const isClosed = content.userStatus === "occupiedDisabled";
      if (isClosed && target === "closed") return settled(input, password, slot);
      const mayDisable = capabilities.userStatus !== "no" && !isClosed;
      // A lock that keeps refusing to clear a code may still be willing to disable it.
      const isDisable = mayDisable && (target === "closed" || slot.refusals >= refusalLimit);
      const operation: PlannedOperation = isDisable
        ? { name: "setUserStatus", userId: slot.userId, userStatus: "occupiedDisabled" }
        : { name: "clearPinCode", userId: slot.userId };
      return perform(slot, operation, { rank: rank.revoke, dueMs: 0 });
    }
  }
}

function grant(input: PlanInput, password: PasswordRecord, slot: SlotRecord): Work {
  const { view, time } = input;
  const { content } = slot;
  const isFirst = password.id === administratorId;
  const dueMs = isFirst ? 0 : (password.window.endMs ?? Number.MAX_SAFE_INTEGER);
  const { userId } = slot;
  const set: PlannedOperation = { name: "setPinCode", userId, userStatus: "occupiedEnabled" };
  // While the time is not known nothing new goes live, not even a code without a window.
  const isGrantable = time.state !== "lost" && !isHeld(input, password);
  // The code before it ends all the same: it need not wait for the one that follows.
  const isEndedFirst = time.state === "lost" && !isHeld(input, password);
  const order = { rank: rank.grant, dueMs };
  const waiting: Work = { kind: "none", wakeAtMs: null };
  switch (content.kind) {
    case "unknown":
      if (canRead(view)) return perform(slot, read(view, userId), { rank: rank.grantRead, dueMs });
      if ((slot.refusals > 0 || isEndedFirst) && isSuperseded(view, password, slot)) {
        return clearing(slot);
      }
      // Digits that are not known cannot be sent; what the keypad put there may well be there still, but
      // nobody can say so: a change that waits for it comes to its end.
      if (password.code === null) return isUnderWay(password) ? lost(password) : waiting;
      return isGrantable ? perform(slot, set, order) : waiting;
    case "empty":
      if (password.code === null) return lost(password);
      if (!isGrantable) return waiting;
      // A person may have put a code there meanwhile and nobody heard of it: look first.
      return isStale(slot, time.nowMs) && canRead(view)
        ? perform(slot, read(view, userId), { rank: rank.grantRead, dueMs })
        : perform(slot, set, order);
    case "occupied": {
      if (isStrangers(password, slot)) return record(settle.withoutSlot(password, slot));
      const isRightCode = password.code === null || content.mark === password.code.mark;
      if (!isRightCode) {
        // Some locks want an occupied slot cleared before they take another code.
        if (slot.refusals > 0) return clearing(slot);
        if (!isHeld(input, password) && isInTheWay(view, password, slot)) return clearing(slot);
        if (isEndedFirst && isSuperseded(view, password, slot)) return clearing(slot);
        return isGrantable ? perform(slot, set, order) : waiting;
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
          return isGrantable ? perform(slot, enable, order) : waiting;
        }
        // What a lock will not enable it may still take anew, at the latest into an empty slot.
        if (isGrantable && slot.refusals > 1) return clearing(slot);
        const operation = isNever || slot.refusals > 0 ? set : enable;
        return isGrantable ? perform(slot, operation, order) : waiting;
      }
      const relax = relaxWork(input, password, slot);
      if (relax !== null) return relax;
      const work = settled(input, password, slot);
      return work.kind === "none" ? guardWork(input, password, slot) : work;
    }
  }
}

/** The slot still has the code before this one, or may have it; that one is not to open any more. */
function isSuperseded(view: LockView, password: PasswordRecord, slot: SlotRecord): boolean {
  const { content, appliedRevision, holder } = slot;
  if (holder !== password.id || password.code === null || appliedRevision === 0) return false;
  if (content.kind === "occupied") {
    if (content.mark !== null) return content.mark !== password.code.mark;
    // A newer one may have been sent and not answered: which of the two it is the lock does not show.
    return appliedRevision < password.revision;
  }
  // A lock that shows nothing holds what it took last.
  return content.kind === "unknown" && !canRead(view) && appliedRevision < password.revision;
}

/**
 * The slot still has a code that its own password gave up and another one of this lock is to have: locks
 * refuse the same code twice, so it goes first. Two that swap their codes are both cleared, then both set.
 */
function isInTheWay(view: LockView, password: PasswordRecord, { content }: SlotRecord): boolean {
  if (content.kind !== "occupied" || content.mark === null) return false;
  const { mark } = content;
  if (password.code === null || password.code.mark === mark) return false;
  return view.passwords.some(
    ({ id, code, isDeleted }) => id !== password.id && !isDeleted && code?.mark === mark,
  );
}

function isFailed({ operationStage }: PasswordRecord): boolean {
  return operationStage === "failed";
}

function isUnderWay({ operationStage }: PasswordRecord): boolean {
  return operationStage === "inProgress";
}

/** Its digits were never told, and the lock has them no more: only a new code helps. Told once. */
function lost(password: PasswordRecord): Work {
  if (password.failure === "lost") return { kind: "none", wakeAtMs: null };
  return record(settle.failed(password, "lost"));
}

/** The slot holds what it is to hold, as far as is known: make sure, then say so. */
function settled(input: PlanInput, password: PasswordRecord, slot: SlotRecord): Work {
  const { view, time } = input;
  if (slot.confidence === "unconfirmed" && canRead(view) && !isStrangers(password, slot)) {
    return perform(slot, read(view, slot.userId), { rank: rank.verify, dueMs: 0 });
  }
  const effects = settle.done(view, password, slot, time.nowMs);
  return effects === null ? { kind: "none", wakeAtMs: null } : record(effects);
}

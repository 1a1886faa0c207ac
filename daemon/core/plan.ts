import type { TimeReading } from "./clock.ts";
import type { UserId } from "./door-lock.ts";
import type { Effects, LockView } from "./lock.ts";
import { refusalLimit } from "./outcome.ts";
import { nextOverdueMs, overdueEffects } from "./overdue.ts";
import type { PasswordId, PasswordRecord } from "./password.ts";
import { settle } from "./settle.ts";
import { type SlotRecord, unknownSlot } from "./slot.ts";
import { allocateSlot } from "./slots.ts";
import { isOver, type Target, targetOf } from "./target.ts";
import { nextChange } from "./window.ts";

/** A write or read of one slot, as data: the shell adds the code, which the plan never sees. */
export type PlannedOperation =
  | { readonly name: "setPinCode"; readonly userId: UserId; readonly userStatus: "occupiedEnabled" }
  | { readonly name: "clearPinCode"; readonly userId: UserId }
  | {
      readonly name: "setUserStatus";
      readonly userId: UserId;
      readonly userStatus: "occupiedEnabled" | "occupiedDisabled";
    }
  | { readonly name: "getPinCode"; readonly userId: UserId }
  | { readonly name: "getUserStatus"; readonly userId: UserId };

/** The next thing to do for one lock. */
export type Step =
  | {
      readonly kind: "perform";
      readonly operation: PlannedOperation;
      readonly slot: SlotRecord;
      /** Whose slot it is; null = a slot that is only read. */
      readonly passwordId: PasswordId | null;
    }
  /** Something is known now that was not told yet: no radio needed. */
  | { readonly kind: "record"; readonly effects: Effects }
  | { readonly kind: "idle"; readonly wakeAtMs: number | null };

export interface PlanInput {
  readonly view: LockView;
  readonly time: TimeReading;
  /** The lock's link is left alone until then; null = it may be tried. */
  readonly blockedUntilMs: number | null;
}

/** Order of work on one lock: what takes access away always goes first. */
const rank = { revoke: 0, revokeRead: 1, record: 2, grant: 3, grantRead: 3, verify: 4 } as const;

interface Order {
  readonly rank: number;
  /** Among equals the earliest goes first: the tenant whose window is over soonest. */
  readonly dueMs: number;
}

type Work =
  | { readonly kind: "none"; readonly wakeAtMs: number | null }
  | { readonly kind: "blockGrants"; readonly wakeAtMs: number | null }
  | ({ readonly kind: "step"; readonly step: Step } & Order);

/**
 * What to do next for one lock: a pure function of what is wanted, what is known and the time.
 * At most one operation; after its outcome is recorded, plan again. Revocations come first, and no
 * grant goes out while one is pending (a revocation that was parked after refusals does not hold up others).
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
  const isGrant = best !== null && best.rank === rank.grant;
  const mayPerform = best !== null && !(isGrant && areGrantsBlocked);
  if (best !== null && mayPerform) {
    if (best.step.kind !== "perform") return best.step;
    if (input.blockedUntilMs === null || input.blockedUntilMs <= time.nowMs) return best.step;
    wakeAtMs = earliest(wakeAtMs, input.blockedUntilMs);
  }
  const overdue = overdueEffects(view, time.nowMs);
  if (overdue !== null) return { kind: "record", effects: overdue };
  return { kind: "idle", wakeAtMs: earliest(wakeAtMs, nextOverdueMs(view, time.nowMs)) };
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
    }
    yield workOn(input, password, target);
  }
  for (const slot of view.slots.values()) {
    if (slot.localEdit !== null && slot.content.kind === "unknown") {
      yield perform(slot, read(view, slot.userId), { rank: rank.verify, dueMs: 0 });
    }
  }
}

function workOn(input: PlanInput, password: PasswordRecord, target: Target): Work {
  const { view, time } = input;
  if (password.userId === null) return withoutSlot(input, password, target);
  const slot = view.slots.get(password.userId) ?? {
    ...unknownSlot(password.lock, password.userId),
    holder: password.id,
  };
  if (slot.retryAtMs !== null && slot.retryAtMs > time.nowMs) {
    const isParked = slot.parkedRevision === password.revision;
    return {
      kind: target === "open" || isParked ? "none" : "blockGrants",
      wakeAtMs: slot.retryAtMs,
    };
  }
  if (slot.parkedRevision === password.revision && slot.retryAtMs === null) {
    return { kind: "none", wakeAtMs: null };
  }
  switch (target) {
    case "absent":
    case "closed":
      return revoke(input, password, slot, target);
    case "open":
      return grant(input, password, slot);
  }
}

/** A password that lost its slot, or never had one: it needs one only to open. */
function withoutSlot(input: PlanInput, password: PasswordRecord, target: Target): Work {
  const { view, time } = input;
  if (target === "open" && password.failure === null && time.state !== "lost") {
    const userId = allocateSlot(view.lock.capabilities, view.slots);
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
      const isBlind = slot.refusals >= refusalLimit && slot.attemptedRevision > 0;
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
  const dueMs = password.window.endMs ?? Number.MAX_SAFE_INTEGER;
  const { userId } = slot;
  const set: PlannedOperation = { name: "setPinCode", userId, userStatus: "occupiedEnabled" };
  // While the time is not known nothing new goes live, not even a code without a window.
  const isGrantable = time.state !== "lost";
  const order = { rank: rank.grant, dueMs };
  const waiting: Work = { kind: "none", wakeAtMs: null };
  switch (content.kind) {
    case "unknown":
      if (canRead(view)) return perform(slot, read(view, userId), { rank: rank.grantRead, dueMs });
      return isGrantable ? perform(slot, set, order) : waiting;
    case "empty":
      if (password.code === null) return record(settle.failed(password, "lost"));
      return isGrantable ? perform(slot, set, order) : waiting;
    case "occupied": {
      if (isStrangers(password, slot)) return record(settle.withoutSlot(password, slot));
      const isRightCode = password.code === null || content.mark === password.code.mark;
      if (!isRightCode) {
        const clear: PlannedOperation = { name: "clearPinCode", userId };
        // Some locks want an occupied slot cleared before they take another code.
        if (slot.refusals > 0) return perform(slot, clear, { rank: rank.revoke, dueMs: 0 });
        return isGrantable ? perform(slot, set, order) : waiting;
      }
      if (content.userStatus !== "occupiedEnabled") {
        const enable: PlannedOperation = {
          name: "setUserStatus",
          userId,
          userStatus: "occupiedEnabled",
        };
        const operation = view.lock.capabilities.userStatus === "no" ? set : enable;
        return isGrantable ? perform(slot, operation, order) : waiting;
      }
      return settled(input, password, slot);
    }
  }
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

/** A code in the slot that latchd never put there. */
function isStrangers(password: PasswordRecord, slot: SlotRecord): boolean {
  if (slot.content.kind !== "occupied") return false;
  if (slot.holder !== null && slot.holder !== password.id) return true;
  if (slot.attemptedRevision > 0 || password.origin === "keypad") return false;
  return slot.content.mark === null || slot.content.mark !== password.code?.mark;
}

/** Can the lock tell what a slot holds at all? */
function canRead(view: LockView): boolean {
  const { pinReadBack, userStatus } = view.lock.capabilities;
  return pinReadBack !== "silent" || userStatus !== "no";
}

function read(view: LockView, userId: UserId): PlannedOperation {
  const name = view.lock.capabilities.pinReadBack === "silent" ? "getUserStatus" : "getPinCode";
  return { name, userId };
}

function record(effects: Effects): Work {
  return { kind: "step", rank: rank.record, step: { kind: "record", effects }, dueMs: 0 };
}

function perform(slot: SlotRecord, operation: PlannedOperation, order: Order): Work {
  const step: Step = { kind: "perform", operation, slot, passwordId: slot.holder };
  return { kind: "step", step, ...order };
}

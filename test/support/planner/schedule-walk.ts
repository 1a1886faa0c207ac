import assert from "node:assert/strict";
import { applyEnforcementOutcome } from "../../../daemon/core/enforcement/enforcement-outcome.ts";
import { wantedSchedules } from "../../../daemon/core/enforcement/slot-enforcement.ts";
import type { LockClock } from "../../../daemon/core/model/lock/lock-clock.ts";
import type { Effects, LockView } from "../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { PlannedOperation } from "../../../daemon/core/model/slot-operation.ts";
import type { Window } from "../../../daemon/core/model/window.ts";
import { applyOutcome } from "../../../daemon/core/outcome/outcome.ts";
import { plan, type Step } from "../../../daemon/core/plan/plan.ts";
import { writeAheadMark } from "../../../daemon/core/plan/write-ahead-mark.ts";
import { keepsTime } from "../../../daemon/core/time/lock-clock.ts";
import { isOpen } from "../../../daemon/core/time/window.ts";
import { ScheduledLock, type ScheduleHabits } from "../radio/scheduled-lock.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../records.ts";
import { type Luck, scheduleZone, walkEndMs, walkStartMs } from "./schedule-wishes.ts";

/** The pauses after two refusals in a row, together. */
const longestPauseMs = 6_000;

type OperationLuck = Extract<Luck, "ok" | "lostBefore" | "lostAfter" | "refused">;

const healthy: LockClock = {
  state: "healthy",
  driftSeconds: 0,
  measuredAtMs: walkStartMs,
  writtenAtMs: null,
  writtenOffsetSeconds: null,
};

/** Lets the planner and a lock with schedules work together, without a radio, from step to step. */
export class ScheduleWalk {
  view: LockView;
  readonly lock: ScheduledLock;
  readonly others: readonly Window[];
  nowMs = walkStartMs;
  #changes = 0;

  constructor(wanted: readonly Window[], kept: ScheduleHabits) {
    this.lock = new ScheduledLock(kept);
    this.others = wanted;
    const capabilities = someCapabilities({
      yearDaySchedulesPerUser: 2,
      weekDaySchedulesPerUser: 4,
      clock: "client",
    });
    this.view = aView({
      lock: { capabilities, lockClock: healthy },
      passwords: wanted.map((window, index) =>
        aPassword({ id: index + 1, userId: index + 1, window, code: aCode(`code ${index}`) }),
      ),
      slots: kept.bringsSchedules
        ? []
        : wanted.map((_, index) => aSlot({ userId: index + 1, holder: index + 1 })),
    });
  }

  /** Makes one step. Returns false if there is nothing to do. */
  step(luck: Luck): boolean {
    switch (luck) {
      case "clockGoes":
        return this.#setClock("drifting");
      case "clockComes":
        return this.#setClock("healthy");
      case "changed":
        return this.#changeWindow();
      case "recoded":
        return this.#changeCode();
      case "restart":
        return this.#restart();
      case "ok":
      case "lostBefore":
      case "lostAfter":
      case "refused":
        return this.#performNext(luck);
    }
  }

  #performNext(luck: OperationLuck): boolean {
    const step = plan({
      view: this.view,
      time: { nowMs: this.nowMs, state: "synced" },
      blockedUntilMs: null,
      timeZone: scheduleZone,
    });
    switch (step.kind) {
      case "idle":
        if (step.wakeAtMs === null || step.wakeAtMs > walkEndMs) return false;
        this.nowMs = Math.max(this.nowMs, step.wakeAtMs);
        return true;
      case "record":
        this.#apply(step.effects);
        return true;
      case "perform":
        this.#perform(step, luck);
        break;
      case "enforce":
        this.#enforce(step, luck);
        break;
      case "clock":
        return assert.fail("the clock of a lock that asks for the time is not written");
    }
    this.assertNobodyEarly();
    return true;
  }

  /** Fails if a code is live before its window and the lock itself does not keep it shut. */
  assertNobodyEarly(): void {
    for (const password of this.view.passwords) {
      const { beginMs } = password.window;
      const userId = password.userId ?? -1;
      const user = this.lock.users.get(userId);
      if (beginMs === null || this.nowMs >= beginMs || user?.isEnabled !== true) continue;
      // A code whose window was moved is closed next.
      if (password.revision !== this.view.slots.get(userId)?.appliedRevision) continue;
      assert.equal(user.userType, "yearDay", `password ${password.id} is live too early`);
      assert.equal(this.lock.inForce(userId).length, 1);
    }
  }

  /** Fails if a code goes live outside its window and the lock does not enforce its schedule. */
  assertShut(password: PasswordRecord | null): void {
    if (password === null || isOpen(password.window, this.nowMs)) return;
    const wanted = wantedSchedules(password, this.view.lock, {
      timeZone: scheduleZone,
      nowMs: this.nowMs,
    });
    const expected = wanted?.userType === "yearDay" ? [wanted.yearDay] : wanted?.weekDay;
    const text = `password ${password.id} is made live outside its window`;
    assert.deepEqual(this.lock.inForce(password.userId ?? -1), expected, text);
    assert.ok(keepsTime(this.view.lock, scheduleZone, this.nowMs), text);
  }

  /** Fails if a code is live outside its window and the lock does not enforce its schedule. */
  assertAtRest(): void {
    for (const password of this.view.passwords) {
      const user = this.lock.users.get(password.userId ?? -1);
      if (user?.isEnabled === true) this.assertShut(password);
    }
  }

  rest(): void {
    for (let steps = 0; steps < 1_500; steps += 1) if (!this.step("ok")) return;
    assert.fail("the plan does not come to rest");
  }

  /** Makes steps that succeed until the plan only waits for a time. Pauses after refusals are short. */
  work(): void {
    const begunMs = this.nowMs;
    for (let steps = 0; steps < 300; steps += 1) {
      const before = this.nowMs;
      const isBusy = this.step("ok");
      if (!isBusy || this.nowMs - begunMs > longestPauseMs) {
        this.nowMs = before;
        return;
      }
    }
    assert.fail("the plan does not come to rest");
  }

  #setClock(state: LockClock["state"]): boolean {
    this.#apply({ lock: { ...this.view.lock, lockClock: { ...healthy, state } } });
    return true;
  }

  #changeWindow(): boolean {
    const [first] = this.view.passwords;
    const window = this.others[this.#changes % this.others.length];
    this.#changes += 1;
    if (first === undefined || window === undefined) return false;
    const revision = first.revision + 1;
    const next: PasswordRecord = { ...first, window, revision, operationStage: "inProgress" };
    this.#apply({ passwords: [next] });
    return true;
  }

  #changeCode(): boolean {
    const [first] = this.view.passwords;
    this.#changes += 1;
    if (first === undefined) return false;
    const next: PasswordRecord = {
      ...first,
      code: aCode(`other code ${this.#changes}`),
      revision: first.revision + 1,
      operationStage: "inProgress",
    };
    this.#apply({ passwords: [next] });
    return true;
  }

  #restart(): boolean {
    const doubted = [...this.view.slots.values()].map((slot) =>
      slot.mayDiffer ? { ...slot, content: { kind: "unknown" } as const, mayDiffer: false } : slot,
    );
    this.#apply({ slots: doubted });
    return true;
  }

  #perform(step: Extract<Step, { kind: "perform" }>, luck: OperationLuck): void {
    const { operation, slot } = step;
    const holder = this.view.passwords.find(({ id }) => id === slot.holder) ?? null;
    const sent = { revision: holder?.revision ?? 0, mark: holder?.code?.mark ?? null };
    const marked = writeAheadMark(slot, operation, sent, this.nowMs);
    if (marked !== null) this.#apply({ slots: [marked] });
    if (isGrant(operation)) this.assertShut(holder);
    const mark = holder?.code?.mark ?? null;
    this.#apply(
      applyOutcome({
        lock: this.view.lock,
        slot: this.view.slots.get(slot.userId) ?? slot,
        holder,
        sent: { revision: holder?.revision ?? 0, mark },
        operation,
        outcome: outcomeOf(luck, () => this.lock.perform(operation, mark)),
        nowMs: this.nowMs,
      }),
    );
  }

  #enforce(step: Extract<Step, { kind: "enforce" }>, luck: OperationLuck): void {
    const { operation, slot: planned } = step;
    this.#apply({ slots: [planned] });
    // The lock refuses to clear a schedule only if it has none.
    const isClear = operation.name.startsWith("clear");
    const fate = luck === "refused" && isClear ? "ok" : luck;
    this.#apply(
      applyEnforcementOutcome({
        lock: this.view.lock,
        slot: this.view.slots.get(planned.userId) ?? planned,
        planned,
        operation,
        outcome: outcomeOf(fate, () => this.lock.guard(operation)),
        nowMs: this.nowMs,
      }),
    );
  }

  #apply(effects: Effects): void {
    const kept = new Map(this.view.passwords.map((password) => [password.id, password]));
    for (const password of effects.passwords ?? []) kept.set(password.id, password);
    for (const id of effects.removedPasswords ?? []) kept.delete(id);
    const slots = new Map(this.view.slots);
    for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
    this.view = { lock: effects.lock ?? this.view.lock, passwords: [...kept.values()], slots };
  }
}

function isGrant(operation: PlannedOperation): boolean {
  if (operation.name !== "setPinCode" && operation.name !== "setUserStatus") return false;
  return operation.userStatus === "occupiedEnabled";
}

type Lost = { readonly kind: "unreachable"; readonly wasSent: true };
type Refused = { readonly kind: "refused"; readonly status: "failure" };

/** Returns the outcome of an operation that the lock performs unless it refuses or does not receive it. */
function outcomeOf<O>(luck: OperationLuck, perform: () => O): O | Lost | Refused {
  switch (luck) {
    case "ok":
      return perform();
    case "refused":
      return { kind: "refused", status: "failure" };
    case "lostBefore":
      return { kind: "unreachable", wasSent: true };
    case "lostAfter":
      perform();
      return { kind: "unreachable", wasSent: true };
  }
}

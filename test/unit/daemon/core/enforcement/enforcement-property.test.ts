import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  applyEnforcementOutcome,
  type EnforcementOutcome,
} from "../../../../../daemon/core/enforcement/enforcement-outcome.ts";
import {
  isEnforcedByLock,
  wantedSchedules,
} from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import type { LockClock } from "../../../../../daemon/core/model/lock/lock-clock.ts";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { Window } from "../../../../../daemon/core/model/window.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type { SlotOutcome } from "../../../../../daemon/core/outcome/outcome-input.ts";
import { plan, type Step } from "../../../../../daemon/core/plan/plan.ts";
import { targetOf } from "../../../../../daemon/core/plan/target.ts";
import { writeAheadMark } from "../../../../../daemon/core/plan/write-ahead-mark.ts";
import { keepsTime } from "../../../../../daemon/core/time/lock-clock.ts";
import { isOpen } from "../../../../../daemon/core/time/window.ts";
import { ScheduledLock, type ScheduleHabits } from "../../../../support/radio/scheduled-lock.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const zone = "Europe/Berlin";
const startMs = Date.UTC(2026, 10, 23, 12);
const hourMs = 3_600_000;
/** The pauses after two refusals in a row, together. */
const longestPauseMs = 6_000;
const horizonMs = startMs + 12 * 24 * hourMs;

type Luck =
  | "ok"
  | "lostBefore"
  | "lostAfter"
  | "clockGoes"
  | "clockComes"
  | "changed"
  | "recoded"
  | "refused"
  | "restart";

const healthy: LockClock = {
  state: "healthy",
  driftSeconds: 0,
  measuredAtMs: startMs,
  writtenAtMs: null,
  writtenOffsetSeconds: null,
};

const windows: fc.Arbitrary<Window> = fc.oneof(
  fc.constant({ beginMs: null, endMs: null, weekly: null }),
  fc
    .tuple(fc.integer({ min: -5, max: 150 }), fc.integer({ min: 6, max: 60 }))
    .map(([begin, hours]) => ({
      beginMs: startMs + begin * hourMs,
      endMs: startMs + (begin + hours) * hourMs,
      weekly: null,
    })),
  fc
    .tuple(
      fc.integer({ min: 1, max: 127 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: 1, max: 1440 }),
    )
    .filter(([, from, to]) => from !== to)
    .chain(([daysMask, startMinute, endMinute]) =>
      fc.record({
        // Some weeks have dates as well.
        beginMs: fc.constantFrom(null, null, startMs - hourMs, startMs + 30 * hourMs),
        endMs: fc.constantFrom(null, null, startMs + 215 * hourMs),
        weekly: fc.constant({ daysMask, startMinute, endMinute, timeZone: zone }),
      }),
    ),
);

const habits: fc.Arbitrary<ScheduleHabits> = fc.record({
  setPinDropsSchedules: fc.boolean(),
  setPinKeepsUserType: fc.boolean(),
  tellsOwnWrites: fc.boolean(),
  scheduleSetsUserType: fc.boolean(),
  keepsSchedulesOnClear: fc.boolean(),
  bringsSchedules: fc.boolean(),
  refusesSeveralDays: fc.boolean(),
  refusesSome: fc.boolean(),
  refusesSetUserType: fc.oneof(fc.constant(false), fc.boolean()),
  refusesSchedules: fc.oneof(fc.constant(false), fc.boolean()),
});

const lucks = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Luck>("ok") },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Luck>(
        "lostBefore",
        "lostAfter",
        "clockGoes",
        "clockComes",
        "changed",
        "recoded",
        "refused",
        "refused",
        "restart",
      ),
    },
  ),
  { maxLength: 40 },
);

const lawful: ScheduleHabits = {
  setPinDropsSchedules: true,
  setPinKeepsUserType: false,
  tellsOwnWrites: false,
  scheduleSetsUserType: false,
  keepsSchedulesOnClear: true,
  bringsSchedules: false,
  refusesSeveralDays: false,
  refusesSome: false,
  refusesSetUserType: false,
  refusesSchedules: false,
};

/** Planner, outcomes and a lock with schedules; nothing of a radio. */
class GuardRun {
  view: LockView;
  readonly lock: ScheduledLock;
  readonly others: readonly Window[];
  nowMs = startMs;
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

  /** @returns whether anything was done. */
  step(luck: Luck): boolean {
    if (luck === "clockGoes" || luck === "clockComes") {
      const state = luck === "clockGoes" ? "drifting" : "healthy";
      const lock = { ...this.view.lock, lockClock: { ...healthy, state } as const };
      this.#apply({ lock });
      return true;
    }
    if (luck === "changed") return this.#changeWindow();
    if (luck === "recoded") return this.#changeCode();
    if (luck === "restart") return this.#restart();
    const step = plan({
      view: this.view,
      time: { nowMs: this.nowMs, state: "synced" },
      blockedUntilMs: null,
      timeZone: zone,
    });
    switch (step.kind) {
      case "idle":
        if (step.wakeAtMs === null || step.wakeAtMs > horizonMs) return false;
        this.nowMs = Math.max(this.nowMs, step.wakeAtMs);
        return true;
      case "record":
        this.#apply(step.effects);
        return true;
      case "perform":
        this.#perform(step, luck);
        break;
      case "enforce":
        this.#guard(step, luck);
        break;
      case "clock":
        return assert.fail("a lock that asks for the time is not told it");
    }
    this.assertNobodyEarly();
    return true;
  }

  /** Before its window no code is live that the lock itself does not keep shut. */
  assertNobodyEarly(): void {
    for (const password of this.view.passwords) {
      const { beginMs } = password.window;
      const userId = password.userId ?? -1;
      const user = this.lock.users.get(userId);
      if (beginMs === null || this.nowMs >= beginMs || user?.isEnabled !== true) continue;
      // A window that was moved is closed next, before anything else is done.
      if (password.revision !== this.view.slots.get(userId)?.appliedRevision) continue;
      assert.equal(user.userType, "yearDay", `password ${password.id} is live too early`);
      assert.equal(this.lock.inForce(userId).length, 1);
    }
  }

  /** No code is made live outside its window unless the lock has its schedule in force. */
  assertShut(password: PasswordRecord | null): void {
    if (password === null || isOpen(password.window, this.nowMs)) return;
    const wanted = wantedSchedules(password, this.view.lock, { timeZone: zone, nowMs: this.nowMs });
    const held = wanted?.userType === "yearDay" ? [wanted.yearDay] : wanted?.weekDay;
    const text = `password ${password.id} is made live outside its window`;
    assert.deepEqual(this.lock.inForce(password.userId ?? -1), held, text);
    assert.ok(keepsTime(this.view.lock, zone, this.nowMs), text);
  }

  /** Nobody's code is live outside its window but by a schedule of the lock's own. */
  assertAtRest(): void {
    for (const password of this.view.passwords) {
      const user = this.lock.users.get(password.userId ?? -1);
      if (user?.isEnabled === true) this.assertShut(password);
    }
  }

  settle(): void {
    for (let steps = 0; steps < 1_500; steps += 1) if (!this.step("ok")) return;
    assert.fail("it does not come to rest");
  }

  /** Works until only the time is waited for; pauses after refusals are short. */
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
    assert.fail("it does not come to rest");
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

  #perform(step: Extract<Step, { kind: "perform" }>, luck: Luck): void {
    const { operation, slot } = step;
    const holder = this.view.passwords.find(({ id }) => id === slot.holder) ?? null;
    const sent = { revision: holder?.revision ?? 0, mark: holder?.code?.mark ?? null };
    const marked = writeAheadMark(slot, operation, sent, this.nowMs);
    if (marked !== null) this.#apply({ slots: [marked] });
    const isGrant =
      operation.name === "setPinCode" || operation.name === "setUserStatus"
        ? operation.userStatus === "occupiedEnabled"
        : false;
    if (isGrant) this.assertShut(holder);
    const mark = holder?.code?.mark ?? null;
    const lost: SlotOutcome = { kind: "unreachable", wasSent: true };
    const refusal = { kind: "refused", status: "failure" } as const;
    const isHeard = luck !== "lostBefore" && luck !== "refused";
    const answer = isHeard ? this.lock.perform(operation, mark) : lost;
    this.#apply(
      applyOutcome({
        lock: this.view.lock,
        slot: this.view.slots.get(slot.userId) ?? slot,
        holder,
        sent: { revision: holder?.revision ?? 0, mark },
        operation,
        outcome: luck === "refused" ? refusal : luck === "lostAfter" ? lost : answer,
        nowMs: this.nowMs,
      }),
    );
  }

  #guard(step: Extract<Step, { kind: "enforce" }>, luck: Luck): void {
    const { operation, slot: planned } = step;
    this.#apply({ slots: [planned] });
    const lost: EnforcementOutcome = { kind: "unreachable", wasSent: true };
    const refusal = { kind: "refused", status: "failure" } as const;
    // A schedule that is there is cleared when the lock hears of it: a refusal means that none is.
    const isClear = operation.name.startsWith("clear");
    const isRefused = luck === "refused" && !isClear;
    const isHeard = luck !== "lostBefore" && !isRefused;
    const answer = isHeard ? this.lock.guard(operation) : lost;
    this.#apply(
      applyEnforcementOutcome({
        lock: this.view.lock,
        slot: this.view.slots.get(planned.userId) ?? planned,
        planned,
        operation,
        outcome: isRefused ? refusal : luck === "lostAfter" ? lost : answer,
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

describe("a lock that keeps schedules", () => {
  const numRuns = Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 800);
  const wishes = fc.array(windows, { minLength: 1, maxLength: 4 });

  it("never holds a live code before its window that it does not keep shut itself", () => {
    fc.assert(
      fc.property(wishes, habits, lucks, (wanted, kept, luck) => {
        const run = new GuardRun(wanted, kept);
        for (const one of luck) run.step(one);
        run.settle();
        for (const password of run.view.passwords) {
          const user = run.lock.users.get(password.userId ?? -1);
          assert.equal(isOpen(password.window, run.nowMs) && user?.isEnabled === false, false);
          const isOver = password.window.endMs !== null && password.window.endMs <= run.nowMs;
          if (isOver) assert.equal(user, undefined);
        }
      }),
      { numRuns, includeErrorInReport: true },
    );
  });

  it("lets in who may enter, by schedules of this very window or by none", () => {
    fc.assert(
      fc.property(wishes, habits, lucks, (wanted, kept, luck) => {
        const run = new GuardRun(wanted, kept);
        for (const one of luck) run.step(one);
        run.work();
        run.assertAtRest();
        for (const password of run.view.passwords) {
          if (targetOf(password, run.view.lock.capabilities, run.nowMs) !== "open") continue;
          if (password.operationStage === "failed") continue;
          const user = run.lock.users.get(password.userId ?? -1);
          assert.equal(user?.isEnabled, true, `password ${password.id} does not work`);
          const inForce = run.lock.inForce(password.userId ?? -1);
          const guard = wantedSchedules(password, run.view.lock, {
            timeZone: zone,
            nowMs: run.nowMs,
          });
          if (inForce === "always") continue;
          assert.ok(guard !== null, "schedules bind a code that is to be free");
          const schedules = guard.userType === "yearDay" ? [guard.yearDay] : guard.weekDay;
          assert.deepEqual(inForce, schedules);
        }
      }),
      { numRuns, includeErrorInReport: true },
    );
  });

  it("enforces every week that it can express, also between its intervals, if nothing goes wrong", () => {
    fc.assert(
      fc.property(wishes, (wanted) => {
        const run = new GuardRun(wanted, lawful);
        run.work();
        for (const password of run.view.passwords) {
          const guard = wantedSchedules(password, run.view.lock, {
            timeZone: zone,
            nowMs: run.nowMs,
          });
          if (password.window.weekly === null || guard === null) continue;
          const user = run.lock.users.get(password.userId ?? -1);
          assert.equal(user?.isEnabled, true);
          assert.equal(password.operationStage, "done");
          assert.deepEqual(
            run.lock.inForce(password.userId ?? -1),
            guard.userType === "weekDay" ? guard.weekDay : null,
          );
        }
      }),
      { numRuns: Math.min(numRuns, 500), includeErrorInReport: true },
    );
  });

  it("enforces every window that it can express if nothing goes wrong", () => {
    fc.assert(
      fc.property(wishes, (wanted) => {
        const run = new GuardRun(wanted, lawful);
        run.work();
        for (const password of run.view.passwords) {
          const slot = run.view.slots.get(password.userId ?? -1);
          if (slot === undefined || !isOpen(password.window, run.nowMs)) continue;
          const guard = wantedSchedules(password, run.view.lock, {
            timeZone: zone,
            nowMs: run.nowMs,
          });
          assert.equal(isEnforcedByLock(slot, guard), guard !== null);
        }
      }),
      { numRuns: Math.min(numRuns, 500), includeErrorInReport: true },
    );
  });
});

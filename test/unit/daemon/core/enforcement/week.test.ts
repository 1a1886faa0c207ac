import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyEnforcementOutcome } from "../../../../../daemon/core/enforcement/enforcement-outcome.ts";
import { enforcerOf } from "../../../../../daemon/core/enforcement/enforcer.ts";
import {
  enforcementSteps,
  wantedSchedules,
  weekAloneMs,
} from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import { unknownClock } from "../../../../../daemon/core/model/lock/lock-clock.ts";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import {
  nextOverdueMs,
  overdueAfterMs,
  overdueEffects,
} from "../../../../../daemon/core/plan/overdue.ts";
import { type PlanInput, plan } from "../../../../../daemon/core/plan/plan.ts";
import { writeAheadMark } from "../../../../../daemon/core/plan/write-ahead-mark.ts";
import {
  clockRecheckMs,
  keepsTime,
  measurementLifeMs,
} from "../../../../../daemon/core/time/lock-clock.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const timeZone = "Europe/Berlin";
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** A Tuesday noon; the week opens on Mondays, 08:00 to 18:00. */
const nowMs = Date.UTC(2026, 9, 20, 10);
const weekly = { daysMask: 0b10, startMinute: 480, endMinute: 1080, timeZone };
const window = { beginMs: null, endMs: null, weekly };
const capabilities = someCapabilities({ weekDaySchedulesPerUser: 2, clock: "client" });
const lockClock = { ...aLock().lockClock, state: "healthy", measuredAtMs: nowMs } as const;
const lock = aLock({ capabilities, lockClock });
const password = aPassword({ window, operationStage: "done" });
const schedules = wantedSchedules(password, lock, { timeZone, nowMs });
assert.ok(schedules !== null);
const slot = aSlot({
  content: {
    kind: "occupied",
    mark: password.code?.mark ?? null,
    userStatus: "occupiedEnabled",
    userType: "weekDay",
  },
  confidence: "confirmed",
  appliedRevision: 1,
  attemptedRevision: 1,
  schedulesSent: 1,
  guard: { kind: "held", schedules },
});
const view = aView({ lock, passwords: [password], slots: [slot] });

function next(changes: Partial<PlanInput>) {
  const time = { nowMs, state: "synced" } as const;
  return plan({ view, time, blockedUntilMs: null, timeZone, ...changes });
}

describe("the schedules of a week", () => {
  const programming = {
    ...slot,
    schedulesSent: 0,
    guard: { kind: "programming", schedules, stepsDone: 1 },
  } as const;
  const typed = (code: "pinCodeAdded" | "pinCodeDeleted") =>
    reduce({
      view: { ...view, slots: new Map([[1, { ...programming, holder: null }]]) },
      event: {
        kind: "programmingEvent",
        source: "keypad",
        code,
        userId: 1,
        pinCode: null,
        userType: "unrestricted",
        userStatus: "occupiedEnabled",
        localSeconds: null,
      },
      time: { nowMs, state: "synced" },
      code: null,
      sealedFor: "password/keypad",
    });

  it("stay with their slot if a person sets or deletes a code at the keypad", () => {
    assert.equal(typed("pinCodeAdded").slots?.[0]?.schedulesSent, 1);
    assert.equal(typed("pinCodeDeleted").slots?.[0]?.schedulesSent, 1);
  });

  it("stay with their slot if it is cleared during their programming", () => {
    const input = { lock, slot: programming, holder: password, nowMs } as const;
    const sent = { revision: 1, mark: null };
    const operation = { name: "clearPinCode", userId: 1 } as const;
    const cleared = applyOutcome({ ...input, sent, operation, outcome: { kind: "done" } });
    assert.equal(cleared.slots?.[0]?.schedulesSent, 1);
  });
});

describe("a week that waits in the lock between its intervals", () => {
  it("stays there and is no late revocation", () => {
    assert.equal(next({}).kind, "idle");
    assert.equal(nextOverdueMs(view, nowMs, { timeZone }), null);
  });

  it("is left to the lock while the time is lost", () => {
    assert.equal(next({ time: { nowMs, state: "lost" } }).kind, "idle");
  });

  it("is closed by the gateway if the clock was not measured for long", () => {
    const late = { nowMs: nowMs + measurementLifeMs + 1, state: "synced" } as const;
    const step = next({ time: late });
    assert.ok(step.kind === "perform");
    const operation = { name: "setUserStatus", userId: 1, userStatus: "occupiedDisabled" };
    assert.deepEqual(step.operation, operation);
  });

  it("is closed from a change of daylight saving until the lock's clock is measured again", () => {
    const turnMs = Date.UTC(2026, 9, 25, 1);
    const beforeMs = turnMs - 10 * hourMs;
    const seen = { ...lock, lockClock: { ...lockClock, measuredAtMs: beforeMs } };
    assert.equal(clockRecheckMs(seen, timeZone, beforeMs), turnMs);
    assert.equal(keepsTime(seen, timeZone, turnMs - 1), true);
    assert.equal(keepsTime(seen, timeZone, turnMs), false);
    const step = next({
      view: { ...view, lock: seen },
      time: { nowMs: turnMs, state: "synced" },
    });
    assert.ok(step.kind === "perform" && step.operation.name === "setUserStatus");
    const measured = { ...lockClock, measuredAtMs: turnMs + 1 };
    assert.equal(keepsTime({ ...lock, lockClock: measured }, timeZone, turnMs + hourMs), true);
  });

  it("is late from the time its lock could not be trusted any more, not from its last interval", () => {
    const turnMs = Date.UTC(2026, 9, 25, 1);
    const clocks: readonly (readonly [LockRecord["lockClock"], number, number])[] = [
      [{ ...lockClock, measuredAtMs: turnMs - hourMs }, turnMs, turnMs + hourMs],
      [lockClock, nowMs + measurementLifeMs + 1, nowMs + measurementLifeMs + hourMs],
      [{ ...lockClock, state: "drifting" }, nowMs, nowMs + hourMs],
      // Another zone was configured.
      [{ ...unknownClock, measuredAtMs: nowMs }, nowMs, nowMs + hourMs],
    ];
    for (const [clock, sinceMs, atMs] of clocks) {
      const doubted = { ...view, lock: { ...lock, lockClock: clock } };
      assert.equal(nextOverdueMs(doubted, atMs, { timeZone }), sinceMs + overdueAfterMs);
      const [entry] = overdueEffects(doubted, atMs, { timeZone })?.journal ?? [];
      assert.ok(entry?.kind === "event");
      assert.equal(entry.detail?.["age"], Math.floor((atMs - sinceMs) / 1_000));
    }
  });

  it("is late from its deletion if it is deleted while the lock keeps it shut", () => {
    const deletedMs = nowMs + hourMs;
    const deleted = { ...password, isDeleted: true, changedAtMs: deletedMs };
    const gone = { ...view, passwords: [deleted] };
    assert.equal(nextOverdueMs(gone, deletedMs + 1, { timeZone }), deletedMs + overdueAfterMs);
  });

  it("is closed if the lock does not show the user type any more", () => {
    const content = { ...slot.content, userType: "unrestricted" } as const;
    const reset = aView({ lock, passwords: [password], slots: [{ ...slot, content }] });
    const step = next({ view: reset });
    assert.ok(step.kind === "perform" && step.operation.name === "setUserStatus");
  });

  it("is not trusted after a set whose answer was not received", () => {
    const set = { name: "setPinCode", userId: 1, userStatus: "occupiedEnabled" } as const;
    assert.deepEqual(writeAheadMark(slot, set, { revision: 1, mark: null }, nowMs)?.guard, {
      kind: "none",
    });
  });
});

describe("a slot that had the schedules of another week", () => {
  it("is cleared of them, whatever schedules it had in between", () => {
    const beginMs = nowMs + dayMs;
    const stay = { beginMs, endMs: beginMs + dayMs, weekly: null };
    const both = aLock({
      capabilities: someCapabilities({
        weekDaySchedulesPerUser: 2,
        yearDaySchedulesPerUser: 1,
        clock: "client",
      }),
      lockClock,
    });
    const yearDay = wantedSchedules(aPassword({ window: stay }), both, { timeZone, nowMs });
    assert.ok(yearDay?.userType === "yearDay");
    const steps = enforcementSteps(yearDay, { ...slot, schedulesSent: 2 });
    const planned = aSlot({
      ...slot,
      schedulesSent: 2,
      guard: { kind: "programming", schedules: yearDay, stepsDone: steps.length - 1 },
    });
    const operation = steps.at(-1);
    assert.ok(operation?.name === "getUserType");
    const outcome = { kind: "userType", userType: "yearDay" } as const;
    const effects = applyEnforcementOutcome({
      lock: both,
      slot: planned,
      planned,
      operation,
      outcome,
      nowMs,
    });
    const [after] = effects.slots ?? [];
    assert.equal(after?.guard.kind, "held");
    assert.ok(schedules !== null && after !== undefined);
    const cleared = enforcementSteps(schedules, after).filter(
      ({ name }) => name === "clearWeekDaySchedule",
    );
    assert.deepEqual(cleared, [
      { name: "clearWeekDaySchedule", userId: slot.userId, scheduleId: 1 },
    ]);
  });
});

describe("a week with dates", () => {
  const endMs = nowMs + 60 * dayMs;
  const dated = aPassword({ window: { beginMs: nowMs, endMs, weekly } });

  it("is sent to the lock as its hours, from its begin until shortly before its end", () => {
    const at = (atMs: number) => wantedSchedules(dated, lock, { timeZone, nowMs: atMs });
    assert.equal(at(nowMs - 1), null);
    assert.deepEqual(at(nowMs), schedules);
    assert.deepEqual(at(endMs - weekAloneMs - 1), schedules);
    assert.equal(at(endMs - weekAloneMs), null);
  });

  it("counts as enforced by the gateway, because the lock does not know when it ends", () => {
    assert.equal(enforcerOf(slot, dated.window, "synced"), "gateway");
    assert.equal(enforcerOf(slot, window, "synced"), "both");
    assert.equal(enforcerOf(slot, window, "lost"), "lock");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedSchedules } from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import {
  nextOverdueMs,
  overdueAfterMs,
  overdueEffects,
  overdueRepeatMs,
} from "../../../../../daemon/core/plan/overdue.ts";
import { measurementLifeMs } from "../../../../../daemon/core/time/lock-clock.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const live = {
  content: {
    kind: "occupied",
    mark: "123456",
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
  appliedRevision: 1,
  attemptedRevision: 1,
} as const;

function reported(password: PasswordRecord, slot: SlotRecord, nowMs: number) {
  const view = aView({ passwords: [password], slots: [slot] });
  const [entry] = overdueEffects(view, nowMs)?.journal ?? [];
  return entry?.kind === "event" ? entry.detail : null;
}

describe("a stay that the lock itself has ended", () => {
  const timeZone = "Europe/Berlin";
  const hourMs = 3_600_000;
  const endMs = Date.UTC(2026, 5, 10, 9);
  const window = { beginMs: endMs - 48 * hourMs, endMs, weekly: null };
  const capabilities = someCapabilities({ yearDaySchedulesPerUser: 2, clock: "client" });
  const lockClock = {
    ...aLock().lockClock,
    state: "healthy",
    measuredAtMs: endMs - hourMs,
  } as const;
  const lock = aLock({ capabilities, lockClock });
  const password = aPassword({ window, operationStage: "done" });
  const schedules = wantedSchedules(password, lock, { timeZone, nowMs: endMs - hourMs });
  assert.ok(schedules !== null);
  const slot = aSlot({
    ...live,
    content: { ...live.content, userType: "yearDay" },
    guard: { kind: "held", schedules },
  });
  const view = aView({ lock, passwords: [password], slots: [slot] });
  const ages = (changed: LockView, nowMs: number) =>
    (overdueEffects(changed, nowMs, { timeZone })?.journal ?? []).map((entry) =>
      entry.kind === "event" ? entry.detail?.["age"] : null,
    );

  it("is no late revocation while the lock's clock is right", () => {
    for (const lateMs of [overdueAfterMs, hourMs, 24 * hourMs]) {
      assert.deepEqual(ages(view, endMs + lateMs), []);
    }
  });

  it("is late from the time the clock is in doubt, and the plan wakes up then", () => {
    const doubtMs = lockClock.measuredAtMs + measurementLifeMs + 1;
    assert.equal(nextOverdueMs(view, endMs + 2 * hourMs, { timeZone }), doubtMs + overdueAfterMs);
    assert.deepEqual(ages(view, doubtMs + overdueAfterMs), [60]);
    const wrong = { ...lockClock, state: "drifting", measuredAtMs: endMs + hourMs } as const;
    const drifting = { ...view, lock: { ...lock, lockClock: wrong } };
    assert.deepEqual(ages(drifting, endMs + 2 * hourMs), [3_600]);
  });

  it("is late at once if the lock has not shown the schedule or its zone is unknown", () => {
    const unguarded = {
      ...view,
      slots: new Map([[1, { ...slot, guard: { kind: "none" } } as const]]),
    };
    assert.deepEqual(ages(unguarded, endMs + overdueAfterMs), [60]);
    const typeless = { ...view, slots: new Map([[1, { ...slot, content: live.content }]]) };
    assert.deepEqual(ages(typeless, endMs + overdueAfterMs), [60]);
    assert.equal(overdueEffects(view, endMs + overdueAfterMs)?.journal?.length, 1);
  });

  it("is late when it is deleted before its end, because the lock still lets it in", () => {
    const changedAtMs = endMs - 4 * hourMs;
    const gone = { ...view, passwords: [{ ...password, isDeleted: true, changedAtMs }] };
    assert.deepEqual(ages(gone, changedAtMs + overdueAfterMs), [60]);
  });
});

describe("a revocation that is late", () => {
  const window = { beginMs: 0, endMs: 10_000, weekly: null };

  it("is reported a minute after the window's end, with its age in seconds, and then every hour", () => {
    const password = aPassword({ window });
    const slot = aSlot(live);
    const dueMs = 10_000 + overdueAfterMs;
    assert.equal(reported(password, slot, dueMs - 1), null);
    assert.deepEqual(reported(password, slot, dueMs), { password_id: 1, age: 60 });
    const after = { ...slot, overdueToldAtMs: dueMs };
    assert.equal(reported(password, after, dueMs + overdueRepeatMs - 1), null);
    assert.deepEqual(reported(password, after, dueMs + overdueRepeatMs), {
      password_id: 1,
      age: 3660,
    });
  });

  it("counts from the deletion, from the freeze, or from the opening of a one-time password", () => {
    for (const gone of [
      { isDeleted: true, changedAtMs: 5_000 },
      { isFrozen: true, changedAtMs: 5_000 },
      { isOneTime: true, consumedAtMs: 5_000 },
    ]) {
      const view = aView({ passwords: [aPassword(gone)], slots: [aSlot(live)] });
      assert.equal(nextOverdueMs(view, 5_000), 5_000 + overdueAfterMs, JSON.stringify(gone));
    }
  });

  it("is late at once if it was wanted before a start whose time is behind it", () => {
    for (const gone of [
      { isDeleted: true, changedAtMs: 5_000_000 },
      { isOneTime: true, consumedAtMs: 5_000_000 },
    ]) {
      const detail = reported(aPassword(gone), aSlot(live), 4_000_000);
      assert.deepEqual(detail, { password_id: 1, age: 60 }, JSON.stringify(gone));
    }
  });

  it("counts from the window's end if the password was deleted later", () => {
    const password = aPassword({ window, isDeleted: true, changedAtMs: 90_000 });
    assert.deepEqual(reported(password, aSlot(live), 100_000), { password_id: 1, age: 90 });
  });

  it("counts from the end of a weekly interval", () => {
    const hourMs = 3_600_000;
    // 1970-01-01 was a Thursday: open from 08:00 to 10:00 UTC.
    const weekly = {
      daysMask: 1 << 4,
      startMinute: 480,
      endMinute: 600,
      timeZone: "UTC",
    };
    const password = aPassword({ window: { beginMs: null, endMs: null, weekly } });
    const slot = aSlot(live);
    assert.equal(reported(password, slot, 9 * hourMs), null);
    assert.deepEqual(reported(password, slot, 11 * hourMs), { password_id: 1, age: 3600 });
  });

  it("counts from the change that closed the code, not from an interval before the password existed", () => {
    const hourMs = 3_600_000;
    const weekly = { daysMask: 1 << 4, startMinute: 480, endMinute: 600, timeZone: "UTC" };
    const changedAtMs = 40 * hourMs;
    const dueMs = changedAtMs + overdueAfterMs;
    for (const shut of [
      { beginMs: null, endMs: null, weekly },
      { beginMs: 90 * hourMs, endMs: null, weekly: null },
    ]) {
      const password = aPassword({ window: shut, changedAtMs });
      assert.equal(reported(password, aSlot(live), dueMs - 1), null);
      assert.deepEqual(reported(password, aSlot(live), dueMs), { password_id: 1, age: 60 });
    }
  });

  it("keeps its age if something else of the password changes", () => {
    const password = aPassword({ window, changedAtMs: 900_000 });
    const slot = aSlot({ ...live, overdueToldAtMs: 70_000 });
    assert.deepEqual(reported(password, slot, 70_000 + overdueRepeatMs), {
      password_id: 1,
      age: 3660,
    });
  });

  it("is not reported for a slot that cannot open: empty, disabled, or with a foreign code", () => {
    const password = aPassword({ window });
    const disabled = { ...live.content, userStatus: "occupiedDisabled" } as const;
    for (const slot of [
      aSlot({ content: { kind: "empty" } }),
      aSlot({ ...live, content: disabled }),
      aSlot({ content: live.content }),
      aSlot(),
    ]) {
      assert.equal(reported(password, slot, 1e9), null);
    }
  });

  it("is reported for a code whose set was never answered", () => {
    const slot = aSlot({ attemptedRevision: 1 });
    assert.deepEqual(reported(aPassword({ window }), slot, 70_000), { password_id: 1, age: 60 });
  });

  it("is not reported for a slot that the password has and that was never written", () => {
    const takenAtMs = 10_000;
    const taken = { mayDiffer: true, heldSinceMs: takenAtMs } as const;
    const masked = { ...live.content, mark: null };
    for (const password of [
      aPassword({ window: { ...window, beginMs: 1e12, endMs: null } }),
      aPassword({ window }),
      aPassword({ isDeleted: true, changedAtMs: 20_000 }),
    ]) {
      assert.equal(reported(password, aSlot(taken), 1e9), null);
      assert.equal(reported(password, aSlot({ ...taken, content: masked }), 1e9), null);
      assert.ok(reported(password, aSlot({ ...taken, attemptedRevision: 1 }), 1e9) !== null);
      const view = aView({ passwords: [password], slots: [aSlot(taken)] });
      assert.equal(nextOverdueMs(view, 1e9), null, "nothing wakes for it");
    }
  });

  it("is reported for a slot in a restored copy, which does not know of later writes", () => {
    const slot = aSlot({ mayDiffer: true, heldSinceMs: 10_000 });
    const view = aView({ passwords: [aPassword({ isDeleted: true })], slots: [slot] });
    assert.equal(overdueEffects(view, 1e9, { suspendedThroughMs: 10_000 })?.journal?.length, 1);
    assert.equal(overdueEffects(view, 1e9, { suspendedThroughMs: 9_999 }), null);
  });

  it("is not reported of a code whose window may have opened while the gateway was off", () => {
    const slot = aSlot(live);
    const nowMs = 50 * 60_000;
    const opensAt = (beginMs: number) =>
      aPassword({ window: { beginMs, endMs: null, weekly: null }, operationStage: "done" });
    assert.equal(reported(opensAt(nowMs + 10 * 60_000), slot, nowMs), null);
    assert.notEqual(reported(opensAt(nowMs + 11 * 60_000), slot, nowMs), null);
  });

  it("never concerns the administrator", () => {
    const password = aPassword({ id: administratorId, window });
    assert.equal(reported(password, aSlot({ ...live, holder: administratorId }), 1e9), null);
  });

  it("is reported in one batch with others", () => {
    const second = aPassword({ id: 2, userId: 2, window });
    const view = aView({
      passwords: [aPassword({ window }), second],
      slots: [aSlot(live), aSlot({ ...live, userId: 2, holder: 2 })],
    });
    const effects = overdueEffects(view, 1e9);
    assert.equal(effects?.journal?.length, 2);
    assert.equal(effects?.slots?.length, 2);
  });
});

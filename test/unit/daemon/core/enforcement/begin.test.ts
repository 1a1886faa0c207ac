import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  beginSlackMs,
  wantedSchedules,
} from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import { refusalLimit } from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const beginMs = Date.UTC(2026, 10, 23, 9);
const window = { beginMs, endMs: beginMs + 3_600_000, weekly: null };
const timeZone = "Europe/Berlin";
const capabilities = someCapabilities({ yearDaySchedulesPerUser: 1, clock: "client" });
const lockClock = { ...aLock().lockClock, state: "healthy" } as const;
const lock = aLock({ capabilities, lockClock });
const password = aPassword({ window });

/** The schedules of the lock before the window begins, and after. */
const before = wantedSchedules(password, lock, { timeZone, nowMs: beginMs - 1 });
const after = wantedSchedules(password, lock, { timeZone, nowMs: beginMs });

describe("a window that a lock enforces by its own clock", () => {
  it("has its exact begin on the lock before it begins, and a begin one minute earlier afterwards", () => {
    assert.ok(before?.userType === "yearDay" && after?.userType === "yearDay");
    const shift = before.yearDay.localStartSeconds - after.yearDay.localStartSeconds;
    assert.equal(shift * 1000, beginSlackMs);
    assert.equal(before.yearDay.localEndSeconds, after.yearDay.localEndSeconds);
  });

  it("opens at its begin even if the lock's clock is slow, because the gateway frees the code at once", () => {
    assert.ok(before !== null);
    const slot = aSlot({
      content: {
        kind: "occupied",
        mark: password.code?.mark ?? null,
        userStatus: "occupiedEnabled",
        userType: "yearDay",
      },
      confidence: "confirmed",
      appliedRevision: 1,
      schedulesSent: 1,
      guard: { kind: "held", schedules: before },
    });
    const view = aView({ lock, passwords: [password], slots: [slot] });
    const step = plan({
      view,
      time: { nowMs: beginMs, state: "synced" },
      blockedUntilMs: null,
      timeZone,
    });
    assert.ok(step.kind === "enforce");
    assert.deepEqual(step.operation, { name: "setUserType", userId: 1, userType: "unrestricted" });
  });
});

describe("a code that waits for its begin in a lock that refused it at first", () => {
  const early = beginMs - 3_600_000;
  const seen = { ...lockClock, measuredAtMs: early };
  const kept = aLock({ capabilities, lockClock: seen });
  const schedules = wantedSchedules(password, kept, { timeZone, nowMs: early });
  assert.ok(schedules !== null);
  const loaded = (
    userStatus: "occupiedEnabled" | "occupiedDisabled",
    userType: "unrestricted" | "yearDay",
  ) => ({ kind: "occupied", mark: password.code?.mark ?? null, userStatus, userType }) as const;
  const tried = {
    attemptedRevision: 1,
    appliedRevision: 1,
    refusals: refusalLimit,
    parkedRevision: 1,
    verifiedAtMs: early,
  } as const;
  const nextOf = (slot: SlotRecord) => {
    const view = aView({ lock: kept, passwords: [password], slots: [slot] });
    const time = { nowMs: early, state: "synced" } as const;
    return plan({ view, time, blockedUntilMs: null, timeZone });
  };

  it("stays after it was set: it is read back, gets its schedule and is enabled, not cleared and set again", () => {
    const content = loaded("occupiedDisabled", "unrestricted");
    const set = nextOf(aSlot({ ...tried, content }));
    assert.ok(set.kind === "perform");
    assert.equal(set.operation.name, "getPinCode");
    const read = nextOf(aSlot({ ...tried, content, confidence: "confirmed" }));
    assert.ok(read.kind === "enforce");
    assert.equal(read.operation.name, "setYearDaySchedule");
    const guard = { kind: "held", schedules } as const;
    const shut = loaded("occupiedDisabled", "yearDay");
    const next = nextOf(aSlot({ ...tried, content: shut, confidence: "confirmed", guard }));
    assert.ok(next.kind === "perform");
    const enable = { name: "setUserStatus", userId: 1, userStatus: "occupiedEnabled" };
    assert.deepEqual(next.operation, enable);
    const open = loaded("occupiedEnabled", "yearDay");
    const live = nextOf(aSlot({ ...tried, content: open, confidence: "confirmed", guard }));
    assert.ok(live.kind === "record");
    assert.equal(live.effects.slots?.[0]?.refusals, 0);
  });

  it("is disabled before it is read after the lock takes it, because some locks enable every code", () => {
    const empty = aSlot({ ...tried, content: { kind: "empty" }, confidence: "confirmed" });
    const set = nextOf(empty);
    assert.ok(set.kind === "perform" && set.operation.name === "setPinCode");
    assert.equal(set.operation.userStatus, "occupiedDisabled");
    const effects = applyOutcome({
      lock: kept,
      slot: empty,
      holder: password,
      sent: { revision: 1, mark: password.code?.mark ?? null },
      operation: set.operation,
      outcome: { kind: "done" },
      nowMs: early,
    });
    const [taken] = effects.slots ?? [];
    assert.ok(taken !== undefined);
    const step = nextOf(taken);
    assert.ok(step.kind === "perform");
    const disable = { name: "setUserStatus", userId: 1, userStatus: "occupiedDisabled" };
    assert.deepEqual(step.operation, disable);
  });

  it("is revoked while it is live and the lock does not keep it shut", () => {
    const content = loaded("occupiedEnabled", "unrestricted");
    const step = nextOf(aSlot({ ...tried, content, confidence: "confirmed" }));
    assert.ok(step.kind === "perform");
    const disable = { name: "setUserStatus", userId: 1, userStatus: "occupiedDisabled" };
    assert.deepEqual(step.operation, disable);
  });

  it("is not set again under schedules that the lock has refused", () => {
    const refused = aSlot({
      content: loaded("occupiedDisabled", "unrestricted"),
      attemptedRevision: 1,
      confidence: "confirmed",
      guard: { kind: "refused", schedules },
    });
    const clear = nextOf(refused);
    assert.ok(clear.kind === "perform" && clear.operation.name === "clearPinCode");
    const effects = applyOutcome({
      lock: kept,
      slot: refused,
      holder: password,
      sent: { revision: 1, mark: null },
      operation: clear.operation,
      outcome: { kind: "done", isReportedByEvent: true },
      nowMs: early,
    });
    const [cleared] = effects.slots ?? [];
    assert.ok(cleared !== undefined);
    assert.equal(nextOf(cleared).kind, "idle");
  });
});

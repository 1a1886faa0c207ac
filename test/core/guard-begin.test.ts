import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plan } from "../../daemon/core/plan.ts";
import { beginSlackMs, wantedGuard } from "../../daemon/core/slot-guard.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../support/records.ts";

const beginMs = Date.UTC(2026, 10, 23, 9);
const window = { beginMs, endMs: beginMs + 3_600_000, weekly: null };
const timeZone = "Europe/Berlin";
const capabilities = someCapabilities({ yearDaySchedulesPerUser: 1, clock: "client" });
const lockClock = { ...aLock().lockClock, state: "healthy" } as const;
const lock = aLock({ capabilities, lockClock });
const password = aPassword({ window });

/** What the lock is told while the window has not begun, and from its begin on. */
const before = wantedGuard(password, lock, { timeZone, nowMs: beginMs - 1 });
const after = wantedGuard(password, lock, { timeZone, nowMs: beginMs });

describe("a window that a lock guards by its own clock", () => {
  it("is told to begin exactly while it has not begun, and a minute earlier from then on", () => {
    assert.ok(before?.userType === "yearDay" && after?.userType === "yearDay");
    const shift = before.yearDay.localStartSeconds - after.yearDay.localStartSeconds;
    assert.equal(shift * 1000, beginSlackMs);
    assert.equal(before.yearDay.localEndSeconds, after.yearDay.localEndSeconds);
  });

  it("opens at its begin even where the lock's clock is slow: the gateway frees the code at once", () => {
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
    assert.ok(step.kind === "guard");
    assert.deepEqual(step.operation, { name: "setUserType", userId: 1, userType: "unrestricted" });
  });
});

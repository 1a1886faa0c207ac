import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import {
  type ClockOutcome,
  clockAfter,
  clockDue,
  keepsTime,
  measurementLifeMs,
} from "../../../../../daemon/core/time/lock-clock.ts";
import { toZigbeeUtc } from "../../../../../daemon/core/time/zigbee-time.ts";
import { aLock, someCapabilities } from "../../../../support/records.ts";

const timeZone = "Europe/Berlin";
const startMs = Date.UTC(2026, 10, 23, 12);
const minuteMs = 60_000;
const dayMs = 86_400_000;
const declined: ClockOutcome = { kind: "declined" };
const fresh = aLock({ capabilities: someCapabilities({ clock: "server" }) });

function due(lock: LockRecord, nowMs: number) {
  return clockDue(lock, { nowMs, state: "synced" }, timeZone);
}

function after(lock: LockRecord, outcome: ClockOutcome, nowMs: number): LockRecord {
  return { ...lock, lockClock: clockAfter(lock, outcome, nowMs, timeZone) };
}

function shown(nowMs: number): ClockOutcome {
  return { kind: "shown", utcSeconds: toZigbeeUtc(nowMs) };
}

const healthy = after(after(fresh, { kind: "written" }, startMs), shown(startMs), startMs);

describe("the clock of a lock that is a time server", () => {
  it("is written, read, and then not used for a day", () => {
    assert.equal(due(fresh, startMs).operation?.name, "writeTime");
    const written = after(fresh, { kind: "written" }, startMs);
    assert.equal(due(written, startMs).operation?.name, "readTime");
    assert.deepEqual(due(healthy, startMs), { operation: null, wakeAtMs: startMs + dayMs });
  });

  it("is not measured by a refusal: the earlier measurement expires", () => {
    const laterMs = startMs + dayMs;
    const refused = after(healthy, declined, laterMs);
    assert.equal(refused.lockClock.measuredAtMs, startMs);
    assert.equal(keepsTime(refused, timeZone, laterMs), true);
    assert.equal(keepsTime(refused, timeZone, startMs + measurementLifeMs + 1), false);
    const unread = after(after(healthy, { kind: "written" }, laterMs), declined, laterMs);
    assert.equal(keepsTime(unread, timeZone, startMs + measurementLifeMs + 1), false);
  });

  it("enforces nothing if it was never right and the lock refuses its write or read", () => {
    assert.equal(after(fresh, declined, startMs).lockClock.state, "absent");
  });

  it("is not used for ten minutes after a refusal, whatever was refused before", () => {
    const outcomes = fc.constantFrom<"written" | "shown" | "declined">(
      "written",
      "shown",
      "declined",
    );
    fc.assert(
      fc.property(fc.array(outcomes, { maxLength: 30 }), (answers) => {
        let lock = fresh;
        let nowMs = startMs;
        for (const answer of answers) {
          const { operation, wakeAtMs } = due(lock, nowMs);
          if (operation === null) {
            assert.ok(wakeAtMs !== null && wakeAtMs > nowMs);
            nowMs = wakeAtMs;
            continue;
          }
          const done: ClockOutcome =
            operation.name === "writeTime" ? { kind: "written" } : shown(nowMs);
          lock = after(lock, answer === "declined" ? declined : done, nowMs);
          if (answer !== "declined") continue;
          assert.equal(due(lock, nowMs).operation, null);
          assert.equal(due(lock, nowMs + 10 * minuteMs - 1).operation, null);
        }
      }),
    );
  });
});

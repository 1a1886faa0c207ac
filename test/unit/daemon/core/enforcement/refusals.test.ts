import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  applyEnforcementOutcome,
  type EnforcementOutcome,
} from "../../../../../daemon/core/enforcement/enforcement-outcome.ts";
import {
  enforcementSteps,
  firstScheduleId,
  schedulingRetryMs,
  wantedSchedules,
} from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import { aLock, aPassword, aSlot, someCapabilities } from "../../../../support/records.ts";

const nowMs = Date.UTC(2026, 10, 23, 9);
const window = { beginMs: nowMs + 3_600_000, endMs: nowMs + 7_200_000, weekly: null };
const timeZone = "Europe/Berlin";
const capabilities = someCapabilities({ yearDaySchedulesPerUser: 1, clock: "client" });
const fresh = aLock({
  capabilities,
  lockClock: { ...aLock().lockClock, state: "healthy", measuredAtMs: nowMs },
});
const password = aPassword({ window });
const refusal = { kind: "refused", status: "failure" } as const;

/** Returns the lock after operation `index` of the programming has this outcome. */
function after(
  lock: LockRecord,
  index: number,
  outcome: EnforcementOutcome,
  atMs = nowMs,
): LockRecord {
  const schedules = wantedSchedules(password, lock, { timeZone, nowMs: atMs });
  assert.ok(schedules !== null, "the lock is asked");
  const slot = aSlot({
    content: {
      kind: "occupied",
      mark: password.code?.mark ?? null,
      userStatus: "occupiedDisabled",
      userType: "unrestricted",
    },
    guard: { kind: "programming", schedules, stepsDone: index },
  });
  const operation = enforcementSteps(schedules, slot, firstScheduleId(lock))[index];
  assert.ok(operation !== undefined);
  const input = { lock, slot, planned: slot, operation, outcome, nowMs: atMs };
  return applyEnforcementOutcome(input).lock ?? lock;
}

function isAsked(lock: LockRecord, atMs: number): boolean {
  return wantedSchedules(password, lock, { timeZone, nowMs: atMs }) !== null;
}

describe("schedules that a lock refuses", () => {
  it("are tried with ids from 1 before anything else", () => {
    const shifted = after(fresh, 0, refusal);
    assert.equal(firstScheduleId(shifted), 1);
    assert.equal(isAsked(shifted, nowMs), true);
    const schedules = wantedSchedules(password, shifted, { timeZone, nowMs });
    assert.ok(schedules !== null);
    const ids = enforcementSteps(schedules, aSlot({}), 1).map((step) =>
      "scheduleId" in step ? step.scheduleId : null,
    );
    assert.deepEqual(ids, [1, null, 1, null]);
  });

  it("are tried again a day later, and not again if the lock refuses then as well", () => {
    const put = after(after(fresh, 0, refusal), 0, refusal);
    assert.equal(put.scheduling.retryAtMs, nowMs + schedulingRetryMs);
    assert.equal(isAsked(put, nowMs + schedulingRetryMs - 1), false);
    const later = nowMs + schedulingRetryMs;
    assert.equal(isAsked(put, later), true);
    const over = after(after(put, 0, refusal, later), 0, refusal, later);
    assert.equal(over.scheduling.yearDay, "no");
    assert.equal(isAsked(over, later), false);
  });

  it("are tried again a day later after one failure of Set User Type", () => {
    const put = after(fresh, 1, refusal);
    assert.equal(put.scheduling.yearDay, "unknown");
    assert.equal(put.scheduling.retryAtMs, nowMs + schedulingRetryMs);
    assert.notEqual(put.scheduling.setsUserType, "no");
  });

  it("are not tried again on a lock that does not know the command", () => {
    const over = after(fresh, 0, { kind: "unsupported" });
    assert.equal(over.scheduling.yearDay, "no");
  });
});

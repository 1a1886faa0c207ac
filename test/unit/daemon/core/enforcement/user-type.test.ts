import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PinReadBack, Proven, UserType } from "../../../../../daemon/core/model/door-lock.ts";
import { untriedScheduling } from "../../../../../daemon/core/model/lock/scheduling.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import type { PlannedOperation } from "../../../../../daemon/core/model/slot-operation.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type { SlotOutcome } from "../../../../../daemon/core/outcome/outcome-input.ts";
import { refusalLimit } from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const set: PlannedOperation = { name: "setPinCode", userId: 1, userStatus: "occupiedEnabled" };
const read: PlannedOperation = { name: "getPinCode", userId: 1 };
const holder = aPassword();
const witnessed: SlotOutcome = { kind: "done", isReportedByEvent: true };

const holds = (userType: UserType) =>
  ({ kind: "occupied", mark: "123456", userStatus: "occupiedEnabled", userType }) as const;

function aLockOfWeeks(pinReadBack: PinReadBack = "readable", setsUserType: Proven = "yes") {
  return aLock({
    capabilities: someCapabilities({ weekDaySchedulesPerUser: 7, pinReadBack }),
    scheduling: { ...untriedScheduling, setsUserType },
  });
}

function after(
  lock: ReturnType<typeof aLock>,
  slot: SlotRecord,
  [operation, outcome]: readonly [PlannedOperation, SlotOutcome],
) {
  const sent = { revision: holder.revision, mark: "123456" };
  const effects = applyOutcome({ lock, slot, holder, sent, operation, outcome, nowMs: 0 });
  const next = effects.slots?.[0];
  assert.ok(next !== undefined);
  return { ...effects, slot: next };
}

function nextOf(lock: ReturnType<typeof aLock>, slot: SlotRecord) {
  const view = aView({ lock, passwords: [holder], slots: [slot] });
  const step = plan({ view, time: { nowMs: 0, state: "synced" }, blockedUntilMs: null });
  assert.ok(step.kind === "perform" || step.kind === "enforce");
  return step.operation;
}

const shows = (userType: UserType): SlotOutcome => ({
  kind: "read",
  content: holds(userType),
  code: null,
});
const bound = aSlot({ content: holds("weekDay"), attemptedRevision: 1, confidence: "confirmed" });

describe("a code that is set over one that schedules bound", () => {
  it("is read back on a lock with schedules, although an event confirmed the set", () => {
    const lock = aLockOfWeeks();
    const { slot } = after(lock, bound, [set, witnessed]);
    assert.equal(slot.confidence, "unconfirmed");
    assert.deepEqual(nextOf(lock, slot), read);
    assert.equal(after(aLock(), bound, [set, witnessed]).slot.confidence, "confirmed");
  });

  it("is freed if the lock kept the type, which is no refusal", () => {
    const lock = aLockOfWeeks();
    const written = after(lock, bound, [set, witnessed]).slot;
    const { slot } = after(lock, written, [read, shows("weekDay")]);
    assert.equal(slot.refusals, 0);
    const free = { name: "setUserType", userId: 1, userType: "unrestricted" };
    assert.deepEqual(nextOf(lock, slot), free);
  });

  it("counts as bound on a lock that shows nothing", () => {
    const lock = aLockOfWeeks("silent");
    const { slot } = after(lock, bound, [set, witnessed]);
    const free = { name: "setUserType", userId: 1, userType: "unrestricted" };
    assert.deepEqual(nextOf(lock, slot), free);
  });

  it("is neither sent nor cleared while the lock's grants are suspended", () => {
    const lock = aLockOfWeeks("readable", "no");
    for (const slot of [bound, { ...bound, refusals: 1 }]) {
      const view = aView({ lock, passwords: [holder], slots: [slot] });
      const time = { nowMs: 0, state: "synced" } as const;
      const suspension = { suspendedThroughMs: Number.MAX_SAFE_INTEGER };
      assert.equal(plan({ view, time, blockedUntilMs: null, ...suspension }).kind, "idle");
      assert.equal(plan({ view, time, blockedUntilMs: null }).kind, "perform");
    }
  });

  it("is cleared before it is set again on a lock without Set User Type, and fails after three", () => {
    const lock = aLockOfWeeks("readable", "no");
    assert.deepEqual(nextOf(lock, bound), set);
    let slot = bound;
    for (let time = 1; time < refusalLimit; time += 1) {
      slot = after(lock, slot, [set, witnessed]).slot;
      slot = after(lock, slot, [read, shows("weekDay")]).slot;
      assert.equal(slot.refusals, time);
      assert.deepEqual(nextOf(lock, slot), { name: "clearPinCode", userId: 1 });
    }
    slot = after(lock, slot, [set, witnessed]).slot;
    const last = after(lock, slot, [read, shows("weekDay")]);
    assert.equal(last.slot.parkedRevision, 1);
    assert.equal(last.passwords?.[0]?.failure, "refused");
  });
});

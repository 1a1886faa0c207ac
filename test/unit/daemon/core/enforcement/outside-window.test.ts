import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";

const endMs = 1_000_000;
const tenant = aPassword({
  operationStage: "done",
  window: { beginMs: null, endMs, weekly: null },
});
const guard: SlotRecord["guard"] = {
  kind: "held",
  schedules: { userType: "yearDay", yearDay: { localStartSeconds: 0, localEndSeconds: 1 } },
};
const slot = aSlot({
  content: { kind: "empty" },
  confidence: "confirmed",
  appliedRevision: 1,
  attemptedRevision: 1,
});

function opened(slot: SlotRecord, nowMs: number) {
  const view = aView({ passwords: [tenant], slots: [slot] });
  const effects = reduce({
    view,
    event: {
      kind: "operationEvent",
      source: "keypad",
      code: "unlock",
      userId: 1,
      localSeconds: null,
    },
    time: { nowMs, state: "synced" },
    code: null,
    sealedFor: "",
  });
  const slots = new Map((effects.slots ?? []).map((one) => [one.userId, one]));
  const after = { ...view, lock: effects.lock ?? view.lock, slots };
  return { effects, after };
}

describe("a code that opened outside its window", () => {
  it("causes a read of its slot at once, whatever the slot was thought to hold", () => {
    const { effects, after } = opened(slot, endMs + 5_000);
    const names = (effects.journal ?? []).map((one) => one.kind === "event" && one.event);
    assert.deepEqual(names, ["lockerOpenAlarm", "outOfWindowOpen"]);
    const time = { nowMs: endMs + 5_000, state: "synced" } as const;
    const step = plan({ view: after, time, blockedUntilMs: null });
    assert.deepEqual(step.kind === "perform" && step.operation.name, "getPinCode");
  });

  it("ends the use of schedules on a lock that had shown its schedule", () => {
    const { after } = opened({ ...slot, guard }, endMs + 61_000);
    assert.equal(after.lock.scheduling.yearDay, "no");
  });

  it("keeps the use of schedules if it was outside by no more than the lock's clock may be off", () => {
    const { after } = opened({ ...slot, guard }, endMs + 59_000);
    assert.equal(after.lock.scheduling.yearDay, "unknown");
  });
});

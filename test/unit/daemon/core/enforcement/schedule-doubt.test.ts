import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { scheduleDoubtPauseMs } from "../../../../../daemon/core/enforcement/schedule-doubt.ts";
import { wantedSchedules } from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { Effects, LockRecord } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aLock, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const timeZone = "UTC";
const nowMs = Date.UTC(2026, 10, 23, 9);
const hourMs = 3_600_000;
const password = aPassword({
  window: { beginMs: nowMs - hourMs, endMs: nowMs + 6 * hourMs, weekly: null },
  operationStage: "done",
  userId: 1,
});
const lock = aLock({
  capabilities: someCapabilities({ yearDaySchedulesPerUser: 1, clock: "server" }),
  lockClock: {
    ...aLock().lockClock,
    state: "healthy",
    measuredAtMs: nowMs,
    writtenAtMs: nowMs - 1_000,
    writtenOffsetSeconds: 0,
  },
  scheduling: { ...aLock().scheduling, yearDay: "yes" },
});

function codeSlot(changes: Partial<SlotRecord> = {}): SlotRecord {
  const schedules = wantedSchedules(password, lock, { timeZone, nowMs });
  assert.ok(schedules !== null);
  return aSlot({
    content: {
      kind: "occupied",
      mark: password.code?.mark ?? null,
      userStatus: "occupiedEnabled",
      userType: "yearDay",
    },
    confidence: "confirmed",
    appliedRevision: 1,
    attemptedRevision: 1,
    verifiedAtMs: nowMs,
    guard: { kind: "held", schedules },
    ...changes,
  });
}

function refusedAt(
  atMs: number,
  slot = codeSlot(),
  { of = password, by = lock }: { of?: PasswordRecord; by?: LockRecord } = {},
): Effects {
  const view = aView({ lock: by, passwords: [of], slots: [slot] });
  const time = { nowMs: atMs, state: "synced" } as const;
  const event = {
    kind: "operationEvent",
    source: "keypad",
    code: "unlockFailureSchedule",
    userId: 1,
    localSeconds: null,
  } as const;
  return reduce({ view, event, time, code: null, sealedFor: "password/new" });
}

function slotAfter(effects: Effects): SlotRecord {
  const [slot] = effects.slots ?? [];
  assert.ok(slot !== undefined);
  return slot;
}

/** Returns the names of the operations that the plan performs after the refusal. */
function nextOf(effects: Effects, atMs: number): string {
  const view = aView({
    lock: effects.lock ?? lock,
    passwords: [password],
    slots: [slotAfter(effects)],
  });
  const time = { nowMs: atMs, state: "synced" } as const;
  const step = plan({ view, time, timeZone, blockedUntilMs: null });
  if (step.kind === "enforce" || step.kind === "clock") return step.operation.name;
  return step.kind;
}

describe("a code that the lock refuses by its schedule inside the code's window", () => {
  it("causes a write of the lock's clock and a read of its schedule", () => {
    const effects = refusedAt(nowMs);
    assert.equal(effects.journal?.length, 1);
    assert.equal(nextOf(effects, nowMs), "writeTime");
    const set = { ...effects, lock };
    assert.equal(nextOf(set, nowMs), "getYearDaySchedule");
  });

  it("is checked at most once an hour for each password", () => {
    const checked = slotAfter(refusedAt(nowMs));
    assert.ok(checked.guard.kind === "programming");
    const { schedules } = checked.guard;
    const inProgress = refusedAt(nowMs + 1_000, checked);
    assert.equal(inProgress.slots, undefined, "the look is under way");
    const again = { ...checked, guard: { kind: "held", schedules } } as const;
    const later = slotAfter(refusedAt(nowMs + scheduleDoubtPauseMs, again));
    assert.equal(later.guard.kind, "programming");
    const next = { ...password, revision: 2 };
    const newer = slotAfter(refusedAt(nowMs + 2_000, again, { of: next }));
    assert.equal(newer.guard.kind, "programming");
  });

  it("is enforced by the gateway alone if the lock refuses it again although all was right", () => {
    const checked = slotAfter(refusedAt(nowMs));
    assert.ok(checked.guard.kind === "programming");
    const { schedules } = checked.guard;
    const right = { ...checked, guard: { kind: "held", schedules } } as const;
    const effects = refusedAt(nowMs + 60_000, right);
    assert.equal(slotAfter(effects).guard.kind, "refused");
    assert.equal(nextOf(effects, nowMs + 60_000), "setUserType");
  });

  it("has its user made unrestricted if latchd has given the lock no schedule", () => {
    const slot = codeSlot({ guard: { kind: "none" } });
    const permanent = { ...password, window: { beginMs: null, endMs: null, weekly: null } };
    const after = slotAfter(refusedAt(nowMs, slot, { of: permanent }));
    assert.ok(after.content.kind === "occupied");
    assert.equal(after.content.userType, "yearDay");
  });

  it("causes no check near an edge of the window, outside it, or for a frozen password", () => {
    const { beginMs } = password.window;
    assert.ok(beginMs !== null);
    for (const atMs of [beginMs + 30_000, nowMs + 6 * hourMs - 30_000, nowMs + 7 * hourMs]) {
      assert.equal(refusedAt(atMs).slots, undefined);
    }
    const frozen = { ...password, isFrozen: true };
    assert.equal(refusedAt(nowMs, codeSlot(), { of: frozen }).slots, undefined);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  affordableAtMs,
  auditBudget,
  clampedPaid,
  paidThrough,
} from "../../../../../daemon/core/audit/audit-budget.ts";
import { auditStateOf } from "../../../../../daemon/core/audit/sweep.ts";
import { schedulingRetryMs } from "../../../../../daemon/core/enforcement/slot-enforcement.ts";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import { setbackEffects } from "../../../../../daemon/core/outcome/time-setback.ts";
import { overdueAfterMs, overdueEffects } from "../../../../../daemon/core/plan/overdue.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aCode, aLock, aPassword, aSlot, aView } from "../../../../support/records.ts";

const toMs = 1_800_000_000_000;
const hourMs = 3_600_000;
const fromMs = toMs + 48 * hourMs;
const setBack = { fromMs, toMs };

/** A stay that ends in a day. By the wrong time it was published as over, and its slot is free. */
function ended(changes: Partial<PasswordRecord> = {}): PasswordRecord {
  return aPassword({
    code: aCode("246810"),
    window: { beginMs: null, endMs: toMs + 24 * hourMs, weekly: null },
    operationStage: "done",
    userId: null,
    ...changes,
  });
}

function restoredIds(view: LockView): readonly unknown[] {
  const { journal = [] } = setbackEffects(view, setBack);
  return journal.map((entry) => (entry.kind === "event" ? entry.detail?.["password_id"] : null));
}

describe("a time that is set back", () => {
  it("makes a stay desired again that ended only by the wrong time, and publishes that", () => {
    for (const password of [ended(), ended({ operationStage: "failed", failure: "expired" })]) {
      const effects = setbackEffects(aView({ passwords: [password] }), setBack);
      assert.deepEqual(effects.passwords, [
        { ...password, operationStage: "inProgress", failure: null },
      ]);
      const [event] = effects.journal ?? [];
      assert.deepEqual(event, {
        kind: "event",
        event: "pwdRestored",
        lock: password.lock,
        detail: {
          password_id: password.id,
          name: password.name,
          reason: "clock",
          ends_at: toMs + 24 * hourMs,
        },
      });
    }
  });

  it("lets the plan assign a slot and set its code", () => {
    const view = aView({ passwords: [ended()] });
    const { passwords = [] } = setbackEffects(view, setBack);
    const time = { nowMs: toMs, state: "synced" } as const;
    const first = plan({ view: { ...view, passwords }, time, blockedUntilMs: null });
    assert.ok(first.kind === "record" && first.effects.slots?.[0]?.holder === 1);
  });

  it("does not restore passwords that were deleted, used up, refused, or over before", () => {
    const passwords = [
      ended({ id: 1, isDeleted: true }),
      ended({ id: 2, consumedAtMs: toMs + 1 }),
      ended({ id: 3, operationStage: "failed", failure: "refused" }),
      ended({ id: 4, window: { beginMs: null, endMs: toMs, weekly: null } }),
      ended({ id: 5, window: { beginMs: null, endMs: fromMs + 1, weekly: null } }),
      ended({ id: 6, window: { beginMs: null, endMs: null, weekly: null } }),
    ];
    assert.deepEqual(restoredIds(aView({ passwords })), []);
  });

  it("moves pauses and reads of the future, so that nothing waits for the wrong time", () => {
    const slot = aSlot({
      content: { kind: "empty" },
      retryAtMs: fromMs + hourMs,
      verifiedAtMs: fromMs,
      overdueToldAtMs: fromMs,
    });
    const lock = { batteryAtMs: fromMs, auditedAtMs: fromMs, openedAtMs: toMs - 5 };
    const effects = setbackEffects(aView({ lock, slots: [slot] }), setBack);
    const [moved] = effects.slots ?? [];
    assert.equal(moved?.retryAtMs, toMs);
    assert.ok(moved?.verifiedAtMs !== null && (moved?.verifiedAtMs ?? toMs) < toMs);
    assert.equal(moved?.overdueToldAtMs, toMs - 1, "it was earlier than the end of the pause");
    assert.deepEqual(
      [effects.lock?.batteryAtMs, effects.lock?.auditedAtMs, effects.lock?.openedAtMs],
      [toMs, toMs, toMs - 5],
    );
  });

  it("leaves no time in any record that is later than now", () => {
    const gapAtMs = fromMs;
    const view = aView({
      lock: {
        pairedAtMs: fromMs,
        leftAtMs: fromMs,
        onlineChangedAtMs: fromMs,
        wrongCodeAtMs: fromMs,
        logCursor: { ...aLock().logCursor, readAtMs: fromMs },
        remote: { action: "unlock", sentAtMs: fromMs },
        audits: {
          paidThroughMs: 0,
          nextUserId: 1,
          sweptAtMs: fromMs,
          roundBeganAtMs: fromMs,
          wholeRoundBeganAtMs: fromMs,
          seenBelow: 1,
          quick: { gapAtMs, nextUserId: 3 },
        },
      },
      passwords: [aPassword({ createdAtMs: fromMs, changedAtMs: fromMs, consumedAtMs: fromMs })],
      slots: [
        aSlot({
          heldSinceMs: fromMs,
          doubtedAtMs: fromMs,
          toldAtMs: fromMs,
          writtenAtMs: fromMs,
          setAtMs: fromMs,
          clearedAtMs: fromMs,
        }),
      ],
    });
    const { lock, passwords, slots } = setbackEffects(view, setBack);
    const late = JSON.stringify([lock, passwords, slots]).includes(String(fromMs));
    assert.ok(lock !== undefined && passwords?.length === 1 && slots?.length === 1 && !late);
    assert.deepEqual(lock.audits?.quick, { gapAtMs: toMs, nextUserId: 3 });
  });

  it("reads slots again within two refills of the budget, however far ahead it was used", () => {
    const before = aView({ slots: [aSlot()] });
    const budget = auditBudget(before, "auto");
    assert.ok(budget !== null);
    const paidThroughMs = paidThrough(budget, 0, fromMs);
    const audits = { ...auditStateOf(before.lock), paidThroughMs };
    const view = aView({ lock: { audits } });
    const { lock = view.lock } = setbackEffects(view, setBack);
    const laterMs = toMs + 2 * budget.refillMs;
    const paid = clampedPaid(budget, auditStateOf(lock).paidThroughMs, laterMs);
    assert.ok(affordableAtMs(budget, paid) <= laterMs);
  });

  it("tries a lock's schedules a day from now, not a day after the wrong time", () => {
    const scheduling = { ...aLock().scheduling, retryAtMs: fromMs + schedulingRetryMs };
    const effects = setbackEffects(aView({ lock: { scheduling } }), setBack);
    assert.equal(effects.lock?.scheduling.retryAtMs, toMs + schedulingRetryMs);
  });

  it("publishes a revocation of the wrong time as overdue a minute later", () => {
    const password = aPassword({ isDeleted: true, changedAtMs: fromMs });
    const view = aView({ passwords: [password], slots: [aSlot({ attemptedRevision: 1 })] });
    const { passwords = [] } = setbackEffects(view, setBack);
    const now = { ...view, passwords };
    assert.equal(overdueEffects(now, toMs + overdueAfterMs - 1), null);
    assert.equal(overdueEffects(now, toMs + overdueAfterMs)?.journal?.length, 1);
  });

  it("does not trust a lock's clock that was written by the wrong time", () => {
    const lockClock = {
      ...aLock().lockClock,
      state: "healthy",
      driftSeconds: 0,
      measuredAtMs: fromMs,
      writtenAtMs: fromMs,
      writtenOffsetSeconds: 0,
    } as const;
    const effects = setbackEffects(aView({ lock: { lockClock } }), setBack);
    assert.equal(effects.lock?.lockClock.state, "unknown");
  });

  it("does not trust a lock's clock that was written while the time went wrong step by step", () => {
    const writtenAtMs = toMs - 20 * hourMs;
    const lockClock = {
      ...aLock().lockClock,
      state: "healthy",
      driftSeconds: 0,
      measuredAtMs: writtenAtMs,
      writtenAtMs,
      writtenOffsetSeconds: 0,
    } as const;
    const view = aView({ lock: { lockClock } });
    const minutes = { fromMs: toMs + 8 * 60_000, toMs };
    assert.equal(setbackEffects(view, minutes).lock?.lockClock.state, "unknown");
    const seconds = { fromMs: toMs + 50_000, toMs };
    assert.equal(setbackEffects(view, seconds).lock, undefined, "no more than a clock may be off");
  });

  it("changes nothing if it is applied a second time", () => {
    const view = aView({
      lock: { batteryAtMs: fromMs },
      passwords: [ended()],
      slots: [aSlot({ userId: 3, holder: null, retryAtMs: fromMs + hourMs, verifiedAtMs: fromMs })],
    });
    const effects = setbackEffects(view, setBack);
    const slots = new Map(effects.slots?.map((slot) => [slot.userId, slot]));
    const again = { lock: effects.lock ?? view.lock, passwords: effects.passwords ?? [], slots };
    assert.deepEqual(Object.keys(setbackEffects(again, setBack)), []);
  });
});

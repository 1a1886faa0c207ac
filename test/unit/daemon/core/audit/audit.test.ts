import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { auditBudget, auditsNeededPerDay } from "../../../../../daemon/core/audit/audit-budget.ts";
import { slotCoverage } from "../../../../../daemon/core/audit/slot-coverage.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import {
  AuditedLock,
  type AuditedLockOptions,
  dayMs,
} from "../../../../support/radio/audited-lock.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

const fortnightMs = 14 * dayMs;
const locks = fc
  .record({
    pinUsers: fc.integer({ min: 2, max: 60 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ pinUsers, share }) => ({ pinUsers, codes: Math.floor((pinUsers - 1) * share) }));
/** Times at which the daemon starts again. */
const restarts = fc.array(fc.integer({ min: 0, max: fortnightMs - 1 }), { maxLength: 40 });

function lived(options: AuditedLockOptions, starts: readonly number[]): AuditedLock {
  const lock = new AuditedLock(options);
  for (const atMs of starts.toSorted((a, b) => a - b)) {
    lock.runUntil(atMs);
    lock.restart();
  }
  lock.runUntil(fortnightMs);
  return lock;
}

/** Returns the longest time without a read of the slot. */
function longestGapMs(lock: AuditedLock, userId: number): number {
  const edges = [0, ...lock.readsOf(userId), lock.nowMs];
  return Math.max(...edges.slice(1).map((atMs, index) => atMs - (edges[index] ?? 0)));
}

function assertAllRead(lock: AuditedLock, { pinUsers, codes }: AuditedLockOptions): void {
  for (let userId = 1; userId < pinUsers; userId += 1) {
    const limitMs = userId <= codes ? dayMs : fortnightMs - 1;
    assert.ok(longestGapMs(lock, userId) <= limitMs, `slot ${userId} within its time`);
  }
}

describe("the audits of a lock", () => {
  it("read every slot within 14 days and every password's within a day, however often the daemon starts", () => {
    fc.assert(
      fc.property(locks, restarts, (shape, starts) => {
        const options = { ...shape, auditsPerDay: "auto" } as const;
        assertAllRead(lived(options, starts), options);
      }),
      { numRuns: 40 },
    );
  });

  it("never exceed the budget in any 24 hours", () => {
    const budgets = fc.oneof(fc.constant("auto" as const), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(locks, budgets, restarts, (shape, auditsPerDay, starts) => {
        const lock = lived({ ...shape, auditsPerDay }, starts);
        const perDay = auditBudget(lock.view, auditsPerDay)?.perDay ?? 0;
        assert.ok(lock.busiestDay() <= perDay, `${lock.busiestDay()} reads of ${perDay}`);
      }),
      { numRuns: 60 },
    );
  });

  it("keep both limits on a lock of 1,000 slots and 100 passwords", () => {
    const options = { pinUsers: 1_000, codes: 100, auditsPerDay: "auto" } as const;
    const lock = lived(options, [dayMs / 2, 3 * dayMs, 3 * dayMs + 60_000]);
    assertAllRead(lock, options);
    assert.ok(lock.busiestDay() <= 440, `${lock.busiestDay()} reads a day`);
  });

  it("share a budget that is too small between passwords' slots and all others", () => {
    const lock = lived({ pinUsers: 60, codes: 40, auditsPerDay: 20 }, []);
    const others = lock.reads.filter(({ userId }) => userId > 40).length;
    assert.ok(auditsNeededPerDay(lock.view) > 20);
    assert.ok(others >= 15, `${others} of the others were read`);
    for (let userId = 1; userId <= 40; userId += 1) {
      assert.ok(longestGapMs(lock, userId) < 6 * dayMs, `slot ${userId} is not forgotten`);
    }
  });

  it("read all passwords' slots at once after a restart, those that must not open first", () => {
    const lock = new AuditedLock({ pinUsers: 30, codes: 6, auditsPerDay: "auto" });
    const frozen = lock.view.passwords.map((password) =>
      password.id === 4 ? { ...password, isFrozen: true } : password,
    );
    const disabled = lock.view.slots.get(4);
    assert.ok(disabled?.content.kind === "occupied");
    const content = { ...disabled.content, userStatus: "occupiedDisabled" } as const;
    const slots = new Map(lock.view.slots).set(4, { ...disabled, content });
    lock.view = { ...lock.view, passwords: frozen, slots };
    lock.runUntil(3_600_000);
    const before = lock.reads.length;
    lock.restart();
    for (let reads = 0; reads < 6; ) {
      const step = lock.step();
      if (step.kind === "perform") reads += 1;
      if (step.kind === "idle") lock.nowMs = step.wakeAtMs ?? Number.NaN;
    }
    const users = lock.reads.slice(before).map(({ userId }) => userId);
    assert.equal(users[0], 4);
    assert.deepEqual(users.toSorted(), [1, 2, 3, 4, 5, 6]);
    assert.ok(lock.nowMs - 3_600_000 <= 60_000, "within a minute");
  });

  it("keep no record of an empty slot that no password has", () => {
    const lock = new AuditedLock({ pinUsers: 30, codes: 2, auditsPerDay: "auto" });
    lock.strangers.set(20, "somebody's");
    lock.runUntil(fortnightMs);
    assert.deepEqual([...lock.view.slots.keys()].toSorted(), [1, 2, 20]);
  });

  it("wait until a sleeping lock is awake", () => {
    const view = aView({
      lock: { auditedAtMs: 0, capabilities: someCapabilities({ isSleepy: true }) },
      passwords: [aPassword({ operationStage: "done" })],
      slots: [
        aSlot({
          content: {
            kind: "occupied",
            mark: "123456",
            userStatus: "occupiedEnabled",
            userType: "unrestricted",
          },
          confidence: "confirmed",
          appliedRevision: 1,
          attemptedRevision: 1,
          verifiedAtMs: 1,
        }),
      ],
    });
    const next = (isAwake: boolean) =>
      plan({
        view,
        time: { nowMs: 25 * 3_600_000, state: "synced" },
        blockedUntilMs: null,
        auditsPerDay: "auto",
        isAwake,
      });
    assert.deepEqual(next(false), { kind: "idle", wakeAtMs: null, awaitsFrame: true });
    const step = next(true);
    assert.ok(step.kind === "perform" && step.audit !== undefined);
    assert.deepEqual(step.operation, { name: "getPinCode", userId: 1 });
  });

  it("are disabled with a budget of 0, and on a lock that shows nothing", () => {
    const slots = [aSlot({ content: { kind: "empty" }, confidence: "confirmed", verifiedAtMs: 0 })];
    const silent = someCapabilities({ pinReadBack: "silent", userStatus: "no" });
    for (const [auditsPerDay, capabilities] of [
      [0, someCapabilities()],
      ["auto", silent],
    ] as const) {
      const view = aView({ lock: { capabilities }, slots });
      const time = { nowMs: fortnightMs, state: "synced" } as const;
      assert.equal(plan({ view, time, blockedUntilMs: null, auditsPerDay }).kind, "idle");
      assert.equal(slotCoverage(view, 0, fortnightMs).canRead, capabilities !== silent);
    }
  });
});

describe("the coverage of a lock's slots", () => {
  it("counts slots that were never read, and passwords' slots that were not read since a restart", () => {
    const lock = new AuditedLock({ pinUsers: 30, codes: 3, auditsPerDay: "auto" });
    assert.equal(slotCoverage(lock.view, 0, 0).slotsUnknown, 26);
    lock.runUntil(dayMs);
    assert.equal(slotCoverage(lock.view, 0, dayMs).slotsUnknown, 0);
    const restarted = slotCoverage(lock.view, dayMs, dayMs);
    assert.equal(restarted.slotsUnknown, 3);
    assert.ok(restarted.unknownForMs !== null && restarted.unknownForMs > 0);
  });

  it("shows the age of the oldest read", () => {
    const lock = new AuditedLock({ pinUsers: 30, codes: 3, auditsPerDay: "auto" });
    lock.runUntil(fortnightMs);
    const { oldestReadMs } = slotCoverage(lock.view, 0, fortnightMs);
    assert.ok(oldestReadMs !== null && oldestReadMs <= fortnightMs && oldestReadMs > dayMs);
  });
});

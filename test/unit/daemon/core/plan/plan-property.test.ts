import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LockView } from "../../../../../daemon/core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import { type SlotRecord, unknownSlot } from "../../../../../daemon/core/model/slot.ts";
import type { PlannedOperation } from "../../../../../daemon/core/model/slot-operation.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type { SlotOutcome } from "../../../../../daemon/core/outcome/outcome-input.ts";
import { refusalLimit } from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { targetOf } from "../../../../../daemon/core/plan/target.ts";
import { writeAheadMark } from "../../../../../daemon/core/plan/write-ahead-mark.ts";
import { PaperLock } from "../../../../support/radio/paper-lock.ts";
import {
  aCode,
  aLockId,
  aPassword,
  aSlot,
  aView,
  someCapabilities,
} from "../../../../support/records.ts";

/** What may happen to one operation: the lock accepts it, refuses it or does not answer, and performs it or not. */
type Luck = "ok" | "refused" | "lostBefore" | "lostAfter" | "crash";

const permanent = { beginMs: null, endMs: null, weekly: null } as const;
const windows = fc.oneof(
  fc.constant(permanent),
  fc
    .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 50 }))
    .map(([begin, length]) => ({ beginMs: begin, endMs: begin + length, weekly: null })),
);

const passwords = fc
  .array(
    fc.record({
      window: windows,
      isFrozen: fc.boolean(),
      isDeleted: fc.boolean(),
      hasSlot: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((wishes) =>
    wishes.map(({ hasSlot, ...wish }, index) =>
      aPassword({
        ...wish,
        id: index === 0 ? administratorId : index,
        isDeleted: index > 0 && wish.isDeleted,
        isFrozen: index > 0 && wish.isFrozen,
        window: index === 0 ? permanent : wish.window,
        code: aCode(`code ${index}`),
        userId: hasSlot ? index + 1 : null,
      }),
    ),
  );

const foreignCodes = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 });
const lucks = fc.array(
  fc.constantFrom<Luck>("ok", "ok", "ok", "refused", "lostBefore", "lostAfter", "crash"),
  { maxLength: 40 },
);

class Run {
  view: LockView;
  readonly lock = new PaperLock();
  readonly foreignCodes: ReadonlySet<number>;
  nowMs = 0;

  constructor(
    wanted: readonly PasswordRecord[],
    foreign: readonly number[],
    userStatus: "yes" | "no",
  ) {
    this.foreignCodes = new Set(foreign);
    for (const userId of foreign) {
      this.lock.stored.set(userId, {
        kind: "occupied",
        mark: `foreign ${userId}`,
        userStatus: "occupiedEnabled",
        userType: "unrestricted",
      });
    }
    const slots = wanted.flatMap(({ id, userId }) =>
      userId === null ? [] : [aSlot({ userId, holder: id })],
    );
    const lock = { capabilities: someCapabilities({ userStatus }) };
    this.view = aView({ passwords: wanted, slots, lock });
  }

  /** Performs the next step. Returns false if there is nothing to do. */
  step(luck: Luck): boolean {
    const step = plan({
      view: this.view,
      time: { nowMs: this.nowMs, state: "synced" },
      blockedUntilMs: null,
    });
    switch (step.kind) {
      case "idle":
        if (step.wakeAtMs === null || step.wakeAtMs > 1e7) return false;
        this.nowMs = Math.max(this.nowMs, step.wakeAtMs);
        return true;
      case "record":
        this.apply(step.effects);
        return true;
      case "perform":
        this.perform(step.operation, step.slot, luck);
        return true;
      case "enforce":
      case "clock":
        return assert.fail("a lock without schedules and clock gets neither");
    }
  }

  perform(operation: PlannedOperation, slot: SlotRecord, luck: Luck): void {
    const { userId } = operation;
    const isWrite = operation.name !== "getPinCode" && operation.name !== "getUserStatus";
    if (isWrite) {
      assert.ok(
        !this.foreignCodes.has(userId),
        `${operation.name} on the slot of a foreign code ${userId}`,
      );
    }
    const holder = this.view.passwords.find(({ id }) => id === slot.holder) ?? null;
    const sent = { revision: holder?.revision ?? 0, mark: holder?.code?.mark ?? null };
    const marked = writeAheadMark(slot, operation, sent, this.nowMs);
    if (marked !== null) this.apply({ slots: [marked] });
    if (operation.name === "setPinCode") this.assertNothingToRevoke();
    const mark = holder?.code?.mark ?? null;
    const outcome = this.outcomeOf(operation, mark, luck);
    if (luck === "crash") {
      // As at a start, marked slots are unknown.
      const slots = [...this.view.slots.values()].map(
        (one): SlotRecord =>
          one.mayDiffer ? { ...one, content: { kind: "unknown" }, mayDiffer: false } : one,
      );
      this.apply({ slots });
      return;
    }
    const current = this.view.slots.get(userId) ?? unknownSlot(aLockId, userId);
    this.apply(
      applyOutcome({
        lock: this.view.lock,
        slot: current,
        holder,
        sent: { revision: holder?.revision ?? 0, mark },
        operation,
        outcome,
        nowMs: this.nowMs,
      }),
    );
  }

  outcomeOf(operation: PlannedOperation, mark: string | null, luck: Luck): SlotOutcome {
    switch (luck) {
      case "ok":
        return this.lock.perform(operation, mark);
      case "refused":
        return { kind: "refused", status: "failure" };
      case "lostBefore":
        return { kind: "unreachable", wasSent: true };
      case "lostAfter":
      case "crash":
        this.lock.perform(operation, mark);
        return { kind: "unreachable", wasSent: true };
    }
  }

  /** Fails if a grant goes out while a code that must go is live and its revocation was not refused three times. */
  assertNothingToRevoke(): void {
    for (const password of this.view.passwords) {
      if (password.userId === null) continue;
      const slot = this.view.slots.get(password.userId);
      if (slot === undefined || slot.content.kind !== "occupied") continue;
      const target = targetOf(password, this.view.lock.capabilities, this.nowMs);
      const isOurs = slot.holder === password.id && slot.appliedRevision > 0;
      const isLive = slot.content.userStatus === "occupiedEnabled";
      const isRefused = slot.refusals >= refusalLimit || slot.parkedRevision === password.revision;
      assert.ok(
        target === "open" || !isOurs || !isLive || isRefused,
        `a grant went out before password ${password.id} was revoked`,
      );
    }
  }

  apply(effects: ReturnType<typeof applyOutcome>): void {
    const kept = new Map(this.view.passwords.map((password) => [password.id, password]));
    for (const password of effects.passwords ?? []) kept.set(password.id, password);
    for (const id of effects.removedPasswords ?? []) kept.delete(id);
    const slots = new Map(this.view.slots);
    for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
    this.view = { lock: effects.lock ?? this.view.lock, passwords: [...kept.values()], slots };
  }

  /** Performs steps that succeed until there is nothing to do. Returns their number. */
  rest(): number {
    for (let steps = 0; steps < 500; steps += 1) {
      if (!this.step("ok")) return steps;
    }
    return assert.fail("the plan does not come to rest");
  }
}

describe("plan and outcome together", () => {
  const numRuns = Number(process.env["LATCHD_PROPERTY_RUNS"] ?? 10_000);

  it("converge whatever goes wrong, never write the slot of a foreign code, never grant before a revocation", () => {
    fc.assert(
      fc.property(
        passwords,
        foreignCodes,
        lucks,
        fc.constantFrom("yes", "no"),
        (wanted, foreign, luck, status) => {
          const run = new Run(wanted, foreign, status);
          for (const one of luck) run.step(one);
          run.rest();
          // Parked revocations are tried again; then nothing is live that should not be.
          run.nowMs += 4_000_000;
          run.rest();
          for (const userId of run.foreignCodes) {
            const content = run.lock.content(userId);
            assert.equal(content.kind === "occupied" && content.mark, `foreign ${userId}`);
          }
          for (const [userId, content] of run.lock.stored) {
            if (run.foreignCodes.has(userId) || content.kind !== "occupied") continue;
            const holder = run.view.passwords.find((password) => password.userId === userId);
            const isWanted =
              holder !== undefined &&
              targetOf(holder, run.view.lock.capabilities, run.nowMs) !== "absent";
            const isClosed = content.userStatus === "occupiedDisabled";
            assert.ok(isWanted || isClosed, `slot ${userId} holds ${content.mark} for nobody`);
          }
          assert.equal(run.rest(), 0, "the plan does nothing more at rest");
        },
      ),
      { numRuns, includeErrorInReport: true },
    );
  });

  it("hold every open password at the lock when nothing goes wrong and there is room", () => {
    fc.assert(
      fc.property(passwords, foreignCodes, (wanted, foreign) => {
        const run = new Run(wanted, foreign, "yes");
        run.rest();
        for (const password of run.view.passwords) {
          if (targetOf(password, run.view.lock.capabilities, run.nowMs) !== "open") continue;
          if (password.failure === "full") continue;
          const content = run.lock.content(password.userId ?? -1);
          assert.equal(content.kind === "occupied" && content.mark, password.code?.mark);
          assert.equal(password.operationStage, "done");
        }
      }),
      { numRuns, includeErrorInReport: true },
    );
  });
});

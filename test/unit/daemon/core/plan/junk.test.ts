import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { PlannedOperation } from "../../../../../daemon/core/model/slot-operation.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type { SlotOutcome } from "../../../../../daemon/core/outcome/outcome-input.ts";
import { revocationRetryMs } from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { overdueEffects } from "../../../../../daemon/core/plan/overdue.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { allocateSlot } from "../../../../../daemon/core/plan/slot-allocation.ts";
import { writeAheadMark } from "../../../../../daemon/core/plan/write-ahead-mark.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

type ReadBack = "readable" | "masked" | "silent";

/** A lock that neither clears nor disables codes. A mark stands for each code that is set. */
class StubbornLock {
  view: LockView;
  nowMs = 1_000;
  mark = "123456";
  readonly sent: string[] = [];
  readonly published: string[] = [];
  readonly #takes: boolean;
  readonly #answersSet: boolean;

  constructor(
    pinReadBack: ReadBack,
    { takes = true, answersSet = true, isFrozen = false, pinUsers = 3 } = {},
  ) {
    this.#takes = takes;
    this.#answersSet = answersSet;
    const userStatus = "no";
    const capabilities = someCapabilities({ pinReadBack, userStatus, pinUsers, lastUserId: 2 });
    const asked = isFrozen
      ? ({ isFrozen, operation: "freeze" } as const)
      : ({ isDeleted: true, operation: "delete" } as const);
    const content = {
      kind: "occupied",
      mark: "123456",
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    } as const;
    const live = aSlot({
      content,
      confidence: "confirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
    });
    this.view = aView({
      lock: { capabilities },
      passwords: [aPassword({ ...asked, revision: 2 })],
      slots: [live],
    });
  }

  get slot() {
    const slot = this.view.slots.get(1);
    assert.ok(slot !== undefined);
    return slot;
  }

  /** Works until the plan has nothing to do for a minute. */
  rest(): void {
    for (let turn = 0; turn < 60; turn += 1) {
      const { view, nowMs } = this;
      const step = plan({ view, time: { nowMs, state: "synced" }, blockedUntilMs: null });
      if (step.kind === "record") this.#take(step.effects);
      else if (step.kind === "perform") this.#perform(step.operation);
      else if (step.kind === "idle") {
        if (step.wakeAtMs === null || step.wakeAtMs - nowMs > 60_000) return;
        this.nowMs = step.wakeAtMs;
      } else assert.fail(step.kind);
    }
    assert.fail(`the plan does not come to rest: ${this.sent.join()}`);
  }

  #perform(operation: PlannedOperation): void {
    const { slot, view, nowMs } = this;
    const holder = view.passwords.find(({ id }) => id === slot.holder) ?? null;
    const isJunk = operation.name === "setPinCode" && operation.isJunk === true;
    this.sent.push(isJunk ? "overwrite" : operation.name);
    const mark = isJunk ? `junk ${this.sent.length}` : (holder?.code?.mark ?? null);
    const sent = { revision: holder?.revision ?? 0, mark };
    const marked = writeAheadMark(slot, operation, sent, nowMs);
    if (marked !== null) this.#take({ slots: [marked] });
    const outcome = this.#answer(operation, mark ?? "");
    this.#take(
      applyOutcome({
        lock: view.lock,
        slot: this.slot,
        holder,
        sent,
        operation,
        outcome,
        nowMs,
        planned: slot,
        view: this.view,
        keypadEdits: "keep",
      }),
    );
  }

  #answer({ name }: PlannedOperation, mark: string): SlotOutcome {
    switch (name) {
      case "setPinCode":
        if (!this.#takes) return { kind: "refused", status: "failure" };
        this.mark = mark;
        return this.#answersSet ? { kind: "done" } : { kind: "unreachable", wasSent: true };
      case "clearPinCode":
      case "setUserStatus":
        return { kind: "unsupported" };
      case "getPinCode":
      case "getUserStatus": {
        const isShown = this.view.lock.capabilities.pinReadBack === "readable";
        const content = {
          kind: "occupied",
          mark: isShown ? this.mark : null,
          userStatus: "occupiedEnabled",
          userType: "unrestricted",
        } as const;
        return { kind: "read", content, code: null, edited: { code: null, sealedFor: "new" } };
      }
    }
  }

  #take({ lock = this.view.lock, slots = [], journal = [], ...effects }: Effects): void {
    const passwords = new Map(this.view.passwords.map((one) => [one.id, one]));
    for (const one of effects.passwords ?? []) passwords.set(one.id, one);
    for (const id of effects.removedPasswords ?? []) passwords.delete(id);
    const after = new Map(this.view.slots);
    for (const slot of slots) after.set(slot.userId, slot);
    this.view = { lock, passwords: [...passwords.values()], slots: after };
    for (const entry of journal) {
      if (entry.kind !== "event") continue;
      this.published.push(`${entry.event} ${entry.detail?.["operation_stage"] ?? ""}`);
    }
  }
}

/** A parked revocation is tried again half an hour after its last try. */
function nextTurnMs({ slot, nowMs }: StubbornLock): number {
  const { retryAtMs } = slot;
  assert.ok(retryAtMs !== null && retryAtMs > nowMs && retryAtMs <= nowMs + revocationRetryMs);
  return retryAtMs;
}

describe("a revoked code that the lock neither clears nor disables", () => {
  for (const readBack of ["readable", "masked", "silent"] as const) {
    it(`is overwritten before its slot is parked, on a ${readBack} lock`, () => {
      const lock = new StubbornLock(readBack);
      lock.rest();
      assert.equal(lock.sent.filter((name) => name === "overwrite").length, 1);
      assert.match(lock.mark, /^junk/);
      assert.deepEqual(lock.published, ["pwdOperation 3"]);
      assert.deepEqual(lock.view.passwords, []);
      assert.equal(lock.slot.holder, null);
      assert.equal(overdueEffects(lock.view, lock.nowMs + 3_600_000), null);
    });
  }

  it("is known to be overwritten after a lost answer if the lock shows the random digits", () => {
    const lock = new StubbornLock("readable", { answersSet: false });
    lock.rest();
    assert.equal(lock.sent.filter((name) => name === "overwrite").length, 1);
    assert.deepEqual(lock.published, ["pwdOperation 3"]);
    assert.equal(lock.slot.holder, null);
  });

  it("is parked and overdue if the lock refuses the overwriting too, and is overwritten at the next turn", () => {
    const lock = new StubbornLock("readable", { takes: false });
    lock.rest();
    assert.equal(lock.sent.at(-1), "overwrite");
    assert.deepEqual(lock.published, ["pwdOperation 2", "pwdRevokeOverdue "]);
    lock.nowMs = nextTurnMs(lock);
    lock.sent.length = 0;
    lock.rest();
    assert.deepEqual(lock.sent, ["clearPinCode", "getPinCode", "clearPinCode", "overwrite"]);
  });

  it("stays due when the lock neither answers the overwrite nor shows the slot", () => {
    const lock = new StubbornLock("silent", { answersSet: false });
    lock.rest();
    assert.equal(lock.sent.filter((name) => name === "overwrite").length, 1);
    assert.deepEqual(lock.published, ["pwdOperation 2", "pwdRevokeOverdue "]);
    lock.nowMs = nextTurnMs(lock);
    lock.rest();
    assert.equal(lock.slot.holder, 1, "it is tried again for as long as it takes");
  });

  it("is not overwritten with random digits if a changed code should replace it", () => {
    const lock = new StubbornLock("readable", { takes: false });
    const { lock: record, slots } = lock.view;
    const code = aCode("654321");
    const changed = aPassword({ revision: 2, operation: "update", code });
    lock.view = { lock: record, slots, passwords: [changed] };
    lock.rest();
    assert.ok(!lock.sent.includes("overwrite"), lock.sent.join());
    assert.equal(lock.slot.parkedRevision, 2, "it comes to rest");
    assert.deepEqual(lock.published.slice(0, 1), ["pwdOperation 2"]);
  });

  it("leaves a slot that is allocated only after all empty ones", () => {
    const lock = new StubbornLock("readable");
    lock.rest();
    const { capabilities } = lock.view.lock;
    assert.equal(allocateSlot(capabilities, lock.view.slots, 2), 2);
    const full = new Map(lock.view.slots).set(2, aSlot({ userId: 2, holder: 3 }));
    assert.equal(allocateSlot(capabilities, full, 2), 1);
    lock.view = {
      ...lock.view,
      slots: full,
      passwords: [aPassword({ id: 2, userId: null })],
    };
    lock.sent.length = 0;
    lock.rest();
    assert.ok(lock.sent.includes("setPinCode"), lock.sent.join());
    assert.equal(lock.mark, "123456");
  });

  it("is set again after its password is unfrozen", () => {
    const lock = new StubbornLock("readable", { isFrozen: true });
    lock.rest();
    assert.match(lock.mark, /^junk/);
    assert.deepEqual(lock.published, ["pwdOperation 3"]);
    const passwords = lock.view.passwords.map((one) => ({
      ...one,
      isFrozen: false,
      revision: 3,
      operation: "unfreeze" as const,
      operationStage: "inProgress" as const,
    }));
    lock.view = { ...lock.view, passwords };
    lock.rest();
    assert.equal(lock.mark, "123456");
    assert.deepEqual(lock.published, ["pwdOperation 3", "pwdOperation 3"]);
  });

  it("fails its password as lost after an unfreeze if its digits were never known", () => {
    const lock = new StubbornLock("masked", { isFrozen: true });
    const passwords = lock.view.passwords.map((one) => ({ ...one, code: null }));
    lock.view = { ...lock.view, passwords };
    lock.rest();
    assert.match(lock.mark, /^junk/);
    lock.view = {
      ...lock.view,
      passwords: lock.view.passwords.map((one) => ({
        ...one,
        isFrozen: false,
        revision: 3,
        operation: "unfreeze" as const,
        operationStage: "inProgress" as const,
      })),
    };
    lock.rest();
    assert.deepEqual(lock.published, ["pwdOperation 3", "pwdOperation 2"]);
    assert.equal(lock.view.passwords[0]?.failure, "lost");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotContent } from "../../../../../daemon/core/model/slot.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type { SlotOutcome } from "../../../../../daemon/core/outcome/outcome-input.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../../../../support/records.ts";

/** A time long after the slot was read. */
const nowMs = 1_000_000;
const time = { nowMs, state: "synced" } as const;

const seenEmpty = aSlot({
  content: { kind: "empty" },
  confidence: "confirmed",
  verifiedAtMs: 0,
  appliedRevision: 1,
});
/** A password that was made at the keypad of a lock that hides its codes. A reset of the lock removed the code. */
const lost = aPassword({
  origin: "keypad",
  code: null,
  operationStage: "failed",
  failure: "lost",
});
const frozen = aPassword({ origin: "keypad", isFrozen: true, operationStage: "done" });
const waiting = aPassword({ window: { beginMs: 2 * nowMs, endMs: null, weekly: null } });

function viewOf(password: PasswordRecord): LockView {
  const capabilities = someCapabilities({ pinReadBack: "masked", userStatus: "no" });
  return aView({
    lock: { nextPasswordId: 7, capabilities },
    passwords: [password],
    slots: [seenEmpty],
  });
}

/** Returns the effects if the slot was seen empty and now the lock shows a code in it; null = it hides the digits. */
function afterRead(password: PasswordRecord, digits: string | null): LockView {
  const view = viewOf(password);
  const content: Exclude<SlotContent, { kind: "unknown" }> = {
    kind: "occupied",
    mark: digits,
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  };
  const code = digits === null ? null : aCode(digits);
  const edited = { code, sealedFor: "password/new" };
  const outcome: SlotOutcome = { kind: "read", content, code, edited };
  const effects = applyOutcome({
    lock: view.lock,
    slot: seenEmpty,
    holder: password,
    sent: { revision: password.revision, mark: password.code?.mark ?? null },
    operation: { name: "getPinCode", userId: 1 },
    outcome,
    nowMs,
    view,
    keypadEdits: "keep",
  });
  return withEffects(view, effects);
}

function withEffects(view: LockView, effects: Effects): LockView {
  const passwords = new Map(view.passwords.map((password) => [password.id, password]));
  for (const password of effects.passwords ?? []) passwords.set(password.id, password);
  for (const id of effects.removedPasswords ?? []) passwords.delete(id);
  const slots = new Map(view.slots);
  for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
  return { lock: effects.lock ?? view.lock, passwords: [...passwords.values()], slots };
}

/** Returns everything that the plan records or sends until it has nothing more to do. */
function carriedOut(start: LockView): { readonly sent: string[]; readonly view: LockView } {
  const sent: string[] = [];
  let view = start;
  for (let turn = 0; turn < 10; turn += 1) {
    const step = plan({ view, time, blockedUntilMs: null });
    if (step.kind !== "record") {
      if (step.kind === "perform") sent.push(`${step.operation.name} ${step.operation.userId}`);
      return { sent, view };
    }
    view = withEffects(view, step.effects);
  }
  throw new Error("the plan does not come to rest");
}

describe("a code that appears in a password's slot that was seen empty", () => {
  const cases = [
    ["whose code was lost", lost],
    ["that is frozen", frozen],
    ["whose window has not begun", waiting],
  ] as const;
  for (const [name, password] of cases) {
    for (const digits of [null, "777777"]) {
      const shown = digits === null ? "hides" : "shows";
      it(`becomes a new password if the lock ${shown} it and the slot is of one ${name}`, () => {
        const { sent, view } = carriedOut(afterRead(password, digits));
        assert.deepEqual(sent, []);
        const known = view.passwords.find(({ id }) => id === password.id);
        assert.equal(known?.userId, null);
        assert.equal(known?.operationStage, password.operationStage);
        const made = view.passwords.find(({ id }) => id === 7);
        assert.deepEqual(
          [made?.userId, made?.origin, made?.code?.mark ?? null],
          [1, "keypad", digits],
        );
        assert.equal(view.slots.get(1)?.holder, 7);
      });

      it(`stays when the one ${name} is changed after the lock ${shown} it`, () => {
        const after = afterRead(password, digits);
        const passwords = after.passwords.map(
          (one): PasswordRecord =>
            one.id === password.id
              ? { ...one, isDeleted: true, operation: "delete", revision: 2 }
              : one,
        );
        const { sent, view } = carriedOut({ ...after, passwords });
        assert.deepEqual(sent, []);
        assert.equal(view.slots.get(1)?.content.kind, "occupied");
      });
    }
  }

  it("is the password's own if it is the desired code", () => {
    const { view } = carriedOut(afterRead(aPassword(), "123456"));
    assert.equal(view.slots.get(1)?.holder, 1);
    assert.deepEqual(
      view.passwords.map(({ id, operationStage }) => [id, operationStage]),
      [[1, "done"]],
    );
  });

  it("is not counted as the lost password's code although no event reported it", () => {
    // Without the view a read only shows what the slot contains.
    const content = {
      kind: "occupied",
      mark: null,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    } as const;
    const view = viewOf(lost);
    const slots = new Map([[1, { ...seenEmpty, content, verifiedAtMs: nowMs }]]);
    const { sent, view: after } = carriedOut({ ...view, slots });
    assert.deepEqual(sent, []);
    assert.deepEqual(
      after.passwords.map(({ userId, operationStage }) => [userId, operationStage]),
      [[null, "failed"]],
    );
    assert.equal(after.slots.get(1)?.holder, null);
  });
});

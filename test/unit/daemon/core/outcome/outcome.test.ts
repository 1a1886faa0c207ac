import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Effects } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotContent, SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import type { PlannedOperation } from "../../../../../daemon/core/model/slot-operation.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type {
  OutcomeInput,
  SlotOutcome,
} from "../../../../../daemon/core/outcome/outcome-input.ts";
import {
  refusalDelayMs,
  refusalLimit,
  revocationRefusalLimit,
  revocationRetryMs,
} from "../../../../../daemon/core/outcome/refusal-limits.ts";
import { overdueEffects } from "../../../../../daemon/core/plan/overdue.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import {
  aCode,
  aLock,
  aPassword,
  aSlot,
  aView,
  someCapabilities,
} from "../../../../support/records.ts";

const set: PlannedOperation = {
  name: "setPinCode",
  userId: 1,
  userStatus: "occupiedEnabled",
};
const clear: PlannedOperation = { name: "clearPinCode", userId: 1 };
const disable: PlannedOperation = {
  name: "setUserStatus",
  userId: 1,
  userStatus: "occupiedDisabled",
};
const read: PlannedOperation = { name: "getPinCode", userId: 1 };
const readStatus: PlannedOperation = { name: "getUserStatus", userId: 1 };
const failure: SlotOutcome = { kind: "refused", status: "failure" };

type Held = Exclude<SlotContent, { kind: "unknown" }>;

const holds = (mark: string | null, userStatus: "occupiedEnabled" | "occupiedDisabled") =>
  ({ kind: "occupied", mark, userStatus, userType: "unrestricted" }) as const;
const shows = (content: Held, digits: string | null = null): SlotOutcome => ({
  kind: "read",
  content,
  code: digits === null ? null : aCode(digits),
});

describe("a frame that the stick failed to send", () => {
  it("does not count against the lock, and a write that may have been sent has the slot read", () => {
    const outcome = { kind: "unreachable", wasSent: true, isStickFault: true } as const;
    const effects = apply(set, outcome);
    assert.equal(effects.lock, undefined);
    assert.equal(effects.slots?.[0]?.content.kind, "unknown");
  });

  it("does not change the slot if nothing was sent", () => {
    const outcome = { kind: "unreachable", wasSent: false, isStickFault: true } as const;
    assert.equal(apply(set, outcome).slots, undefined);
  });
});

describe("a lock that only shows user statuses and refuses to set them", () => {
  const silent = someCapabilities({ pinReadBack: "silent", userStatus: "yes" });
  const slot = aSlot({
    content: holds(null, "occupiedEnabled"),
    confidence: "confirmed",
    refusals: refusalLimit - 1,
    verifiedAtMs: 500,
  });

  /** A lock that accepted the command before may refuse it three times, another one only once. */
  const refusals = [
    { name: "it took once", capabilities: silent, slot },
    {
      name: "it never took",
      capabilities: { ...silent, userStatus: "unknown" },
      slot: { ...slot, refusals: 0, verifiedAtMs: null },
    },
  ] as const;

  for (const { name, capabilities, slot } of refusals) {
    it(`has a slot that was empty long ago read by its status before a write, if ${name} the command`, () => {
      const { lock } = apply(disable, failure, { lock: aLock({ capabilities }), slot });
      assert.equal(lock?.capabilities.userStatus, "no");
      const empty = aSlot({ content: { kind: "empty" }, confidence: "confirmed", verifiedAtMs: 1 });
      const view = aView({ lock, passwords: [aPassword()], slots: [empty] });
      const step = plan({
        view,
        time: { nowMs: 86_400_000, state: "synced" },
        blockedUntilMs: null,
      });
      assert.ok(step.kind === "perform");
      assert.deepEqual(step.operation, readStatus);
    });
  }

  it("gets no more status reads after it answered that it does not know them", () => {
    const capabilities = { ...silent, userStatus: "no", showsUserStatus: true } as const;
    const unknown = { kind: "unsupported" } as const;
    const { lock } = apply(readStatus, unknown, { lock: aLock({ capabilities }), slot });
    assert.equal(lock?.capabilities.showsUserStatus, false);
  });
});

function apply(
  operation: PlannedOperation,
  outcome: SlotOutcome,
  parts: Partial<OutcomeInput> = {},
): Effects {
  const holder = parts.holder === undefined ? aPassword() : parts.holder;
  return applyOutcome({
    lock: aLock(),
    slot: aSlot({ content: { kind: "empty" }, confidence: "confirmed" }),
    holder,
    sent: { revision: holder?.revision ?? 0, mark: holder?.code?.mark ?? null },
    operation,
    outcome,
    nowMs: 1_000,
    ...parts,
  });
}

function slotAfter(effects: Effects): SlotRecord {
  const slot = effects.slots?.[0];
  assert.ok(slot !== undefined, "the slot is written");
  return slot;
}

/** Applies the same outcome repeatedly, each time to the slot that the last one left. */
function repeated(times: number, operation: PlannedOperation, parts: Partial<OutcomeInput>) {
  let slot = parts.slot ?? aSlot({ content: { kind: "empty" } });
  let effects: Effects = {};
  for (let time = 0; time < times; time += 1) {
    effects = apply(operation, failure, { ...parts, slot });
    slot = slotAfter(effects);
  }
  return { effects, slot };
}

/** Returns the operations for one password, with the given answers of the lock, until the plan does nothing more. */
function played(
  first: SlotRecord,
  holder: PasswordRecord,
  answer: (name: PlannedOperation["name"]) => SlotOutcome,
) {
  let view = aView({ passwords: [holder], slots: [first] });
  let nowMs = 1_000;
  const names: string[] = [];
  for (;;) {
    const step = plan({ view, time: { nowMs, state: "synced" }, blockedUntilMs: null });
    if (step.kind === "idle") {
      if (step.wakeAtMs === null || step.wakeAtMs - nowMs >= 60_000) break;
      nowMs = step.wakeAtMs;
      continue;
    }
    assert.ok(step.kind === "perform", "nothing came of it");
    const { operation, slot } = step;
    assert.ok(names.push(operation.name) < 20, names.join());
    const outcome = answer(operation.name);
    const sent = { revision: holder.revision, mark: holder.code?.mark ?? null };
    const input = { lock: view.lock, slot, holder, sent, operation, outcome, nowMs };
    const { lock = view.lock, slots = [] } = applyOutcome(input);
    view = { ...view, lock, slots: new Map(slots.map((one) => [one.userId, one])) };
    if (slots.some(({ parkedRevision }) => parkedRevision !== null)) break;
  }
  return { names, lock: view.lock };
}

describe("the outcome of a write", () => {
  it("is unconfirmed content with the sent revision if the lock accepted it", () => {
    const slot = slotAfter(apply(set, { kind: "done" }));
    assert.deepEqual(slot.content, holds("123456", "occupiedEnabled"));
    assert.equal(slot.confidence, "unconfirmed");
    assert.equal(slot.appliedRevision, 1);
    assert.equal(slot.mayDiffer, false);
  });

  it("keeps the slot marked while a newer revision is desired", () => {
    const holder = aPassword({ revision: 2, code: aCode("654321") });
    const slot = slotAfter(
      apply(set, { kind: "done" }, { holder, sent: { revision: 1, mark: "123456" } }),
    );
    assert.equal(slot.mayDiffer, true);
    assert.deepEqual(slot.content, holds("123456", "occupiedEnabled"), "it holds what was sent");
  });

  it("never lets the applied revision fall", () => {
    const slot = aSlot({ content: { kind: "empty" }, appliedRevision: 7 });
    assert.equal(slotAfter(apply(set, { kind: "done" }, { slot })).appliedRevision, 7);
  });

  it("makes the slot empty after a clear", () => {
    const slot = aSlot({ content: holds("123456", "occupiedEnabled"), appliedRevision: 1 });
    assert.deepEqual(slotAfter(apply(clear, { kind: "done" }, { slot })).content, {
      kind: "empty",
    });
  });

  it("changes only the status after a disable, and proves that the lock can disable", () => {
    const lock = aLock({ capabilities: someCapabilities({ userStatus: "unknown" }) });
    const slot = aSlot({ content: holds("123456", "occupiedEnabled") });
    const effects = apply(disable, { kind: "done" }, { lock, slot });
    assert.deepEqual(slotAfter(effects).content, holds("123456", "occupiedDisabled"));
    assert.equal(effects.lock?.capabilities.userStatus, "yes");
  });

  it("changes only the state of the link if nothing was sent", () => {
    const effects = apply(set, { kind: "unreachable", wasSent: false });
    assert.equal(effects.slots, undefined);
    assert.equal(effects.lock?.missedOperations, 1);
  });

  it("makes the slot unknown and counts against the link, not the slot, if it may have arrived", () => {
    const effects = apply(set, { kind: "unreachable", wasSent: true });
    assert.deepEqual(slotAfter(effects).content, { kind: "unknown" });
    assert.equal(slotAfter(effects).refusals, 0);
    assert.equal(effects.lock?.missedOperations, 1);
  });

  it("leaves the slot known if a read gets no answer", () => {
    const effects = apply(read, { kind: "unreachable", wasSent: true });
    assert.equal(effects.slots, undefined);
    assert.equal(effects.lock?.missedOperations, 1);
  });

  it("ends the series of misses if the lock answered, whatever it said", () => {
    const lock = aLock({ missedOperations: 2 });
    for (const outcome of [{ kind: "done" } as const, failure]) {
      assert.equal(apply(set, outcome, { lock }).lock?.missedOperations, 0);
    }
  });
});

describe("a refusal", () => {
  it("is followed by a read and another try after a growing pause", () => {
    const first = slotAfter(apply(set, failure));
    assert.equal(first.refusals, 1);
    assert.equal(first.retryAtMs, 1_000 + refusalDelayMs);
    assert.deepEqual(first.content, { kind: "unknown" });
    const second = slotAfter(apply(set, failure, { slot: first }));
    assert.equal(second.retryAtMs, 1_000 + 2 * refusalDelayMs);
  });

  it("publishes the failure of a grant that was published as done and does not come back", () => {
    const weekly = aPassword({ operationStage: "done" });
    const { effects } = repeated(refusalLimit, set, { holder: weekly });
    assert.equal(effects.passwords?.[0]?.failure, "refused");
    const cleared = repeated(revocationRefusalLimit, clear, { holder: weekly });
    assert.equal(cleared.effects.passwords?.[0]?.failure, "refused");
    const frozen = { ...weekly, isFrozen: true };
    const kept = repeated(revocationRefusalLimit, clear, { holder: frozen });
    assert.deepEqual(kept.effects.journal, []);
  });

  it("parks the slot at the third and publishes that once", () => {
    const { effects, slot } = repeated(refusalLimit, set, {});
    assert.equal(slot.parkedRevision, 1);
    assert.equal(effects.passwords?.[0]?.operationStage, "failed");
    assert.deepEqual(
      effects.journal?.map((entry) => entry.kind === "event" && entry.detail),
      [{ password_id: 1, operation: 1, operation_stage: 2, reason: "refused" }],
    );
    const failed = aPassword({ operationStage: "failed" });
    assert.deepEqual(repeated(refusalLimit, set, { holder: failed }).effects.journal, []);
  });

  it("parks a revision that is no longer desired without an event", () => {
    const holder = aPassword({ revision: 2 });
    const { effects, slot } = repeated(refusalLimit, set, {
      holder,
      sent: { revision: 1, mark: "123456" },
    });
    assert.equal(slot.parkedRevision, 1);
    assert.deepEqual(effects.journal, []);
  });

  it("of a revocation is followed by another try in half an hour, without end", () => {
    const slot = aSlot({ content: holds("123456", "occupiedEnabled"), appliedRevision: 1 });
    const holder = aPassword({ isDeleted: true, operation: "delete" });
    for (const operation of [clear, disable]) {
      const parked = repeated(revocationRefusalLimit, operation, { slot, holder }).slot;
      assert.equal(parked.retryAtMs, 1_000 + revocationRetryMs);
      // Then it is tried blindly, and soon after with a read.
      const blind = slotAfter(apply(operation, failure, { slot: parked, holder }));
      assert.equal(blind.retryAtMs, 1_000 + revocationRefusalLimit * refusalDelayMs);
      const seen = slotAfter(apply(operation, failure, { slot: blind, holder }));
      assert.equal(seen.retryAtMs, 1_000 + revocationRetryMs);
    }
  });

  it("of a clear leads to disabling, then to overwriting, before the slot is parked", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const content = holds("123456", "occupiedEnabled");
    const live = aSlot({ content, appliedRevision: 1, attemptedRevision: 1 });
    const { names } = played(live, holder, (name) =>
      name === "getPinCode" ? shows(content, "123456") : failure,
    );
    assert.deepEqual(names.slice(-5), [
      "clearPinCode",
      "clearPinCode",
      "getPinCode",
      "setUserStatus",
      "setPinCode",
    ]);
  });

  it("of a clear of a disabled code leaves it disabled and raises no alarm", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2, userId: 1 });
    const content = holds("123456", "occupiedDisabled");
    const held = { content, appliedRevision: 1, attemptedRevision: 1, refusals: 3 };
    const shut = aSlot({ ...held, confidence: "confirmed" });
    for (const outcome of [failure, { kind: "unsupported" }] as const) {
      const slot = slotAfter(apply(clear, outcome, { slot: shut, holder }));
      assert.deepEqual(slot.content, content);
      const view = aView({ passwords: [holder], slots: [slot] });
      assert.equal(overdueEffects(view, 3_600_000), null);
    }
    // The lock only accepted the disable, or the code is enabled.
    const enabled = { ...held, content: holds("123456", "occupiedEnabled") };
    for (const slot of [aSlot(held), aSlot({ ...enabled, confidence: "confirmed" })]) {
      assert.equal(slotAfter(apply(clear, failure, { slot, holder })).content.kind, "unknown");
    }
  });

  it("of a disable leads to clearing, then to overwriting, before the slot is parked", () => {
    const holder = aPassword({ isFrozen: true, operation: "freeze", revision: 2 });
    const content = holds("123456", "occupiedEnabled");
    const live = aSlot({ content, appliedRevision: 1, attemptedRevision: 1 });
    for (const answer of [failure, { kind: "unreadable" }, { kind: "done" }] as const) {
      const { names, lock } = played(live, holder, (name) =>
        name === "getPinCode"
          ? shows(content, "123456")
          : name === "setUserStatus"
            ? answer
            : failure,
      );
      assert.equal(names.filter((name) => name === "setUserStatus").length, refusalLimit);
      assert.deepEqual(names.slice(-2), ["clearPinCode", "setPinCode"]);
      assert.equal(lock.capabilities.userStatus, "no", "it is not asked for again");
    }
  });

  it("of an enable has the code set again, and at last cleared and set", () => {
    const content = holds("123456", "occupiedDisabled");
    const shut = aSlot({
      content,
      confidence: "confirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
    });
    const { names } = played(shut, aPassword(), (name) =>
      name === "getPinCode" ? shows(content, "123456") : failure,
    );
    const writes = names.filter((name) => name !== "getPinCode");
    assert.deepEqual(writes.slice(0, 3), ["setUserStatus", "setPinCode", "clearPinCode"]);
  });

  it("of a read of a slot that must be cleared leads to a blind clear", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const slot = aSlot({ appliedRevision: 1, attemptedRevision: 1 });
    const { slot: blind } = repeated(refusalLimit, read, { slot, holder });
    assert.equal(blind.parkedRevision, null);
    const view = aView({ passwords: [holder], slots: [blind] });
    const later = { nowMs: blind.retryAtMs ?? 0, state: "synced" } as const;
    const step = plan({ view, time: later, blockedUntilMs: null });
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "clearPinCode");
    const seen = slotAfter(apply(clear, failure, { slot: blind, holder }));
    assert.equal(seen.retryAtMs, 1_000 + (refusalLimit + 1) * refusalDelayMs);
    const refusedAgain = slotAfter(apply(read, failure, { slot: seen, holder }));
    assert.equal(refusedAgain.retryAtMs, 1_000 + revocationRetryMs);
  });

  it("never leads to a blind clear of a slot without a managed code", () => {
    const holder = aPassword({ isDeleted: true, operation: "delete", revision: 2 });
    const { slot: unseen } = repeated(refusalLimit, read, { slot: aSlot(), holder });
    const view = aView({ passwords: [holder], slots: [unseen] });
    const later = { nowMs: unseen.retryAtMs ?? 0, state: "synced" } as const;
    const step = plan({ view, time: later, blockedUntilMs: null });
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "getPinCode");
  });

  it("counts if only a read shows it, also for a clear", () => {
    const cleared = aSlot({
      content: { kind: "empty" },
      confidence: "unconfirmed",
      appliedRevision: 1,
      attemptedRevision: 1,
      refusals: revocationRefusalLimit - 1,
    });
    const holder = aPassword({ isDeleted: true, operation: "delete" });
    const shown = shows(holds("123456", "occupiedEnabled"), "123456");
    const slot = slotAfter(apply(read, shown, { slot: cleared, holder }));
    assert.equal(slot.refusals, revocationRefusalLimit);
    assert.equal(slot.retryAtMs, 1_000 + revocationRetryMs, "a live code is not left alone");
    const ignored = aSlot({
      content: holds("123456", "occupiedEnabled"),
      confidence: "unconfirmed",
    });
    const unset = slotAfter(apply(read, shows({ kind: "empty" }), { slot: ignored }));
    assert.equal(unset.refusals, 1);
    assert.deepEqual(unset.content, { kind: "empty" });
  });

  it("is a success if the code is already in its own slot", () => {
    const slot = aSlot({ content: holds("123456", "occupiedDisabled"), confidence: "confirmed" });
    const effects = apply(set, { kind: "refused", status: "duplicateCode" }, { slot });
    assert.deepEqual(slotAfter(effects).content, holds("123456", "occupiedEnabled"));
    assert.equal(slotAfter(effects).parkedRevision, null);
  });

  it("is final and names the reason if another slot has the code", () => {
    const effects = apply(set, { kind: "refused", status: "duplicateCode" });
    assert.equal(slotAfter(effects).parkedRevision, 1);
    assert.equal(effects.passwords?.[0]?.failure, "duplicate");
  });

  it("is final at once if the lock's memory is full", () => {
    const effects = apply(set, { kind: "refused", status: "memoryFull" });
    assert.equal(slotAfter(effects).parkedRevision, 1);
    assert.equal(effects.passwords?.[0]?.failure, "full");
  });

  it("of a set into a slot that was seen empty proves that it has no managed code", () => {
    const empty = { content: { kind: "empty" }, attemptedRevision: 1 } as const;
    const seen = aSlot({ ...empty, confidence: "confirmed" });
    assert.equal(slotAfter(apply(set, failure, { slot: seen })).attemptedRevision, 0);
    const told = aSlot({ ...empty, confidence: "unconfirmed" });
    assert.equal(slotAfter(apply(set, failure, { slot: told })).attemptedRevision, 1);
    const unknown = aSlot({ attemptedRevision: 1 });
    assert.equal(slotAfter(apply(set, failure, { slot: unknown })).attemptedRevision, 1);
  });

  it("counts like any other if its answer cannot be decoded", () => {
    const slot = slotAfter(apply(set, { kind: "unreadable" }));
    assert.equal(slot.refusals, 1);
    assert.deepEqual(slot.content, { kind: "unknown" });
  });
});

describe("what a lock is unable to do", () => {
  const unsupported: SlotOutcome = { kind: "unsupported" };

  it("is proved by a read that it does not know", () => {
    const effects = apply(read, unsupported);
    assert.equal(effects.lock?.capabilities.pinReadBack, "silent");
    assert.equal(effects.slots, undefined);
    assert.equal(apply(readStatus, unsupported).lock?.capabilities.userStatus, "no");
  });

  it("is proved by a user status that it refuses to set, unless it has set one before", () => {
    const lock = aLock({ capabilities: someCapabilities({ userStatus: "unknown" }) });
    const slot = aSlot({ content: holds("123456", "occupiedEnabled") });
    for (const outcome of [unsupported, failure]) {
      const effects = apply(disable, outcome, { lock, slot });
      assert.equal(effects.lock?.capabilities.userStatus, "no");
      assert.equal(slotAfter(effects).refusals, 0);
    }
    const proven = apply(disable, failure, { slot });
    assert.equal(proven.lock?.capabilities.userStatus ?? "yes", "yes");
    assert.equal(slotAfter(proven).refusals, 1);
  });

  it("makes a set fail for good if it does not know the command", () => {
    assert.equal(apply(set, unsupported).passwords?.[0]?.failure, "unsupported");
  });
});

describe("what a lock shows", () => {
  it("is confirmed content with a time", () => {
    const slot = slotAfter(apply(read, shows(holds("123456", "occupiedEnabled"), "123456")));
    assert.equal(slot.confidence, "confirmed");
    assert.equal(slot.verifiedAtMs, 1_000);
    assert.equal(slot.mayDiffer, false);
  });

  it("confirms the code that was set last and keeps its mark if it is masked", () => {
    const written = aSlot({
      content: holds("123456", "occupiedEnabled"),
      confidence: "unconfirmed",
    });
    const masked = slotAfter(apply(read, shows(holds(null, "occupiedEnabled")), { slot: written }));
    assert.deepEqual(masked.content, holds("123456", "occupiedEnabled"));
    assert.equal(masked.confidence, "confirmed");
    assert.equal(masked.refusals, 0);
  });

  it("is an unknown code if it is masked in an unknown slot", () => {
    const slot = slotAfter(apply(read, shows(holds(null, "occupiedEnabled")), { slot: aSlot() }));
    assert.deepEqual(slot.content, holds(null, "occupiedEnabled"));
  });

  it("proves once whether codes are readable, and proves nothing if it is empty", () => {
    const lock = aLock({ capabilities: someCapabilities({ pinReadBack: "unknown" }) });
    const learned = (shown: Held) =>
      apply(read, shows(shown), { lock, slot: aSlot() }).lock?.capabilities.pinReadBack;
    assert.equal(learned(holds(null, "occupiedEnabled")), "masked");
    assert.equal(learned(holds("123456", "occupiedEnabled")), "readable");
    assert.equal(learned({ kind: "empty" }) ?? "unknown", "unknown");
  });

  it("proves that no attempted write is in the slot if it is empty", () => {
    const slot = aSlot({ attemptedRevision: 3 });
    assert.equal(slotAfter(apply(read, shows({ kind: "empty" }), { slot })).attemptedRevision, 0);
  });

  it("is a managed code if it is the desired one: the next code replaces it", () => {
    const slot = aSlot({ content: { kind: "empty" }, appliedRevision: 1, attemptedRevision: 0 });
    const holder = aPassword({ id: 999, revision: 1 });
    const mark = holder.code?.mark ?? "";
    const shown = apply(read, shows(holds(mark, "occupiedEnabled")), { slot, holder });
    assert.equal(slotAfter(shown).attemptedRevision, 1);
    const recoded = { ...holder, revision: 2, code: aCode("654321") };
    const slots = [{ ...slotAfter(shown), holder: 999 }];
    const view = aView({ passwords: [recoded], slots });
    const step = plan({ view, time: { nowMs: 60_000, state: "synced" }, blockedUntilMs: null });
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.userId, 1);
  });

  it("publishes the sealed code that a person made once it is readable", () => {
    for (const [localEdit, event] of [
      ["added", "pwdAddLocal"],
      ["changed", "pwdUpdateLocal"],
    ] as const) {
      const holder = aPassword({ origin: "keypad", code: null });
      const shown = shows(holds("777777", "occupiedEnabled"), "777777");
      const effects = apply(read, shown, { holder, slot: aSlot({ localEdit }) });
      assert.equal(slotAfter(effects).localEdit, null);
      assert.deepEqual(effects.passwords?.[0]?.code, aCode("777777"));
      const [told] = effects.journal ?? [];
      assert.ok(told?.kind === "event");
      assert.equal(told.event, event);
      assert.deepEqual(told.sealed, [
        { path: ["password", "password"], code: aCode("777777"), boundTo: "password/1" },
      ]);
    }
  });

  it("does not revert a code that was desired after the person's", () => {
    const holder = aPassword({ revision: 3, code: aCode("222222"), sealedFor: "password/2" });
    const effects = apply(read, shows(holds("777777", "occupiedEnabled"), "777777"), {
      holder,
      sent: { revision: 2, mark: null },
      slot: aSlot({ localEdit: "changed" }),
    });
    assert.equal(effects.passwords, undefined);
    const [told] = effects.journal ?? [];
    assert.deepEqual(told?.kind === "event" && told.detail, {
      password: { id: 1, password: null },
    });
  });
});

describe("a code whose set was never answered", () => {
  const tried = { mayDiffer: true, attemptedRevision: 1, confidence: "confirmed" } as const;
  const stepFor = (slot: SlotRecord, holder = aPassword(), pinReadBack = "masked" as const) => {
    const lock = { capabilities: someCapabilities({ pinReadBack }) };
    const view = aView({ lock, passwords: [holder], slots: [slot] });
    return plan({ view, time: { nowMs: 0, state: "synced" }, blockedUntilMs: null });
  };

  it("is managed on a lock that masks codes: it is set again", () => {
    const step = stepFor(aSlot({ ...tried, content: holds(null, "occupiedEnabled") }));
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "setPinCode");
  });

  it("is cleared when it is no longer desired", () => {
    const holder = aPassword({ isDeleted: true, revision: 2, operation: "delete" });
    const step = stepFor(aSlot({ ...tried, content: holds(null, "occupiedEnabled") }), holder);
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "clearPinCode");
  });

  it("is replaced by the code that is desired since", () => {
    const holder = aPassword({ revision: 2, code: aCode("222222") });
    const step = stepFor(aSlot({ ...tried, content: holds("123456", "occupiedEnabled") }), holder);
    assert.ok(step.kind === "perform");
    assert.equal(step.operation.name, "setPinCode");
  });
});

describe("a lock that does not know Set PIN Code", () => {
  const unsupported: SlotOutcome = { kind: "unsupported" };

  it("is recorded as such, unless it has accepted a code before", () => {
    const first = apply(set, unsupported);
    assert.equal(first.lock?.capabilities.setsPinCodes, "no");
    const later = apply(set, unsupported, { hasTakenCodes: true });
    assert.equal(later.lock?.capabilities.setsPinCodes, undefined);
  });
});

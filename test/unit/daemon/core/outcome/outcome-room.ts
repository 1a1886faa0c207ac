import assert from "node:assert/strict";
import type { Effects } from "../../../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotContent, SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import type { PlannedOperation } from "../../../../../daemon/core/model/slot-operation.ts";
import { applyOutcome } from "../../../../../daemon/core/outcome/outcome.ts";
import type {
  OutcomeInput,
  SlotOutcome,
} from "../../../../../daemon/core/outcome/outcome-input.ts";
import { plan } from "../../../../../daemon/core/plan/plan.ts";
import { aCode, aLock, aPassword, aSlot, aView } from "../../../../support/records.ts";

export const set: PlannedOperation = {
  name: "setPinCode",
  userId: 1,
  userStatus: "occupiedEnabled",
};

export const clear: PlannedOperation = { name: "clearPinCode", userId: 1 };

export const disable: PlannedOperation = {
  name: "setUserStatus",
  userId: 1,
  userStatus: "occupiedDisabled",
};

export const read: PlannedOperation = { name: "getPinCode", userId: 1 };

export const readStatus: PlannedOperation = { name: "getUserStatus", userId: 1 };

export const failure: SlotOutcome = { kind: "refused", status: "failure" };

export type KnownContent = Exclude<SlotContent, { kind: "unknown" }>;

export const contentOf = (
  mark: string | null,
  userStatus: "occupiedEnabled" | "occupiedDisabled",
) => ({ kind: "occupied", mark, userStatus, userType: "unrestricted" }) as const;

export const readOf = (content: KnownContent, digits: string | null = null): SlotOutcome => ({
  kind: "read",
  content,
  code: digits === null ? null : aCode(digits),
});

export function apply(
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

export function slotAfter(effects: Effects): SlotRecord {
  const slot = effects.slots?.[0];
  assert.ok(slot !== undefined, "the slot is written");
  return slot;
}

/** Applies the same outcome repeatedly, each time to the slot that the last one left. */
export function repeated(times: number, operation: PlannedOperation, parts: Partial<OutcomeInput>) {
  let slot = parts.slot ?? aSlot({ content: { kind: "empty" } });
  let effects: Effects = {};
  for (let time = 0; time < times; time += 1) {
    effects = apply(operation, failure, { ...parts, slot });
    slot = slotAfter(effects);
  }
  return { effects, slot };
}

/** Returns the operations for one password, with the given answers of the lock, until the plan does nothing more. */
export function operationsFor(
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
    assert.ok(step.kind === "perform", "the plan records nothing");
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

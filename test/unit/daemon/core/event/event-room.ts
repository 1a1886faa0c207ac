import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import type { JournalEntry } from "../../../../../daemon/core/model/journal.ts";
import type { Effects, LockView } from "../../../../../daemon/core/model/lock.ts";
import type { LockEvent } from "../../../../../daemon/core/model/lock-event.ts";
import { aPassword, aSlot, aView } from "../../../../support/records.ts";

/** Reduces one event. */
export function take(view: LockView, event: LockEvent, nowMs = 1_000): Effects {
  return reduce({
    view,
    event,
    time: { nowMs, state: "synced" },
    code: null,
    sealedFor: "password/new",
  });
}

/** Returns the view after effects were written. */
export function after(view: LockView, effects: Effects): LockView {
  const passwords = new Map(view.passwords.map((password) => [password.id, password]));
  for (const password of effects.passwords ?? []) passwords.set(password.id, password);
  const slots = new Map(view.slots);
  for (const slot of effects.slots ?? []) slots.set(slot.userId, slot);
  return { lock: effects.lock ?? view.lock, passwords: [...passwords.values()], slots };
}

/** Reduces events one after the other. @returns the published events. */
export function published(view: LockView, ...events: readonly (readonly [LockEvent, number])[]) {
  const journal: JournalEntry[] = [];
  let now = view;
  for (const [event, nowMs] of events) {
    const effects = take(now, event, nowMs);
    journal.push(...(effects.journal ?? []));
    now = after(now, effects);
  }
  return { names: journal.map((entry) => (entry.kind === "event" ? entry.event : "reply")), now };
}

export const operation = (
  code: Extract<LockEvent, { kind: "operationEvent" }>["code"],
  userId: number | null = null,
  source: Extract<LockEvent, { kind: "operationEvent" }>["source"] = "keypad",
) => ({ kind: "operationEvent", source, code, userId, localSeconds: null }) as const;

/** A slot that has the code of its password. */
const occupied = {
  content: {
    kind: "occupied",
    mark: "123456",
    userStatus: "occupiedEnabled",
    userType: "unrestricted",
  },
  appliedRevision: 1,
  attemptedRevision: 1,
} as const;

/** A lock with one tenant, whose code is set. */
export const withTenant = (changes: Parameters<typeof aPassword>[0] = {}) =>
  aView({
    passwords: [aPassword({ operationStage: "done", ...changes })],
    slots: [aSlot({ ...occupied })],
  });

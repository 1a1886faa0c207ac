import type { TimeReading } from "../model/clock.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { Window } from "../model/window.ts";
import { isOpening, openingGraceMs } from "./opening.ts";
import { reduceOperationEvent } from "./reduce-operation.ts";

/** What the wrong code policy remembers of entries that are older than the live events. */
export type PastWrongCodes = Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">;

/** An entry of the lock's own log, read later than it happened. */
export interface PastEvent {
  readonly event: Extract<LockEvent, { kind: "operationEvent" }>;
  /** When it happened by the lock's clock, ms UTC; null = not known. */
  readonly happenedMs: number | null;
  /** The time that is published for it, ms UTC. */
  readonly atMs: number;
  /** The entry is later than this, because the log was read up to here before, ms UTC; null = not known. */
  readonly afterMs: number | null;
  /** The newest opening of the log. */
  readonly isNewestOpening: boolean;
}

/** A window that proves nothing, for a password that may have changed since the event. */
const always: Window = { beginMs: null, endMs: null, weekly: null };
/** A measured clock may differ by this much from its measured drift. */
const marginMs = 5_000;

/**
 * Returns the effects of an entry of the lock's own log. It may be older than everything else that is known, so
 * it is judged by the state at its time: it never concerns a password that got the slot later, never outweighs a
 * later live event, and never changes the lock's state.
 * @param row the wrong codes of the log so far
 */
export function pastEventEffects(
  view: LockView,
  entry: PastEvent,
  time: TimeReading,
  row: PastWrongCodes,
): { readonly effects: Effects; readonly row: PastWrongCodes } {
  const then = viewThen(view, entry, row);
  const effects = reduceOperationEvent(then, entry.event, { ...time, nowMs: entry.atMs });
  const after = effects.lock ?? then.lock;
  const slots = (effects.slots ?? []).flatMap((slot) => slotAfter(view, slot, entry));
  const { wrongCodes, wrongCodeAtMs } = after;
  return {
    effects: {
      journal: effects.journal ?? [],
      // Schedules are only in doubt together with their slot.
      lock: lockAfter(
        view.lock,
        slots.length > 0 ? after : { ...after, ...schedulingOf(view) },
        entry,
      ),
      slots,
      passwords: (effects.passwords ?? []).flatMap((password) => consumedPassword(view, password)),
    },
    row: isNewer(view.lock, entry) ? row : { wrongCodes, wrongCodeAtMs },
  };
}

/** Returns the state of the lock at the time of the event, as far as it is known. */
function viewThen(view: LockView, entry: PastEvent, row: PastWrongCodes): LockView {
  const { lock } = view;
  const counted = isNewer(lock, entry) ? {} : row;
  const passwords = view.passwords.map((password) => passwordThen(password, entry));
  return {
    lock: { ...lock, ...counted, remote: null },
    passwords,
    slots: slotsThen(view, entry),
  };
}

function slotsThen({ slots, passwords }: LockView, entry: PastEvent): LockView["slots"] {
  const { userId } = entry.event;
  const slot = userId === null ? undefined : slots.get(userId);
  const holder = passwords.find(({ id }) => id === slot?.holder);
  if (slot === undefined || holder === undefined || hadSlotThen(holder, slot, entry)) return slots;
  // Nobody knows which password had the slot then: its present code came later.
  return new Map(slots).set(slot.userId, { ...slot, holder: null });
}

/** Returns whether the code in the slot was certainly this password's at the time of the event. */
function hadSlotThen(holder: PasswordRecord, slot: SlotRecord, entry: PastEvent): boolean {
  const sinceMs = Math.max(holder.createdAtMs, slot.heldSinceMs ?? 0);
  if (entry.happenedMs !== null) return entry.happenedMs + marginMs >= sinceMs;
  const { afterMs } = entry;
  if (afterMs === null) return false;
  if (sinceMs <= afterMs) return true;
  // As far as known, the slot had no other code since the log was last read.
  return (slot.clearedAtMs ?? 0) < afterMs && (slot.toldAtMs ?? 0) < afterMs;
}

/** Returns the password as it was at the time of the event. If that is not known, its window proves nothing. */
function passwordThen(password: PasswordRecord, { happenedMs }: PastEvent): PasswordRecord {
  const { changedAtMs, consumedAtMs } = password;
  const isUsedLater = consumedAtMs !== null && (happenedMs === null || consumedAtMs > happenedMs);
  const then = isUsedLater ? { ...password, consumedAtMs: null } : password;
  if (happenedMs !== null && changedAtMs <= happenedMs) return then;
  return { ...then, window: always, isFrozen: false, isDeleted: false };
}

/** Returns the password that the event used up. One that a later opening used up stays unchanged. */
function consumedPassword(view: LockView, consumed: PasswordRecord): readonly PasswordRecord[] {
  const known = view.passwords.find(({ id }) => id === consumed.id);
  if (known === undefined || known.consumedAtMs !== null) return [];
  const { consumedAtMs, revision, uses } = consumed;
  return [{ ...known, consumedAtMs, revision, ...(uses === undefined ? {} : { uses }) }];
}

function slotAfter(view: LockView, slot: SlotRecord, entry: PastEvent): readonly SlotRecord[] {
  const known = view.slots.get(slot.userId);
  if (known === undefined) return [slot];
  if (slot.holder !== known.holder) return [];
  // The one-time code is used up: it must be cleared, whatever a later read showed.
  if (slot.mayDiffer) return [slot];
  const isReadSince = (known.verifiedAtMs ?? 0) > (entry.happenedMs ?? Number.POSITIVE_INFINITY);
  if (isReadSince) return [];
  const { doubtedAtMs } = slot;
  if (doubtedAtMs === undefined) return [slot];
  return [{ ...slot, doubtedAtMs: Math.max(doubtedAtMs, known.doubtedAtMs ?? 0) }];
}

function schedulingOf({ lock }: LockView): Pick<LockRecord, "scheduling"> {
  return { scheduling: lock.scheduling };
}

/** Returns whether the event happened after every live event of its kind. */
function isNewer({ openedAtMs, wrongCodeAtMs }: LockRecord, { happenedMs }: PastEvent): boolean {
  return happenedMs !== null && happenedMs >= Math.max(openedAtMs ?? 0, wrongCodeAtMs ?? 0);
}

function lockAfter(known: LockRecord, after: LockRecord, entry: PastEvent): LockRecord {
  const isNews = isNewer(known, entry);
  const { wrongCodes, wrongCodeAtMs, openedAtMs } = isNews ? after : known;
  return {
    ...known,
    wrongCodes,
    wrongCodeAtMs,
    openedAtMs,
    scheduling: after.scheduling,
    openingPendingAtMs: isExplained(known, entry) ? null : known.openingPendingAtMs,
  };
}

/** Returns whether it is the opening that only the lock's state had reported. */
function isExplained({ openingPendingAtMs }: LockRecord, entry: PastEvent): boolean {
  if (openingPendingAtMs === null || !isOpening(entry.event.code)) return false;
  if (entry.happenedMs === null) return entry.isNewestOpening;
  return Math.abs(entry.happenedMs - openingPendingAtMs) <= openingGraceMs;
}

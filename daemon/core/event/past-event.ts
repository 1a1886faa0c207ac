import type { TimeReading } from "../model/clock.ts";
import type { Effects, LockRecord, LockView } from "../model/lock.ts";
import type { LockEvent } from "../model/lock-event.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import type { Window } from "../model/window.ts";
import { isOpening, openingGraceMs } from "./opening.ts";
import { reduceOperationEvent } from "./reduce-operation.ts";

/** What the policy for wrong codes remembers of acts that are older than what was heard live. */
export type PastWrongCodes = Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">;

/** An entry of the lock's own log, read after it happened. */
export interface PastEvent {
  readonly event: Extract<LockEvent, { kind: "operationEvent" }>;
  /** When it happened by the lock's clock, ms UTC; null = not known. */
  readonly happenedMs: number | null;
  /** The time that is told of it, ms UTC. */
  readonly atMs: number;
  /** Everything before this had been read of the log when the entry came, ms UTC; null = not known. */
  readonly afterMs: number | null;
  /** The newest opening of the log. */
  readonly isNewestOpening: boolean;
}

/** A window that proves nothing: its password may have been another one when the act happened. */
const always: Window = { beginMs: null, endMs: null, weekly: null };
/** A clock that was measured may be off by this much from its measured drift. */
const marginMs = 5_000;

/**
 * Returns what an entry of the lock's own log means. It may be older than anything else that is known, so
 * it is judged by what was true at its time: it never concerns a password that got the slot later, never
 * ends what was heard after it, and never changes the lock's state.
 * @param row wrong codes of the log so far
 */
export function pastEventEffects(
  view: LockView,
  act: PastEvent,
  time: TimeReading,
  row: PastWrongCodes,
): { readonly effects: Effects; readonly row: PastWrongCodes } {
  const then = viewThen(view, act, row);
  const effects = reduceOperationEvent(then, act.event, { ...time, nowMs: act.atMs });
  const after = effects.lock ?? then.lock;
  const slots = (effects.slots ?? []).flatMap((slot) => slotAfter(view, slot, act));
  const { wrongCodes, wrongCodeAtMs } = after;
  return {
    effects: {
      journal: effects.journal ?? [],
      // A schedule is only doubted together with its slot.
      lock: lockAfter(
        view.lock,
        slots.length > 0 ? after : { ...after, ...schedulingOf(view) },
        act,
      ),
      slots,
      passwords: (effects.passwords ?? []).flatMap((password) => usedUp(view, password)),
    },
    row: isNewer(view.lock, act) ? row : { wrongCodes, wrongCodeAtMs },
  };
}

/** What is known of the lock, as it was when the act happened. */
function viewThen(view: LockView, act: PastEvent, row: PastWrongCodes): LockView {
  const { lock } = view;
  const counted = isNewer(lock, act) ? {} : row;
  const passwords = view.passwords.map((password) => passwordThen(password, act));
  return {
    lock: { ...lock, ...counted, remote: null },
    passwords,
    slots: slotsThen(view, act),
  };
}

function slotsThen({ slots, passwords }: LockView, act: PastEvent): LockView["slots"] {
  const { userId } = act.event;
  const slot = userId === null ? undefined : slots.get(userId);
  const holder = passwords.find(({ id }) => id === slot?.holder);
  if (slot === undefined || holder === undefined || hadSlot(holder, slot, act)) return slots;
  // Whose code it was is not known. What the slot holds by now has been put there since.
  return new Map(slots).set(slot.userId, { ...slot, holder: null });
}

/** Says whether the code in the slot can only have been this password's when the act happened. */
function hadSlot(holder: PasswordRecord, slot: SlotRecord, act: PastEvent): boolean {
  const sinceMs = Math.max(holder.createdAtMs, slot.heldSinceMs ?? 0);
  if (act.happenedMs !== null) return act.happenedMs + marginMs >= sinceMs;
  const { afterMs } = act;
  if (afterMs === null) return false;
  if (sinceMs <= afterMs) return true;
  // Nobody else's code was in the slot since the log was last read, as far as was heard.
  return (slot.clearedAtMs ?? 0) < afterMs && (slot.toldAtMs ?? 0) < afterMs;
}

/** What was wanted of the password then, as far as it is known; without a time its window proves nothing. */
function passwordThen(password: PasswordRecord, { happenedMs }: PastEvent): PasswordRecord {
  const { changedAtMs, consumedAtMs } = password;
  const isUsedLater = consumedAtMs !== null && (happenedMs === null || consumedAtMs > happenedMs);
  const then = isUsedLater ? { ...password, consumedAtMs: null } : password;
  if (happenedMs !== null && changedAtMs <= happenedMs) return then;
  return { ...then, window: always, isFrozen: false, isDeleted: false };
}

/** A password that was used up by a later opening stays as it is. */
function usedUp(view: LockView, consumed: PasswordRecord): readonly PasswordRecord[] {
  const known = view.passwords.find(({ id }) => id === consumed.id);
  if (known === undefined || known.consumedAtMs !== null) return [];
  const { consumedAtMs, revision } = consumed;
  return [{ ...known, consumedAtMs, revision }];
}

function slotAfter(view: LockView, slot: SlotRecord, act: PastEvent): readonly SlotRecord[] {
  const known = view.slots.get(slot.userId);
  if (known === undefined) return [slot];
  if (slot.holder !== known.holder) return [];
  // Used up: it has to go, whatever was read of it since.
  if (slot.mayDiffer) return [slot];
  const isReadSince = (known.verifiedAtMs ?? 0) > (act.happenedMs ?? Number.POSITIVE_INFINITY);
  if (isReadSince) return [];
  const { doubtedAtMs } = slot;
  if (doubtedAtMs === undefined) return [slot];
  return [{ ...slot, doubtedAtMs: Math.max(doubtedAtMs, known.doubtedAtMs ?? 0) }];
}

function schedulingOf({ lock }: LockView): Pick<LockRecord, "scheduling"> {
  return { scheduling: lock.scheduling };
}

/** Did the act happen after everything of its kind that was heard live? */
function isNewer({ openedAtMs, wrongCodeAtMs }: LockRecord, { happenedMs }: PastEvent): boolean {
  return happenedMs !== null && happenedMs >= Math.max(openedAtMs ?? 0, wrongCodeAtMs ?? 0);
}

function lockAfter(known: LockRecord, after: LockRecord, act: PastEvent): LockRecord {
  const isNews = isNewer(known, act);
  const { wrongCodes, wrongCodeAtMs, openedAtMs } = isNews ? after : known;
  return {
    ...known,
    wrongCodes,
    wrongCodeAtMs,
    openedAtMs,
    scheduling: after.scheduling,
    openingPendingAtMs: isExplained(known, act) ? null : known.openingPendingAtMs,
  };
}

/** Is it the opening of which only the lock's state was heard? */
function isExplained({ openingPendingAtMs }: LockRecord, act: PastEvent): boolean {
  if (openingPendingAtMs === null || !isOpening(act.event.code)) return false;
  if (act.happenedMs === null) return act.isNewestOpening;
  return Math.abs(act.happenedMs - openingPendingAtMs) <= openingGraceMs;
}

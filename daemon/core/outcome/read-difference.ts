import { driftOf } from "../evidence/slot-drift.ts";
import {
  changedAtKeypad,
  deletedAtKeypad,
  type KeypadFact,
  underPolicy,
} from "../keypad/keypad-fact.ts";
import type { Effects, LockView } from "../model/lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { isOver, targetOf } from "../plan/target.ts";
import { outdatedCopyEffects, slotAsCopied } from "./copied-slot.ts";
import type { OutcomeInput } from "./outcome-input.ts";

/** A read of a slot that shows something else than was known, with all that is stored of its lock. */
interface Found {
  readonly input: OutcomeInput;
  readonly view: LockView;
  /** The slot as the lock shows it now. */
  readonly shown: SlotRecord;
}

/**
 * Returns what a read means that shows something else than what the lock had confirmed before: an edit at
 * the keypad of which nobody heard, treated like one that was heard. Less access wins: a code that is gone
 * was deleted, a code that was disabled stays so. `slotDrift` says what was found in any case.
 * @param shown the slot as the lock shows it now
 */
export function differenceEffects(given: OutcomeInput, shown: SlotRecord): Effects {
  const stale = outdatedCopyEffects(given, shown);
  if (stale !== null) return stale;
  const input = { ...given, slot: slotAsCopied(given.slot) };
  const { lock, slot, holder, view } = input;
  const drift = driftOf(slot, shown, holder);
  const asRead = { lock, slots: [shown], journal: drift };
  if (drift.length === 0 || view === undefined) return asRead;
  const known: LockView = { ...view, lock, slots: new Map(view.slots).set(slot.userId, slot) };
  const edit = editOf({ input, shown, view: known });
  if (edit === null) return asRead;
  const { keypadEdits = "keep" } = input;
  const { journal = [], ...effects } = underPolicy(view, edit, keypadEdits);
  const slots = (effects.slots ?? []).map((one) => ({ ...one, ...readNow(shown) }));
  return { lock, ...effects, slots, journal: [...drift, ...journal] };
}

/** An event only tells of an edit; a read has shown it. */
function readNow({ confidence, verifiedAtMs }: SlotRecord) {
  return { confidence, verifiedAtMs };
}

/** @returns null = no edit: what is wanted is put right by the plan. */
function editOf(found: Found): Effects | null {
  const { input, view, shown } = found;
  const { slot, holder, nowMs } = input;
  if (holder === null) return added(found);
  // Nothing of it is wanted any more: the plan takes it from there.
  if (isOver(holder, nowMs)) return null;
  // The password only waits for its slot, or has lost its code: what has come into the empty slot is another's.
  if (slot.content.kind === "empty" && slot.attemptedRevision === 0) return added(found);
  if (slot.content.kind !== "occupied") return null;
  if (shown.content.kind === "empty") return deletedAtKeypad(view, slot.userId);
  return changed(found, holder) ?? disabled(found, holder);
}

/** A code in a slot that was seen empty. Where nobody knows what was there before, it stays unmanaged. */
function added(found: Found): Effects | null {
  const { slot } = found.input;
  // The code of a password that has another slot: no person made it, and the plan clears it or takes it over.
  if (isAnothers(found)) return null;
  const fact = factOf(found);
  if (fact === null || slot.content.kind !== "empty" || isOurs(found)) return null;
  return changedAtKeypad(fact, slot.userId);
}

/** Another code than the one that was confirmed, and none of ours. */
function changed(found: Found, { revision }: PasswordRecord): Effects | null {
  const { slot } = found.input;
  const mark = markOf(found.shown);
  const fact = factOf(found);
  if (fact === null || mark === null || mark === markOf(slot) || isOurs(found)) return null;
  // Something newer than what was changed is wanted already: it takes the place of both.
  return slot.appliedRevision === revision ? changedAtKeypad(fact, slot.userId) : null;
}

/** Somebody disabled the code, at the lock or by other means: it stays frozen until somebody unfreezes it. */
function disabled({ input, shown }: Found, holder: PasswordRecord): Effects | null {
  const { slot, lock, nowMs, keypadEdits } = input;
  if (keypadEdits === "revert" || holder.id === administratorId) return null;
  if (statusOf(slot) !== "occupiedEnabled" || statusOf(shown) !== "occupiedDisabled") return null;
  // A lock may show a code as disabled outside the hours of its own schedules.
  const isOpen = targetOf(holder, lock.capabilities, nowMs) === "open";
  if (slot.guard.kind !== "none" || !isOpen) return null;
  const frozen: PasswordRecord = {
    ...holder,
    isFrozen: true,
    revision: holder.revision + 1,
    operation: "freeze",
    operationStage: "inProgress",
    failure: null,
  };
  return { passwords: [frozen], slots: [shown] };
}

/** @returns null when the code was not sealed for a password of its own. */
function factOf({ input, view, shown }: Found): KeypadFact | null {
  const { outcome, nowMs } = input;
  if (outcome.kind !== "read" || outcome.edited === undefined) return null;
  if (shown.content.kind !== "occupied") return null;
  const { userStatus, userType } = shown.content;
  return { view, nowMs, ...outcome.edited, userStatus, userType };
}

/** A code that some password of the lock has: nobody made it at the keypad. */
function isOurs({ view, shown }: Found): boolean {
  const mark = markOf(shown);
  return mark !== null && view.passwords.some(({ code }) => code?.mark === mark);
}

function markOf({ content }: SlotRecord): string | null {
  return content.kind === "occupied" ? content.mark : null;
}

function statusOf({ content }: SlotRecord): string | null {
  return content.kind === "occupied" ? content.userStatus : null;
}

function isAnothers({ view, shown }: Found): boolean {
  const { content, userId } = shown;
  if (content.kind !== "occupied" || content.mark === null) return false;
  return view.passwords.some(
    (password) =>
      password.code?.mark === content.mark &&
      password.userId !== null &&
      password.userId !== userId,
  );
}

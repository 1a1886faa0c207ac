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

/** A read of a slot that differs from the known content, with everything that is stored of its lock. */
interface Difference {
  readonly input: OutcomeInput;
  readonly view: LockView;
  /** The slot as the lock shows it now. */
  readonly shown: SlotRecord;
}

/**
 * Returns the effects of a read that differs from what the lock had confirmed before. It is an edit at the keypad
 * that was not reported, and counts like a reported one. Less access wins: a missing code was deleted, a disabled
 * code stays disabled. In any case `slotDrift` says what the read showed.
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

/** Unlike an event, a read confirms the content. */
function readNow({ confidence, verifiedAtMs }: SlotRecord) {
  return { confidence, verifiedAtMs };
}

/** @returns null = no edit: the plan restores the desired state. */
function editOf(found: Difference): Effects | null {
  const { input, view, shown } = found;
  const { slot, holder, nowMs } = input;
  if (holder === null) return addedCode(found);
  // The password is over: the plan clears the slot.
  if (isOver(holder, nowMs)) return null;
  // The password's code was never in this empty slot, or is lost: the new code is another one.
  if (slot.content.kind === "empty" && slot.attemptedRevision === 0) return addedCode(found);
  if (slot.content.kind !== "occupied") return null;
  if (shown.content.kind === "empty") return deletedAtKeypad(view, slot.userId);
  return changedCode(found, holder) ?? disabledCode(found, holder);
}

/** A code in a slot that was seen empty. If the earlier content is not known, the code stays unmanaged. */
function addedCode(found: Difference): Effects | null {
  const { slot } = found.input;
  // The code belongs to a password with another slot: no person made it, and the plan clears or adopts it.
  if (isCodeOfOtherSlot(found)) return null;
  const fact = factOf(found);
  if (fact === null || slot.content.kind !== "empty" || isManagedCode(found)) return null;
  return changedAtKeypad(fact, slot.userId);
}

/** Another code than the confirmed one, and no managed one. */
function changedCode(found: Difference, { revision }: PasswordRecord): Effects | null {
  const { slot } = found.input;
  const mark = markOf(found.shown);
  const fact = factOf(found);
  if (fact === null || mark === null || mark === markOf(slot) || isManagedCode(found)) return null;
  // A newer revision is desired already: it replaces both codes.
  return slot.appliedRevision === revision ? changedAtKeypad(fact, slot.userId) : null;
}

/** Somebody disabled the code on the lock: the password is frozen until somebody unfreezes it. */
function disabledCode({ input, shown }: Difference, holder: PasswordRecord): Effects | null {
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

/** @returns null if the code was not sealed for a new password. */
function factOf({ input, view, shown }: Difference): KeypadFact | null {
  const { outcome, nowMs } = input;
  if (outcome.kind !== "read" || outcome.edited === undefined) return null;
  if (shown.content.kind !== "occupied") return null;
  const { userStatus, userType } = shown.content;
  return { view, nowMs, ...outcome.edited, userStatus, userType };
}

/** Returns whether a password of the lock has this code: then nobody made it at the keypad. */
function isManagedCode({ view, shown }: Difference): boolean {
  const mark = markOf(shown);
  return mark !== null && view.passwords.some(({ code }) => code?.mark === mark);
}

function markOf({ content }: SlotRecord): string | null {
  return content.kind === "occupied" ? content.mark : null;
}

function statusOf({ content }: SlotRecord): string | null {
  return content.kind === "occupied" ? content.userStatus : null;
}

function isCodeOfOtherSlot({ view, shown }: Difference): boolean {
  const { content, userId } = shown;
  if (content.kind !== "occupied" || content.mark === null) return false;
  return view.passwords.some(
    (password) =>
      password.code?.mark === content.mark &&
      password.userId !== null &&
      password.userId !== userId,
  );
}

import type { JournalEntry } from "../model/journal.ts";
import type { Effects, LockView } from "../model/lock.ts";
import { administratorId, type PasswordId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { keypadEvent, withMark } from "./keypad-event.ts";

/** What becomes of codes that a person makes, changes or deletes at the keypad. */
export type KeypadEdits =
  /** They stay as the person left them, and are told. */
  | "keep"
  /** What was wanted is put back, and codes that nobody wanted go. */
  | "revert"
  /** New and changed codes are shut until somebody agrees (unfreezes) or deletes them. */
  | "ask";

/**
 * The effects of a keypad edit under `ask`. What the person did is told, marked with `ask`. A new or
 * changed code is frozen at once, for which `pwdOperation` is told when the lock has done it; the
 * administrator's is never. A deleted code stays deleted.
 */
export function shutUntilAgreed(view: LockView, effects: Effects): Effects {
  const edited = new Map((effects.passwords ?? []).map((password) => [password.id, password]));
  // A lock that does not tell the digits: the code is read later, and shut now.
  for (const { localEdit, holder } of effects.slots ?? []) {
    const known = view.passwords.find(({ id }) => id === holder);
    if (localEdit !== null && known !== undefined && !edited.has(known.id)) {
      edited.set(known.id, known);
    }
  }
  return {
    ...effects,
    passwords: Array.from(edited.values(), shut),
    journal: (effects.journal ?? []).map((entry) => withMark(entry, "ask")),
  };
}

function shut(password: PasswordRecord): PasswordRecord {
  const { id, isDeleted, isFrozen, userId, revision } = password;
  if (id === administratorId || isDeleted || isFrozen || userId === null) return password;
  return {
    ...password,
    isFrozen: true,
    revision: revision + 1,
    operation: "freeze",
    operationStage: "inProgress",
    failure: null,
  };
}

/**
 * The effects of a keypad edit under `revert`. What the person did is told in any case, marked with
 * `reverted`: a new code is deleted again; a changed or deleted one keeps its password as it was wanted,
 * and the planner puts it back, which `pwdOperation` tells when it is done.
 */
export function reverted(view: LockView, effects: Effects): Effects {
  const before = new Map(view.passwords.map((password) => [password.id, password]));
  const putBack = new Set<PasswordId>();
  const passwords: PasswordRecord[] = [];
  for (const password of effects.passwords ?? []) {
    const wanted = before.get(password.id);
    if (wanted === undefined) passwords.push(unwanted(password));
    else if (password.userId === null) passwords.push(password);
    else {
      putBack.add(wanted.id);
      passwords.push(asPending(wanted, "update"));
    }
  }
  const removedPasswords: PasswordId[] = [];
  for (const id of effects.removedPasswords ?? []) {
    const wanted = before.get(id);
    if (wanted === undefined || wanted.isDeleted) removedPasswords.push(id);
    else {
      putBack.add(id);
      passwords.push(asPending(wanted, "add"));
    }
  }
  const slots = (effects.slots ?? []).map((slot) => assignedAgain(view, slot, putBack));
  const journal = (effects.journal ?? [])
    .filter((entry) => !isOutcome(entry, putBack))
    .map((entry) => withMark(entry, "reverted"));
  // A lock that does not tell the digits: they are put back without being read.
  for (const { localEdit, holder } of effects.slots ?? []) {
    const wanted = holder === null ? undefined : before.get(holder);
    if (localEdit !== "changed" || wanted === undefined) continue;
    journal.push(withMark(keypadEvent("pwdUpdateLocal", { ...wanted, code: null }), "reverted"));
  }
  return { ...effects, passwords, removedPasswords, slots, journal };
}

/** What is put back is an operation of its own; a command that is under way for it goes on. */
export function asPending(wanted: PasswordRecord, operation: "add" | "update"): PasswordRecord {
  if (wanted.operationStage === "inProgress") return wanted;
  return { ...wanted, operation, operationStage: "inProgress", failure: null };
}

function unwanted(password: PasswordRecord): PasswordRecord {
  return { ...password, isDeleted: true, operation: "delete", operationStage: "inProgress" };
}

/** The slot stays its holder's, and what the person put there is not what was applied. */
function assignedAgain(
  view: LockView,
  slot: SlotRecord,
  putBack: ReadonlySet<PasswordId>,
): SlotRecord {
  const was = view.slots.get(slot.userId);
  if (was === undefined || was.holder === null || !putBack.has(was.holder)) return slot;
  return {
    ...slot,
    holder: was.holder,
    localEdit: null,
    appliedRevision: was.appliedRevision,
    // Whatever is in there now takes the place of ours: it is ours to overwrite.
    attemptedRevision: Math.max(was.attemptedRevision, was.appliedRevision, 1),
  };
}

/** A command that is under way for the password goes on, so it has no outcome yet. */
function isOutcome(entry: JournalEntry, ids: ReadonlySet<PasswordId>): boolean {
  if (entry.kind !== "event" || entry.event !== "pwdOperation") return false;
  const id = entry.detail?.["password_id"];
  return typeof id === "number" && ids.has(id);
}

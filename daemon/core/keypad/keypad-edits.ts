import type { JournalEntry } from "../model/journal.ts";
import type { Effects, LockView } from "../model/lock.ts";
import { administratorId, type PasswordId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { keypadEvent, withMark } from "./keypad-event.ts";

/** What latchd does with codes that a person makes, changes or deletes at the keypad. */
export type KeypadEdits =
  /** They stay as the person left them, and are published. */
  | "keep"
  /** The planner puts back what was wanted and clears codes that nobody wanted. */
  | "revert"
  /** New and changed codes are frozen until somebody agrees (unfreezes) or deletes them. */
  | "ask";

/**
 * Returns the effects of a keypad edit under `ask`. What the person did is published, marked with `ask`. A new or changed
 * code is frozen at once, which `pwdOperation` reports when it is done; the administrator's code is never frozen. A
 * deleted code stays deleted.
 */
export function shutUntilAgreed(view: LockView, effects: Effects): Effects {
  const edited = new Map((effects.passwords ?? []).map((password) => [password.id, password]));
  // The lock does not report the digits: the code is frozen now and read later.
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
 * Returns the effects of a keypad edit under `revert`. What the person did is published in any case, marked with
 * `reverted`. A new code is deleted again; a changed or deleted one keeps its password as it was wanted, and the planner
 * puts it back, which `pwdOperation` reports when it is done.
 */
export function reverted(view: LockView, effects: Effects): Effects {
  const before = new Map(view.passwords.map((password) => [password.id, password]));
  const putBack = new Set<PasswordId>();
  const passwords = revertedPasswords(effects, before, putBack);
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
    .filter((entry) => !isCompletion(entry, putBack))
    .map((entry) => withMark(entry, "reverted"));
  return {
    ...effects,
    passwords,
    removedPasswords,
    slots,
    journal: [...journal, ...hiddenEdits(effects, before)],
  };
}

type PasswordsById = ReadonlyMap<PasswordId, PasswordRecord>;

/** Returns the edited passwords as they are wanted, and adds those that are put back to `putBack`. */
function revertedPasswords(
  effects: Effects,
  before: PasswordsById,
  putBack: Set<PasswordId>,
): PasswordRecord[] {
  return (effects.passwords ?? []).map((password) => {
    const wanted = before.get(password.id);
    if (wanted === undefined) return unwanted(password);
    if (password.userId === null) return password;
    putBack.add(wanted.id);
    return asPending(wanted, "update");
  });
}

/** Returns the events of edits whose digits the lock does not show: they are put back without a read. */
function hiddenEdits(effects: Effects, before: PasswordsById): JournalEntry[] {
  return (effects.slots ?? []).flatMap(({ localEdit, holder }) => {
    const wanted = holder === null ? undefined : before.get(holder);
    if (localEdit !== "changed" || wanted === undefined) return [];
    return [withMark(keypadEvent("pwdUpdateLocal", { ...wanted, code: null }), "reverted")];
  });
}

/** Returns the password with an activity that puts it back. An activity in progress stays as it is. */
export function asPending(wanted: PasswordRecord, operation: "add" | "update"): PasswordRecord {
  if (wanted.operationStage === "inProgress") return wanted;
  return { ...wanted, operation, operationStage: "inProgress", failure: null };
}

function unwanted(password: PasswordRecord): PasswordRecord {
  return { ...password, isDeleted: true, operation: "delete", operationStage: "inProgress" };
}

/** Returns the slot assigned to its password as before; the person's code does not count as applied. */
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
    // The code that is there replaced ours, so latchd may overwrite it.
    attemptedRevision: Math.max(was.attemptedRevision, was.appliedRevision, 1),
  };
}

/** Says whether the entry completes an activity of these passwords, which is still in progress. */
function isCompletion(entry: JournalEntry, ids: ReadonlySet<PasswordId>): boolean {
  if (entry.kind !== "event" || entry.event !== "pwdOperation") return false;
  const id = entry.detail?.["password_id"];
  return typeof id === "number" && ids.has(id);
}

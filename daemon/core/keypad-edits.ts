import type { JournalEntry } from "./journal.ts";
import type { Effects, LockView } from "./lock.ts";
import type { PasswordId, PasswordRecord } from "./password.ts";
import type { SlotRecord } from "./slot.ts";

/** What becomes of codes that a person makes, changes or deletes at the keypad. */
export type KeypadEdits =
  /** They stay as the person left them, and are told. */
  | "keep"
  /** What was wanted is put back, and codes that nobody wanted go. */
  | "revert";

/**
 * The effects of a keypad edit under `revert`: a new code is told (`pwdAddLocal`) and deleted; a
 * changed or deleted one keeps its password as it was wanted, and the planner puts it back, which
 * `pwdOperation` tells when it is done.
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
      passwords.push(again(wanted, "update"));
    }
  }
  const removedPasswords: PasswordId[] = [];
  for (const id of effects.removedPasswords ?? []) {
    const wanted = before.get(id);
    if (wanted === undefined || wanted.isDeleted) removedPasswords.push(id);
    else {
      putBack.add(id);
      passwords.push(again(wanted, "add"));
    }
  }
  const slots = (effects.slots ?? []).map((slot) => heldAgain(view, slot, putBack));
  const journal = (effects.journal ?? []).filter((entry) => !isAbout(entry, putBack));
  return { ...effects, passwords, removedPasswords, slots, journal };
}

/** What is put back is an operation of its own; a command that is under way for it goes on. */
function again(wanted: PasswordRecord, operation: "add" | "update"): PasswordRecord {
  if (wanted.operationStage === "inProgress") return wanted;
  return { ...wanted, operation, operationStage: "inProgress", failure: null };
}

function unwanted(password: PasswordRecord): PasswordRecord {
  return { ...password, isDeleted: true, operation: "delete", operationStage: "inProgress" };
}

/** The slot stays its holder's, and what the person put there is not what was applied. */
function heldAgain(view: LockView, slot: SlotRecord, putBack: ReadonlySet<PasswordId>): SlotRecord {
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

function isAbout(entry: JournalEntry, ids: ReadonlySet<PasswordId>): boolean {
  if (entry.kind !== "event") return false;
  if (entry.event !== "pwdUpdateLocal" && entry.event !== "pwdDelLocal") {
    const id = entry.event === "pwdOperation" ? entry.detail?.["password_id"] : undefined;
    return typeof id === "number" && ids.has(id);
  }
  const password = entry.detail?.["password"];
  if (typeof password !== "object" || password === null || !("id" in password)) return false;
  return typeof password["id"] === "number" && ids.has(password["id"]);
}

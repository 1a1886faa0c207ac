import type { LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { canRead } from "./plan-work.ts";

/** Says whether the slot holds, or may hold, the password's previous code, which should not open any more. */
export function isSuperseded(view: LockView, password: PasswordRecord, slot: SlotRecord): boolean {
  const { content, appliedRevision, holder } = slot;
  if (holder !== password.id || password.code === null || appliedRevision === 0) return false;
  if (content.kind === "occupied") {
    if (content.mark !== null) return content.mark !== password.code.mark;
    // A newer code may have been sent without an answer; the lock does not show which of the two it has.
    return appliedRevision < password.revision;
  }
  // A lock that shows nothing holds the code that it accepted last.
  return content.kind === "unknown" && !canRead(view) && appliedRevision < password.revision;
}

/**
 * Says whether the slot holds a code that now belongs to another password of this lock. Locks refuse the same code
 * twice, so this slot is cleared first. Of two passwords that swap their codes both are cleared, then both are set.
 */
export function isInTheWay(
  view: LockView,
  password: PasswordRecord,
  { content }: SlotRecord,
): boolean {
  if (content.kind !== "occupied" || content.mark === null) return false;
  const { mark } = content;
  if (password.code === null || password.code.mark === mark) return false;
  return view.passwords.some(
    ({ id, code, isDeleted }) => id !== password.id && !isDeleted && code?.mark === mark,
  );
}

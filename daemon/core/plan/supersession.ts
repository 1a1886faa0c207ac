import type { LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { canRead } from "./plan-work.ts";

/** The slot still has the code before this one, or may have it; that one is not to open any more. */
export function isSuperseded(view: LockView, password: PasswordRecord, slot: SlotRecord): boolean {
  const { content, appliedRevision, holder } = slot;
  if (holder !== password.id || password.code === null || appliedRevision === 0) return false;
  if (content.kind === "occupied") {
    if (content.mark !== null) return content.mark !== password.code.mark;
    // A newer one may have been sent and not answered: which of the two it is the lock does not show.
    return appliedRevision < password.revision;
  }
  // A lock that shows nothing holds what it took last.
  return content.kind === "unknown" && !canRead(view) && appliedRevision < password.revision;
}

/**
 * The slot still has a code that its own password gave up and another one of this lock is to have: locks
 * refuse the same code twice, so it goes first. Two that swap their codes are both cleared, then both set.
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

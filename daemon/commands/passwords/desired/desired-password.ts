import type { LockRecord, LockView } from "../../../core/model/lock.ts";
import type { PasswordRecord } from "../../../core/model/password.ts";
import type { SlotRecord } from "../../../core/model/slot.ts";
import { withoutCopied } from "../../../core/outcome/copied-slot.ts";
import { supersededEvent } from "../../../core/outcome/password-event.ts";
import { slotOf } from "../../../core/plan/slot-of.ts";
import { type Change, put } from "../../../store/store.ts";
import type { Decision } from "../../command.ts";

/**
 * Decides what is desired of a lock in one batch: the password, and its slot marked as about to differ, so
 * that a restart after the first frame notices it. A command that the lock has not confirmed yet ends with it.
 */
export function desire(
  view: LockView,
  password: PasswordRecord,
  result: Decision["result"],
  lock?: LockRecord,
): Decision {
  const key = [password.lock, password.id];
  const changes: Change[] = [put("password", key, password)];
  if (lock !== undefined) changes.push(put("lock", [lock.lock], lock));
  if (password.userId !== null) {
    const slot = claimed(slotOf(view, password.userId), password);
    changes.push(put("slot", [password.lock, password.userId], slot));
  }
  const before = view.passwords.find(({ id }) => id === password.id);
  const overtaken = before === undefined ? null : supersededEvent(before, "superseded");
  const journal = overtaken === null ? [] : [overtaken];
  return { changes, journal, result, wake: [password.lock] };
}

function claimed(slot: SlotRecord, password: PasswordRecord): SlotRecord {
  const isNew = slot.holder !== password.id;
  return {
    // What is desired now is newer than a restored copy.
    ...withoutCopied(slot),
    holder: password.id,
    ...(isNew ? { heldSinceMs: password.changedAtMs } : {}),
    ...(isNew && containsCode(slot, password) ? { attemptedRevision: password.revision } : {}),
    mayDiffer: true,
    retryAtMs: null,
    refusals: 0,
  };
}

/** Returns whether the slot already contains the password's code, so that its next code replaces that one. */
function containsCode({ content }: SlotRecord, { code }: PasswordRecord): boolean {
  return content.kind === "occupied" && code !== null && content.mark === code.mark;
}

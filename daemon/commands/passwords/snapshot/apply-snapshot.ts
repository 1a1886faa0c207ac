import Type, { type Static } from "typebox";
import { copySuspensionSetting } from "../../../core/contact/suspended-grants.ts";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockRecord, LockView } from "../../../core/model/lock.ts";
import { administratorId, type PasswordRecord } from "../../../core/model/password.ts";
import { nextPasswordIdAfter } from "../../../core/plan/slot-allocation.ts";
import { type Change, put, remove } from "../../../store/store.ts";
import { lockErrors } from "../../call-errors.ts";
import type { CommandContext, Decision } from "../../command.ts";
import { writeCommand } from "../../definition.ts";
import { findLock, lockView } from "../../locks/address.ts";
import { checkRemovals, confirmation } from "../../removal-limit.ts";
import { lockAddress } from "../../schema/request-fields.ts";
import { checkClock } from "../desired/window-check.ts";
import { LeavingCodes } from "./leaving-codes.ts";
import { SnapshotDraft } from "./snapshot-draft.ts";
import { checkListed, type SnapshotStatus, statusOf } from "./snapshot-status.ts";
import { type WantedPassword, wantedPassword } from "./wanted-password.ts";

/** Limit of passwords: as many as one message holds, and more than a lock has slots. */
const maxPasswords = 250;

const input = Type.Object(
  {
    ...lockAddress,
    passwords: Type.Array(wantedPassword, {
      maxItems: maxPasswords,
      description: "all that the lock is to have; one that is not named is removed",
    }),
    confirm: confirmation,
  },
  { additionalProperties: false },
);

/** latchd's own: the whole desired state of one lock, which a cloud sends when digests differ. */
export const applySnapshot = writeCommand({
  name: "apply_snapshot",
  summary: "Makes a lock's passwords exactly these, in one batch; refused whole if one is stale.",
  access: "manager",
  errors: [
    ...lockErrors,
    "duplicate",
    "administratorProtected",
    "lockFull",
    "clockLost",
    "unsupported",
    "confirmationNeeded",
    "stale",
  ],
  lockActivity: activityIds.passwordChanged,
  input,
  output: Type.Object({
    added: Type.Integer(),
    changed: Type.Integer(),
    removed: Type.Integer(),
    unchanged: Type.Integer(),
  }),
  run: apply,
});

/** A password of the snapshot, and what the snapshot does with it. */
interface Listed {
  readonly password: WantedPassword;
  readonly status: SnapshotStatus;
}

function apply(context: CommandContext, wanted: Static<typeof input>): Decision {
  const lock = findLock(context.view, wanted);
  const stored = lockView(context.view, lock);
  checkListed(wanted.passwords);
  const listed = wanted.passwords.map((password, index) => {
    return { password, status: atIndex(index, () => statusOf(context, stored, password)) };
  });
  const removed = removedBy(stored, wanted.passwords);
  const alive = stored.passwords.filter(({ isDeleted }) => !isDeleted).length;
  checkRemovals(removed.length, alive, wanted.confirm);
  if (listed.some(isGrant)) checkClock(context);

  const draft = new SnapshotDraft(context, stored, new LeavingCodes(context, removed, listed));
  for (const before of removed) draft.remove(before);
  // The snapshot says all that the cloud wants, so that a lock suspended after a restore is released.
  const isSuspended = context.view.get("setting", copySuspensionSetting(lock.lock)) !== undefined;
  const counts = write(draft, listed, isSuspended);
  const release = isSuspended ? [remove("setting", copySuspensionSetting(lock.lock))] : [];
  const isUnchanged = draft.changes.length === 0 && !isSuspended;
  return {
    changes: [...draft.changes, ...countedIds(lock, wanted.passwords), ...release],
    journal: draft.journal,
    result: {
      added: counts.added,
      changed: counts.changed,
      removed: removed.length,
      unchanged: counts.unchanged,
    },
    wake: isUnchanged ? [] : [lock.lock],
  };
}

function isGrant({ password, status }: Listed): boolean {
  return status !== "same" && password.frozen !== 1;
}

function write(draft: SnapshotDraft, listed: readonly Listed[], isSuspended: boolean) {
  const counts = { added: 0, changed: 0, unchanged: 0 };
  for (const [index, { password, status: given }] of listed.entries()) {
    const status = given === "same" && isSuspended ? draft.confirm(password) : given;
    if (status === "same") {
      counts.unchanged += 1;
    } else if (status === "new") {
      atIndex(index, () => draft.add(password));
      counts.added += 1;
    } else {
      atIndex(index, () => draft.update(status, password));
      counts.changed += 1;
    }
  }
  return counts;
}

/** A password that a person made at the keypad stays; the cloud deletes it by its id. */
function removedBy(lock: LockView, wanted: readonly WantedPassword[]): readonly PasswordRecord[] {
  const listed = new Set(wanted.map(({ password_id }) => password_id));
  const removed = lock.passwords.filter(
    ({ id, isDeleted, origin }) => !isDeleted && origin !== "keypad" && !listed.has(id),
  );
  if (removed.some(({ id }) => id === administratorId)) {
    const text = `passwords: ${administratorId}, the administrator's, cannot be removed`;
    throw new GatewayError("administratorProtected", text, { field: "passwords" });
  }
  return removed;
}

/** Keeps the next id of the lock above every id of the snapshot. */
function countedIds(lock: LockRecord, wanted: readonly WantedPassword[]): readonly Change[] {
  const ids = wanted.map(({ password_id }) => password_id).filter((id) => id !== administratorId);
  const next = ids.reduce(
    (highest, id) => Math.max(highest, nextPasswordIdAfter(id)),
    lock.nextPasswordId,
  );
  return next === lock.nextPasswordId
    ? []
    : [put("lock", [lock.lock], { ...lock, nextPasswordId: next })];
}

/** Runs `work`; an error in it names the position in the list. */
function atIndex<R>(index: number, work: () => R): R {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    const position = `passwords.${index}`;
    const field = cause.field === undefined ? position : `${position}.${cause.field}`;
    throw new GatewayError(cause.code, `${position}.${cause.message}`, { field, cause });
  }
}

import type { GrantRecord } from "../../core/grant/grant.ts";
import type { SubjectUse, SubjectUseKind } from "../../core/input/command-stamps.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { Change, StoreView } from "../../store/store.ts";

/** Tables in which each record is a subject, and the kind of its removal. */
const whole: ReadonlyMap<Change["table"], "grant" | "revoke"> = new Map([
  ["client", "revoke"],
  ["member", "revoke"],
  ["opmode", "revoke"],
  ["gesture", "revoke"],
  // Their removal may take a lock that somebody needs.
  ["home", "grant"],
  ["room", "grant"],
  ["binding", "grant"],
  ["order", "grant"],
  ["callback", "grant"],
]);

/**
 * Returns the subjects of a command by the records that it changes, which are the same for V1.6 and the lock
 * actions. A password is a subject, and so is each code of a lock: an addition has no id yet, and must not
 * bring back a code that was revoked after it was issued.
 * @param snapshotOf the lock whose desired state the command gives as a whole, or null
 */
export function subjectsOf(
  changes: readonly Change[],
  view: StoreView,
  snapshotOf: LockId | null,
): readonly SubjectUse[] {
  const unpaired = new Set(
    changes.flatMap(({ table, key, value }) =>
      table === "lock" && value === null ? [key[0]] : [],
    ),
  );
  const uses: SubjectUse[] = [];
  const locks = new Set<string>();
  for (const change of changes) {
    // The records of an unpaired lock are removed, and its stamps with them.
    if (unpaired.has(change.key[0])) continue;
    const removal = whole.get(change.table);
    if (removal !== undefined) {
      const subject = [change.table, ...change.key].join("/");
      uses.push({ subject, kind: change.value === null ? removal : "grant" });
    }
    if (change.table === "grant" && change.value !== null) {
      const [id = ""] = change.key;
      const kind = kindOfGrant(view.get("grant", change.key), change.value);
      uses.push({ subject: `grant/${id}`, kind });
    }
    if (change.table !== "password") continue;
    const [lock = "", id = ""] = change.key;
    locks.add(String(lock));
    uses.push(...ofPassword(`${lock}`, `${id}`, view.get("password", change.key), change.value));
  }
  if (snapshotOf !== null) {
    uses.push(
      { subject: `newest/${snapshotOf}`, kind: "compare" },
      { subject: `snapshot/${snapshotOf}`, kind: "grant" },
    );
    locks.add(snapshotOf);
  }
  for (const lock of locks) {
    const isGrant = uses.some(({ kind }) => kind === "grant" || kind === "unfreeze");
    if (isGrant) uses.push({ subject: `snapshot/${lock}`, kind: "compare" });
    uses.push({ subject: `newest/${lock}`, kind: "note" });
  }
  return uses;
}

function ofPassword(
  lock: string,
  id: string,
  before: PasswordRecord | undefined,
  after: PasswordRecord | null,
): readonly SubjectUse[] {
  const kind = kindOf(before, after);
  const oldMark = before?.code?.mark;
  const newMark = after?.code?.mark;
  const uses: SubjectUse[] = [{ subject: `password/${lock}/${id}`, kind }];
  if (newMark !== undefined) uses.push({ subject: `code/${lock}/${newMark}`, kind });
  if (oldMark !== undefined && oldMark !== newMark) {
    uses.push({ subject: `code/${lock}/${oldMark}`, kind: "note" });
  }
  return uses;
}

function kindOf(before: PasswordRecord | undefined, after: PasswordRecord | null): SubjectUseKind {
  if (after === null || after.isDeleted) return "revoke";
  if (after.isFrozen && before !== undefined && !before.isFrozen) {
    // A snapshot may also change the code, which is more than a freeze.
    return after.code?.mark === before.code?.mark ? "freeze" : "grant";
  }
  return before?.isFrozen === true && !after.isFrozen ? "unfreeze" : "grant";
}

/** Doors that leave a grant, and its revocation, take access away; what adds a door or moves the validity gives it. */
function kindOfGrant(before: GrantRecord | undefined, after: GrantRecord): SubjectUseKind {
  if (after.revokedAtMs !== null) return "revoke";
  if (before === undefined) return "grant";
  if (after.isFrozen !== before.isFrozen) return after.isFrozen ? "freeze" : "unfreeze";
  const known = new Set(before.doors.map(({ lock, passwordId }) => `${lock}/${passwordId}`));
  const isReduced =
    JSON.stringify(before.window) === JSON.stringify(after.window) &&
    after.doors.every((door) => known.has(`${door.lock}/${door.passwordId}`)) &&
    (after.doors.length < before.doors.length ||
      after.doors.some(({ isLeaving }) => isLeaving === true));
  return isReduced ? "revoke" : "grant";
}

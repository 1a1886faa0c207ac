import type { SubjectUse, SubjectUseKind } from "../../core/input/command-stamps.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { Change, StoreView } from "../../store/store.ts";

/** Tables of which each record is a subject of its own, and what its removal is. */
const whole: ReadonlyMap<Change["table"], "grant" | "revoke"> = new Map([
  ["client", "revoke"],
  ["member", "revoke"],
  ["opmode", "revoke"],
  ["gesture", "revoke"],
  // What goes with these may be a lock that somebody needs.
  ["home", "grant"],
  ["room", "grant"],
  ["binding", "grant"],
  ["order", "grant"],
  ["callback", "grant"],
]);

/**
 * Returns what a command touches, by the records that it changes: the same for every name that a command
 * has in V1.6 and among the lock actions. A password is one subject, and so is each code of a lock: an
 * addition has no id yet, and must not bring back a code that was revoked after it was issued.
 * @param snapshotOf the lock of which the command says all that is wanted, or null
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
  const touches: SubjectUse[] = [];
  const locks = new Set<string>();
  for (const change of changes) {
    // What belonged to a lock is forgotten with it, its stamps as well.
    if (unpaired.has(change.key[0])) continue;
    const removal = whole.get(change.table);
    if (removal !== undefined) {
      const subject = [change.table, ...change.key].join("/");
      touches.push({ subject, kind: change.value === null ? removal : "grant" });
    }
    if (change.table !== "password") continue;
    const [lock = "", id = ""] = change.key;
    locks.add(String(lock));
    touches.push(...ofPassword(`${lock}`, `${id}`, view.get("password", change.key), change.value));
  }
  if (snapshotOf !== null) {
    touches.push(
      { subject: `newest/${snapshotOf}`, kind: "compare" },
      { subject: `snapshot/${snapshotOf}`, kind: "grant" },
    );
    locks.add(snapshotOf);
  }
  for (const lock of locks) {
    const isGrant = touches.some(({ kind }) => kind === "grant" || kind === "unfreeze");
    if (isGrant) touches.push({ subject: `snapshot/${lock}`, kind: "compare" });
    touches.push({ subject: `newest/${lock}`, kind: "note" });
  }
  return touches;
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
  const touches: SubjectUse[] = [{ subject: `password/${lock}/${id}`, kind }];
  if (newMark !== undefined) touches.push({ subject: `code/${lock}/${newMark}`, kind });
  if (oldMark !== undefined && oldMark !== newMark) {
    touches.push({ subject: `code/${lock}/${oldMark}`, kind: "note" });
  }
  return touches;
}

function kindOf(before: PasswordRecord | undefined, after: PasswordRecord | null): SubjectUseKind {
  if (after === null || after.isDeleted) return "revoke";
  if (after.isFrozen && before !== undefined && !before.isFrozen) {
    // A snapshot may freeze and change the code in one: then it is more than a freeze.
    return after.code?.mark === before.code?.mark ? "freeze" : "grant";
  }
  return before?.isFrozen === true && !after.isFrozen ? "unfreeze" : "grant";
}

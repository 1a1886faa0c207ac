import { followedGrant } from "../../core/grant/grant-following.ts";
import { passwordsUsedUp } from "../../core/grant/grant-uses.ts";
import { forgottenCodes } from "../../core/grant/used-code.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { JournalEntry } from "../../core/model/journal.ts";
import type { PasswordId, PasswordRecord } from "../../core/model/password.ts";
import type { CodeMark } from "../../core/model/sealed-code.ts";
import { type Change, put, remove, type StoreView, type Transaction } from "../store.ts";

/** One password that a transaction changes. */
interface PasswordMove {
  readonly before: PasswordRecord | undefined;
  readonly after: PasswordRecord | undefined;
}

/**
 * Returns the transaction with what follows from its passwords, so that it is one batch with them whoever writes it: the
 * grants that they belong to, and the codes that they had.
 * @param view the records before the transaction
 */
export function withFollowed(
  transaction: Transaction,
  view: StoreView,
  nowMs: number,
): Transaction {
  const { changes, journal } = transaction;
  const unpaired = unpairedLocks(changes);
  const moves = passwordMoves(changes, view);
  if (moves.size === 0 && unpaired.size === 0) return transaction;
  const codes = codeChanges(moves, unpaired, { view, nowMs });
  const grants = grantChanges(changes, { moves, unpaired, view, nowMs });
  if (codes.length === 0 && grants.changes.length === 0) return transaction;
  return {
    ...transaction,
    changes: [...changes, ...codes, ...grants.changes],
    journal: [...journal, ...grants.journal],
  };
}

/** A lock without its record, or without its key, is not paired any more. */
function unpairedLocks(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ table, key, value }) =>
      (table === "lock" || table === "lockKey") && value === null ? [String(key[0])] : [],
    ),
  );
}

/** Returns the passwords that the changes put or remove, by lock and id. Of several changes of one the last counts. */
function passwordMoves(changes: readonly Change[], view: StoreView): Map<string, PasswordMove> {
  const moves = new Map<string, PasswordMove>();
  for (const change of changes) {
    if (change.table !== "password") continue;
    const after = change.value ?? undefined;
    moves.set(change.key.join("/"), { before: view.get("password", change.key), after });
  }
  return moves;
}

/** Remembers the codes that passwords lost, and forgets the codes of unpaired locks with their key. */
function codeChanges(
  moves: ReadonlyMap<string, PasswordMove>,
  unpaired: ReadonlySet<string>,
  { view, nowMs }: { readonly view: StoreView; readonly nowMs: number },
): readonly Change[] {
  const lost = new Map<LockId, Set<CodeMark>>();
  for (const { before, after } of moves.values()) {
    if (before === undefined || before.code === null || unpaired.has(before.lock)) continue;
    if (after?.code?.mark === before.code.mark) continue;
    const marks = lost.get(before.lock) ?? new Set();
    lost.set(before.lock, marks.add(before.code.mark));
  }
  const added = [...lost].flatMap(([lock, marks]): Change[] => {
    const known = [...view.list("usedCode", [lock])].filter(({ mark }) => !marks.has(mark));
    return [
      ...forgottenCodes(known, marks.size, nowMs).map(({ mark }) =>
        remove("usedCode", [lock, mark]),
      ),
      ...[...marks].map((mark) => put("usedCode", [lock, mark], { lock, mark, atMs: nowMs })),
    ];
  });
  const removed = [...unpaired].flatMap((lock) =>
    [...view.list("usedCode", [lock])].map(({ mark }) => remove("usedCode", [lock, mark])),
  );
  return [...added, ...removed];
}

function grantChanges(
  changes: readonly Change[],
  {
    moves,
    unpaired,
    view,
    nowMs,
  }: {
    /** Grows by the passwords that a grant uses up. */
    readonly moves: Map<string, PasswordMove>;
    readonly unpaired: ReadonlySet<string>;
    readonly view: StoreView;
    readonly nowMs: number;
  },
): { readonly changes: readonly Change[]; readonly journal: readonly JournalEntry[] } {
  const touched = new Set<string>();
  for (const { before, after } of moves.values()) {
    if (before?.grant !== undefined) touched.add(before.grant);
    if (after?.grant !== undefined) touched.add(after.grant);
  }
  const moveOf = (lock: LockId, id: PasswordId) => moves.get(`${lock}/${id}`);
  const stored = (lock: LockId, id: PasswordId) => view.get("password", [lock, id]);
  const change = {
    before: stored,
    after: (lock: LockId, id: PasswordId) => {
      const move = moveOf(lock, id);
      return move === undefined ? stored(lock, id) : move.after;
    },
    isUnpaired: (lock: LockId) => unpaired.has(lock),
  };
  const followed: Change[] = [];
  const journal: JournalEntry[] = [];
  for (const id of touched) {
    const grant = grantAfter(id, changes, view);
    if (grant === undefined) continue;
    for (const password of passwordsUsedUp(grant, change, nowMs)) {
      moves.set(`${password.lock}/${password.id}`, { before: undefined, after: password });
      followed.push(...usedUpChanges(password, changes, view));
    }
    const following = followedGrant(grant, change);
    if (following === null) continue;
    followed.push(put("grant", [id], following.grant));
    if (following.event !== null) journal.push(following.event);
  }
  return { changes: followed, journal };
}

/** The slot must be cleared, whatever a later read shows. A crash before that is harmless. */
function usedUpChanges(
  password: PasswordRecord,
  changes: readonly Change[],
  view: StoreView,
): readonly Change[] {
  const key = [password.lock, password.id];
  const { userId } = password;
  if (userId === null) return [put("password", key, password)];
  const own = changes.findLast(
    (change) =>
      change.table === "slot" && change.key[0] === password.lock && change.key[1] === userId,
  );
  const slot = own?.table === "slot" ? own.value : view.get("slot", [password.lock, userId]);
  const differing =
    slot === undefined || slot === null
      ? []
      : [put("slot", [password.lock, userId], { ...slot, mayDiffer: true })];
  return [put("password", key, password), ...differing];
}

/** Returns a grant as the transaction leaves it. */
function grantAfter(id: string, changes: readonly Change[], view: StoreView) {
  const own = changes.findLast(({ table, key }) => table === "grant" && key[0] === id);
  if (own === undefined || own.table !== "grant") return view.get("grant", [id]);
  return own.value ?? undefined;
}

import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { isLockId, type LockId } from "../../core/model/door-lock.ts";
import type { SealedCode } from "../../core/model/sealed-code.ts";
import { LockKeys, type OpenedLockKey } from "../secrets/lock-keys.ts";
import type { MasterKey } from "../secrets/master-key.ts";
import { CodeVault, sealedWith } from "../secrets/sealing.ts";
import { StoreFailure } from "../store-failure.ts";
import type { StoredChange, StoredRecord } from "./stored-record.ts";

/**
 * Schema 2: each lock gets a key of its own, and what was sealed and marked with the gateway's key is sealed and
 * marked with the lock's key. A slot's mark of an unknown code cannot be made again: the slot becomes unknown and
 * is read again, or counts as masked if it has no holder.
 */
export function withLockKeys(
  records: readonly StoredRecord[],
  master: MasterKey,
): readonly StoredChange[] {
  const locks = records.flatMap(({ table, key }) => (table === "lock" ? lockOf(key) : []));
  if (locks.length === 0) return [];
  const keys = new LockKeys(master, { get: () => undefined, list: () => [].values() });
  const before = new CodeVault(master);
  return locks.flatMap((lock): StoredChange[] => {
    const { record, opened } = keys.make(lock);
    const own = records.filter(({ key }) => key[0] === lock);
    const marks = new Map<string, string>();
    const passwords = own.flatMap((stored) =>
      stored.table === "password" ? resealed(stored, { before, opened, marks }) : [],
    );
    const slots = own.flatMap((stored) => (stored.table === "slot" ? remarked(stored, marks) : []));
    return [{ table: "lockKey", key: [lock], value: { ...record } }, ...passwords, ...slots];
  });
}

function lockOf([lock]: StoredRecord["key"]): LockId[] {
  return typeof lock === "string" && isLockId(lock) ? [lock] : [];
}

interface Resealing {
  readonly before: CodeVault;
  readonly opened: OpenedLockKey;
  /** New marks by the old ones of the same codes. */
  readonly marks: Map<string, string>;
}

function resealed({ table, key, value }: StoredRecord, to: Resealing): StoredChange[] {
  const password = fieldsOf(value);
  const code = sealedCodeOf(password["code"]);
  const sealedFor = password["sealedFor"];
  if (code === null || typeof sealedFor !== "string") return [];
  try {
    const sealed = sealedWith(to.opened, to.before.open(code, sealedFor), sealedFor);
    to.marks.set(code.mark, sealed.mark);
    return [{ table, key, value: { ...password, code: { ...sealed } } }];
  } catch (error) {
    // The code did not open before either: it stays as it is, and whoever needs it gets the error.
    if (error instanceof StoreFailure && error.kind === "sealBroken") return [];
    throw error;
  }
}

function remarked(
  { table, key, value }: StoredRecord,
  marks: ReadonlyMap<string, string>,
): StoredChange[] {
  const slot = fieldsOf(value);
  const content = fieldsOf(slot["content"]);
  const { mark } = content;
  if (typeof mark !== "string") return [];
  const made = marks.get(mark);
  const isNobodys = slot["holder"] === null;
  const after =
    made === undefined && !isNobodys ? { kind: "unknown" } : { ...content, mark: made ?? null };
  return [{ table, key, value: { ...slot, content: after } }];
}

function sealedCodeOf(value: Json | undefined): SealedCode | null {
  const { box, mark } = fieldsOf(value);
  return typeof box === "string" && typeof mark === "string" ? { box, mark } : null;
}

function fieldsOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

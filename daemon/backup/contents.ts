import type { Static } from "typebox";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { copySuspensionSetting, restoredSetting } from "../core/contact/suspended-grants.ts";
import { isLockId } from "../core/model/door-lock.ts";
import { setUpCodeSetting } from "../core/model/gateway/set-up-code.ts";
import { copyMadeSetting } from "../core/model/gateway/storage.ts";
import { unknownSlot } from "../core/model/slot.ts";
import { tableNames } from "../store/keys.ts";
import { migratedRecords } from "../store/opening/migrations.ts";
import type { StoredRecord } from "../store/opening/stored-record.ts";
import type { MasterKey } from "../store/secrets/master-key.ts";
import type { contentsSchema } from "./contents-schema.ts";
import { checkRecords } from "./restore/record-check.ts";
import { BackupFault, type BackupKey, seal, unseal } from "./sealed-file.ts";

/** Everything of a gateway except its history, which the cloud has. */
export type BackupContents = Static<typeof contentsSchema>;

/** Most slots of one lock that get a record. No known lock has more for codes. */
const maxSlots = 1_000;

/**
 * Tables that are not in a backup: sessions, passes, and erasures of records that a copy does not have. The inbox is in
 * it, because a command that was carried out before the copy must not act again.
 */
const omittedTables: ReadonlySet<string> = new Set(["token", "session", "pass", "erasure"]);

/** The code for the first account is of its hour only. */
function isOmitted(table: string, [name]: readonly unknown[]): boolean {
  return omittedTables.has(table) || (table === "setting" && name === setUpCodeSetting);
}

export function recordsForBackup(records: readonly StoredRecord[]): BackupContents["records"] {
  return records
    .filter(({ table, key }) => !isOmitted(table, key))
    .map(({ table, key, value }) => ({ table, key: [...key], value }));
}

export async function sealContents(given: BackupContents, key: BackupKey): Promise<Buffer> {
  return await seal(Buffer.from(JSON.stringify(given)), key);
}

/** @throws BackupFault */
export async function openContents(file: Buffer, key: BackupKey): Promise<BackupContents> {
  const value = parsed(await unseal(file, key));
  // A backup is opened once in a gateway's life; the schemas are not loaded for its every start.
  const { isContents } = await import("./contents-schema.ts");
  if (!isContents(value)) {
    throw new BackupFault(
      "the backup is malformed: it holds something else than records, key and network files of latchd",
    );
  }
  return value;
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch (cause) {
    throw new BackupFault("the backup is malformed: it is not JSON", { cause });
  }
}

/**
 * Returns a copy's records in the form in which a store may use them again. The copy is older than the state
 * of the locks and the cloud. So every slot is unknown until it is read, also those without a record, and no
 * code of the copy is sent before the cloud or a person has confirmed it.
 * @throws BackupFault if a record is not valid; see {@link checkRecords}.
 */
export function recordsToRestore(given: BackupContents, masterKey: MasterKey): StoredRecord[] {
  checkRecords(given.records);
  const kept = given.records.flatMap(({ table, key, value }): StoredRecord[] => {
    const known = tableNames.find((name) => name === table);
    if (known === undefined || isOmitted(table, key)) return [];
    return [{ table: known, key, value: toJson(value) }];
  });
  const records = migratedRecords(kept, given.schema, masterKey).map((record): StoredRecord => {
    switch (record.table) {
      case "slot":
        return { ...record, value: unread(record.value) };
      case "lock":
        return { ...record, value: unswept(record.value) };
      default:
        return record;
    }
  });
  // Somebody may send commands again that were issued before the copy.
  const restored: StoredRecord = {
    table: "setting",
    key: [restoredSetting],
    value: { value: true },
  };
  const made: StoredRecord = {
    table: "setting",
    key: [...copyMadeSetting],
    value: { value: given.createdAtMs },
  };
  return [...records, ...unseenSlots(records), ...holds(records), restored, made];
}

/** Returns records for slots without one: a code granted after the copy may be in any of them. */
function unseenSlots(records: readonly StoredRecord[]): StoredRecord[] {
  const known = new Set(
    records.flatMap(({ table, key }) => (table === "slot" ? [JSON.stringify(key)] : [])),
  );
  return records.flatMap(({ table, key: [lock], value }): StoredRecord[] => {
    if (table !== "lock" || typeof lock !== "string" || !isLockId(lock)) return [];
    return userIdsOf(value).flatMap((userId): StoredRecord[] => {
      const key = [lock, userId];
      if (known.has(JSON.stringify(key))) return [];
      return [{ table: "slot", key, value: toJson(unknownSlot(lock, userId)) }];
    });
  });
}

/** Returns every slot in which the lock may have a code, also those that latchd never writes. */
function userIdsOf(lock: Json): number[] {
  const capabilities = fieldOf(lock, "capabilities") ?? null;
  const count = (name: string) => {
    const value = fieldOf(capabilities, name);
    return typeof value === "number" ? value : 0;
  };
  if (count("pinUsers") === 0) return [];
  const first = Math.min(1, count("firstUserId"));
  const last = Math.min(count("lastUserId"), first + maxSlots - 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function holds(records: readonly StoredRecord[]): StoredRecord[] {
  const throughMs = new Map<string, number>();
  for (const { table, key, value } of records) {
    const [lock] = key;
    if (table !== "password" || typeof lock !== "string") continue;
    const changedAtMs = fieldOf(value, "changedAtMs");
    const atMs = typeof changedAtMs === "number" ? changedAtMs : Number.MAX_SAFE_INTEGER;
    throughMs.set(lock, Math.max(atMs, throughMs.get(lock) ?? 0));
  }
  return Array.from(throughMs).flatMap(([lock, value]): StoredRecord[] =>
    isLockId(lock)
      ? [{ table: "setting", key: copySuspensionSetting(lock), value: { value } }]
      : [],
  );
}

/** Starts the audit of the lock's slots again, because its results are older than the copy. */
function unswept(lock: Json): Json {
  if (!isJsonObject(lock)) return lock;
  const { audits: _seen, ...rest } = lock;
  return { ...rest, auditedAtMs: null };
}

function unread(slot: Json): Json {
  if (!isJsonObject(slot)) return slot;
  return {
    ...slot,
    ...copiedOf(slot),
    verifiedAtMs: null,
    content: { kind: "unknown" },
    confidence: "unconfirmed",
    mayDiffer: false,
    refusals: 0,
    parkedRevision: null,
    retryAtMs: null,
  };
}

/** Returns the copy's content of a slot, to compare with what the lock shows. */
function copiedOf({ content = null, mayDiffer, confidence }: JsonObject): JsonObject {
  const isKnown = fieldOf(content, "kind") === "occupied" && mayDiffer === false;
  return isKnown && confidence === "confirmed" ? { copied: content } : {};
}

function fieldOf(value: Json, name: string): Json | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** Returns a value that comes from, or goes to, JSON text with the type of JSON. */
export function toJson(value: unknown): Json {
  const text: Json = JSON.parse(JSON.stringify(value));
  return text;
}

import type { Json } from "../../base/json.ts";
import { decodeTableKey, journalKey, metaKey, tablesRange } from "../keys.ts";
import { epochStartOf, isLinked, readLink, recordOf } from "../logs/journal-chain.ts";
import { MemoryTables } from "../memory-tables.ts";
import type { MasterKey } from "../secrets/master-key.ts";
import { RecordSeal } from "../secrets/record-seal.ts";
import type { StoreView } from "../store.ts";
import { StoreFailure } from "../store-failure.ts";
import { parseStored } from "../stored-json.ts";
import { changedDigest, emptyTablesDigest } from "../tables-digest.ts";
import type { StoredRecord } from "./stored-record.ts";
import { readProgressOf, type StoreProgress, type WitnessContent } from "./witness-file.ts";

/** The content of LevelDB's files, read without LevelDB: values by key (latin1). */
export type RawContent = ReadonlyMap<string, Buffer>;

/** What a content is compared with. */
export interface Expected {
  /** As the marker of the store names it. */
  readonly epoch: string;
  readonly masterKey: MasterKey;
  /** The witness files that can be read. */
  readonly witnesses: readonly WitnessContent[];
}

/** A content that is proven to hold all records of one moment. */
export interface ProvenContent {
  /** Nothing is missing: it is as new as every witness file, and its journal has no hole. */
  readonly isCurrent: boolean;
  readonly schema: number;
  readonly records: readonly StoredRecord[];
  /** How far the store had come. */
  readonly progress: StoreProgress;
  /** When the last journal record was made, ms UTC; 0 if there is none. */
  readonly lastRecordMs: number;
}

/**
 * Proves a content by what each batch of the store wrote with its records: the digest of all records, the
 * journal's head and the number of transactions. A matching digest proves that no record is missing, altered
 * or older than the others.
 * @returns null if the records cannot be proven
 */
export function proveContent(content: RawContent, expected: Expected): ProvenContent | null {
  try {
    return proven(content, expected);
  } catch (error) {
    if (error instanceof StoreFailure && error.kind === "damaged") return null;
    throw error;
  }
}

function proven(content: RawContent, expected: Expected): ProvenContent | null {
  const meta = (name: string) => metaOf(content, name);
  const schema = meta("schema");
  if (meta("epoch") !== expected.epoch || typeof schema !== "number") return null;
  if (meta("keyFingerprint") !== expected.masterKey.fingerprint) return null;
  const seal = new RecordSeal(expected.masterKey, lockKeysIn(content));
  const opened = new Map([...content].map((entry) => openedEntry(seal, entry)));
  const records = recordsOf(opened);
  const digest = changedDigest(
    emptyTablesDigest,
    [],
    records.map(({ key, text }) => ({ key, text })),
  );
  if (meta("tablesDigest") !== digest) return null;
  const progress = readProgressOf(meta("progress"));
  const last = chainEnd(opened, progress, expected);
  const isCurrent =
    last !== null &&
    expected.witnesses.length > 0 &&
    expected.witnesses.every((witness) => isSeen(opened, progress, witness));
  return {
    isCurrent,
    schema,
    records: records.map(({ record }) => record),
    progress,
    lastRecordMs: last?.atMs ?? 0,
  };
}

/** A content with its seals opened: texts by key (latin1). */
type OpenedContent = ReadonlyMap<string, string>;

function openedEntry(seal: RecordSeal, [name, value]: readonly [string, Buffer]): [string, string] {
  const { key, text } = seal.open({ key: Buffer.from(name, "latin1"), value });
  return [nameOf(key), text];
}

/** Returns the locks' own keys in the content. */
function lockKeysIn(content: RawContent): Pick<StoreView, "get" | "list"> {
  const tables = new MemoryTables();
  for (const [name, value] of content) {
    const found = decodeTableKey(Buffer.from(name, "latin1"));
    if (found?.table !== "lockKey") continue;
    tables.load("lockKey", found.key, parseStored(value.toString("utf8"), "the key of a lock"));
  }
  return {
    get: (table, key) => tables.get(table, key),
    list: (table, prefix = []) => tables.list(table, prefix).values(),
  };
}

function recordsOf(content: OpenedContent) {
  const [from = 0] = tablesRange.gte;
  const [to = 0] = tablesRange.lt;
  return [...content].flatMap(([name, text]) => {
    const key = Buffer.from(name, "latin1");
    const area = key[0] ?? 0;
    if (area < from || area >= to) return [];
    const found = decodeTableKey(key);
    if (found === null) throw new StoreFailure("damaged", "a record has a malformed key");
    const stored = parseStored(text, `a record of table ${found.table}`);
    return [{ key, text: JSON.stringify(stored), record: { ...found, value: stored } }];
  });
}

/** Walks the whole chain. @returns when its last record was made; null if it breaks anywhere. */
function chainEnd(
  content: OpenedContent,
  progress: StoreProgress,
  { epoch }: Expected,
): { readonly atMs: number } | null {
  const beforeTail = readLink(metaOf(content, "beforeTail"), "beginning");
  if (beforeTail === null) return null;
  const epochStart = epochStartOf(metaOf(content, "epochStart"));
  let link = beforeTail;
  let atMs = 0;
  while (link.seq < progress.seq) {
    const text = content.get(nameOf(journalKey(link.seq + 1)));
    if (text === undefined) return null;
    const record = recordOf(link.seq + 1, text);
    const isOfEpoch = record.epoch === epoch || record.seq < epochStart;
    if (!isOfEpoch || !isLinked(record, link.hash)) return null;
    link = { seq: record.seq, hash: record.hash };
    atMs = record.atMs;
  }
  return link.seq === progress.seq && link.hash === progress.hash ? { atMs } : null;
}

/** Returns whether the content is of the witness file's store, and at least as new. */
function isSeen(content: OpenedContent, progress: StoreProgress, witness: WitnessContent): boolean {
  if (metaOf(content, "epoch") !== witness.epoch) return false;
  if (progress.commits < witness.commits || progress.seq < witness.seq) return false;
  const text = content.get(nameOf(journalKey(witness.seq)));
  // The record was pruned, or there was none yet.
  if (text === undefined) return true;
  return recordOf(witness.seq, text).hash === witness.hash;
}

function metaOf(content: RawContent | OpenedContent, name: string): Json | undefined {
  const value = content.get(nameOf(metaKey(name)));
  return value === undefined ? undefined : parseStored(value.toString(), `meta ${name}`);
}

function nameOf(key: Buffer): string {
  return key.toString("latin1");
}

import { radioLogLimit } from "../../core/logs/radio-log.ts";
import type { RadioEntry, RadioRecord } from "../../core/model/radio-log.ts";
import { type BatchLine, type Database, readEntries } from "../database.ts";
import { areas, decodeParts, radioKey } from "../keys.ts";
import { StoreFailure } from "../store-failure.ts";
import { canonicalJson, parseStored } from "../stored-json.ts";
import { chainHash } from "./journal-chain.ts";

const range = { gte: Buffer.of(areas.radio), lt: Buffer.of(areas.radio + 1) } as const;

/** Entries that one reading verifies. */
const page = 500;

/**
 * The radio log: one entry for each operation on a lock, numbered from 1 and chained by hash like the journal, on
 * disk only. An entry is written in the batch of the operation's effects. At its limit each new entry drops the
 * oldest one in the same batch.
 */
export class RadioLog {
  readonly #database: Database;
  #tail: number;
  #head: { readonly seq: number; readonly hash: string };

  private constructor(database: Database, tail: number, head: { seq: number; hash: string }) {
    this.#database = database;
    this.#tail = tail;
    this.#head = head;
  }

  /** Finds both ends with two reads, whatever the length. */
  static async load(database: Database): Promise<RadioLog> {
    const [tail] = await ends(database, false);
    const [head, text] = await ends(database, true);
    const last = text === undefined ? null : recordOf(head, text);
    return new RadioLog(database, tail || 1, { seq: last?.seq ?? 0, hash: last?.hash ?? "" });
  }

  get range(): { readonly tail: number; readonly head: number } {
    return { tail: this.#tail, head: this.#head.seq };
  }

  /** Returns the operations that write these entries. The entries get their numbers at once. */
  append(entries: readonly RadioEntry[], atMs: number): readonly BatchLine[] {
    const operations: BatchLine[] = [];
    for (const entry of entries) {
      const unchained = { ...entry, seq: this.#head.seq + 1, atMs };
      const text = canonicalJson(unchained);
      const hash = chainHash(this.#head.hash, text);
      this.#head = { seq: unchained.seq, hash };
      const value = `{"hash":"${hash}",${text.slice(1)}`;
      operations.push({ type: "put", key: radioKey(unchained.seq), value });
      if (this.#head.seq - this.#tail >= radioLogLimit) {
        operations.push({ type: "del", key: radioKey(this.#tail) });
        this.#tail += 1;
      }
    }
    return operations;
  }

  /** Returns at most `limit` entries on disk with `seq >= fromSeq`, ascending. */
  async read(fromSeq: number, limit: number): Promise<readonly RadioRecord[]> {
    const records: RadioRecord[] = [];
    const from = { gte: radioKey(Math.max(1, fromSeq)), lt: range.lt, limit };
    for await (const [key, text] of readEntries(this.#database, from)) {
      records.push(recordOf(seqOf(key), text));
    }
    return records;
  }

  /** Walks the chain from the oldest entry kept. @throws StoreFailure `damaged`, saying where it breaks. */
  async verify(): Promise<void> {
    let before: RadioRecord | null = null;
    for (let from = this.#tail; from <= this.#head.seq; ) {
      const records = await this.read(from, page);
      for (const record of records) {
        if (before !== null && !isLinked(record, before)) {
          throw new StoreFailure("damaged", `entry ${record.seq} of the radio log does not fit`);
        }
        before = record;
      }
      if (records.length === 0) break;
      from = (before?.seq ?? from) + 1;
    }
  }
}

function isLinked({ hash, ...unchained }: RadioRecord, before: RadioRecord): boolean {
  return (
    unchained.seq === before.seq + 1 && chainHash(before.hash, canonicalJson(unchained)) === hash
  );
}

function recordOf(seq: number, text: string): RadioRecord {
  const record: unknown = parseStored(text, `entry ${seq} of the radio log`);
  if (!isRecord(record) || record.seq !== seq) {
    throw new StoreFailure("damaged", `entry ${seq} of the radio log is malformed`);
  }
  return record;
}

/** Only what the chain needs is checked: the hash covers the rest. */
function isRecord(value: unknown): value is RadioRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "seq" in value &&
    "hash" in value &&
    typeof value.hash === "string" &&
    "command" in value
  );
}

function seqOf(key: Uint8Array): number {
  const [seq] = decodeParts(key.subarray(1)) ?? [];
  return typeof seq === "number" ? seq : 0;
}

async function ends(
  database: Database,
  reverse: boolean,
): Promise<[seq: number, text: string | undefined]> {
  for await (const [key, text] of readEntries(database, { ...range, reverse, limit: 1 })) {
    return [seqOf(key), text];
  }
  return [0, undefined];
}

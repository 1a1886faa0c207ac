import { randomUUID } from "node:crypto";
import type { Timestamp } from "../../core/model/clock.ts";
import type { JournalEntry, JournalRecord } from "../../core/model/journal.ts";
import {
  type BatchLine,
  type Database,
  putMeta,
  rangeBytes,
  readEntries,
  readMeta,
} from "../database.ts";
import { decodeJournalKey, journalKey } from "../keys.ts";
import type { JournalRange } from "../store.ts";
import { StoreFailure } from "../store-failure.ts";
import { canonicalJson } from "../stored-json.ts";
import {
  type ChainLink,
  chainHash,
  checkOf,
  hole,
  isLinked,
  readLink,
  recordOf,
} from "./journal-chain.ts";
import { RecentRecords, type RecordText } from "./recent-records.ts";

/** Records made but not yet on disk. */
export interface JournalDraft {
  readonly records: readonly JournalRecord[];
  readonly operations: readonly BatchLine[];
  /** The records as they are written. */
  readonly texts: readonly RecordText[];
  readonly head: ChainLink;
}

/** Records between two checkpoints of the chain: a start verifies about as many. */
const checkpointInterval = 1_024;

/** Records dropped by one batch of pruning. */
const pruneStep = 500;

/** Bytes after which a reading ends early, so that large records do not fill the memory. */
const readBytes = 4 * 1024 * 1024;

/**
 * The journal: records numbered from 1 and chained by hash. Memory has only its head and the newest records, for
 * readers at its end.
 * A hash is SHA-256 over the previous hash and the record's canonical JSON without its own hash, cut to 16
 * bytes. A record whose personal data was erased keeps its hash, and has a second hash over both links and the
 * rest. The chain finds damage; it is no protection against somebody who writes the whole chain again.
 */
export class JournalLog {
  readonly #database: Database;
  readonly #epoch: string;
  /** The last record made. */
  #head: ChainLink;
  /** The last record on disk. */
  #durable: ChainLink;
  /** The record before the first one kept. */
  #beforeTail: ChainLink;
  /** The first number of this epoch: records before it are of the store that this one replaced. */
  readonly #epochStart: number;
  readonly #recent = new RecentRecords();

  constructor(
    database: Database,
    epoch: string,
    places: { head: ChainLink; beforeTail: ChainLink; epochStart: number },
  ) {
    this.#database = database;
    this.#epoch = epoch;
    this.#head = places.head;
    this.#durable = places.head;
    this.#beforeTail = places.beforeTail;
    this.#epochStart = places.epochStart;
  }

  /** The last record, on disk or not. */
  get head(): ChainLink {
    return this.#head;
  }

  /** The range on disk. */
  get range(): JournalRange {
    const oldest = this.#beforeTail.seq + 1;
    const tail = Math.max(oldest, this.#epochStart);
    return { epoch: this.#epoch, tail, oldest, head: this.#durable.seq };
  }

  /** Makes the next records. They count only after {@link accept}. */
  draft(entries: readonly JournalEntry[], stamp: Timestamp): JournalDraft {
    const records: JournalRecord[] = [];
    const operations: BatchLine[] = [];
    const texts: RecordText[] = [];
    let head = this.#head;
    for (const entry of entries) {
      const unchained = {
        epoch: this.#epoch,
        seq: head.seq + 1,
        id: randomUUID(),
        atMs: stamp.atMs,
        clock: stamp.clock,
        entry,
      };
      const text = canonicalJson(unchained);
      const hash = chainHash(head.hash, text);
      head = { seq: unchained.seq, hash };
      records.push({ ...unchained, hash });
      const value = `{"hash":"${hash}",${text.slice(1)}`;
      operations.push({ type: "put", key: journalKey(head.seq), value });
      texts.push({ seq: head.seq, text: value });
      if (head.seq % checkpointInterval === 0) {
        operations.push(putMeta("checkpoint", { ...head }));
      }
    }
    return { records, operations, texts, head };
  }

  accept(draft: JournalDraft): void {
    this.#head = draft.head;
    for (const text of draft.texts) this.#recent.add(text);
  }

  /** @returns whether there are new records on disk */
  markDurable(head: ChainLink): boolean {
    const isNew = head.seq > this.#durable.seq;
    this.#durable = head;
    return isNew;
  }

  /** Returns at most `limit` records on disk, ascending; fewer if they are large, but at least one if there is one. */
  async read(fromSeq: number, limit: number): Promise<readonly JournalRecord[]> {
    const first = Math.max(fromSeq, this.#beforeTail.seq + 1);
    const last = Math.min(this.#durable.seq, first + limit - 1);
    if (first <= last && this.#recent.holds(first)) {
      // At most the bytes that end a reading.
      return this.#recent.between(first, last).map(({ seq, text }) => recordOf(seq, text));
    }
    const records: JournalRecord[] = [];
    let bytes = 0;
    for await (const { record, size } of this.#walk(first, this.#durable.seq)) {
      const previous = records.at(-1);
      if (previous !== undefined && record.seq !== previous.seq + 1) {
        throw hole(previous.seq + 1);
      }
      records.push(record);
      bytes += size;
      if (records.length >= limit || bytes >= readBytes) {
        break;
      }
    }
    return records;
  }

  /** Returns the bytes of the records in LevelDB's tables; the newest records, still in its log, are not counted. */
  async bytes(): Promise<number> {
    const { oldest, head } = this.range;
    return await rangeBytes(this.#database, journalKey(oldest), journalKey(head + 1));
  }

  /** Returns the next batch that drops records up to `throughSeq`, or null if there are none left. */
  async draftPrune(throughSeq: number): Promise<{
    readonly operations: readonly BatchLine[];
    readonly beforeTail: ChainLink;
  } | null> {
    const first = this.#beforeTail.seq + 1;
    const last = Math.min(throughSeq, this.#durable.seq, this.#beforeTail.seq + pruneStep);
    if (last < first) {
      return null;
    }
    const [record] = await this.read(last, 1);
    if (record?.seq !== last) {
      throw hole(last);
    }
    const beforeTail: ChainLink = { seq: last, hash: record.hash };
    const operations: BatchLine[] = [putMeta("beforeTail", { ...beforeTail })];
    for (let seq = first; seq <= last; seq++) {
      operations.push({ type: "del", key: journalKey(seq) });
    }
    return { operations, beforeTail };
  }

  markPruned(beforeTail: ChainLink): void {
    this.#beforeTail = beforeTail;
  }

  /**
   * Walks the chain and compares it with the head.
   * @param extent `recent` from the last checkpoint, `whole` from the first record kept.
   * @throws StoreFailure `damaged`, saying where the chain breaks.
   */
  async verify(extent: "recent" | "whole"): Promise<void> {
    const end = this.#durable;
    let link = this.#beforeTail;
    if (extent === "recent") {
      const checkpoint = readLink(await readMeta(this.#database, "checkpoint"), "checkpoint");
      link = checkpoint !== null && checkpoint.seq > link.seq ? checkpoint : link;
    }
    for await (const { record } of this.#walk(link.seq + 1, end.seq)) {
      if (record.seq !== link.seq + 1) {
        throw hole(link.seq + 1);
      }
      const isOfEpoch = record.epoch === this.#epoch || record.seq < this.#epochStart;
      if (!isOfEpoch || !isLinked(record, link.hash)) {
        throw new StoreFailure("damaged", `journal record ${record.seq} does not fit the chain`);
      }
      link = { seq: record.seq, hash: record.hash };
    }
    if (link.seq !== end.seq || link.hash !== end.hash) {
      throw new StoreFailure(
        "damaged",
        `the journal ends at record ${link.seq}, its head says ${end.seq}`,
      );
    }
  }

  /**
   * Returns the next step of removing personal data from the records `fromSeq` to `throughSeq`, one page at a
   * time. A record keeps its number, its hash and its position in the chain.
   * @param erase returns the new entry; null = it stays as it is
   * @returns null when all of them were checked
   */
  async draftErase(
    [fromSeq, throughSeq]: readonly [number, number],
    erase: (entry: JournalEntry, seq: number) => JournalEntry | null,
  ): Promise<{ readonly operations: readonly BatchLine[]; readonly nextSeq: number } | null> {
    const first = Math.max(fromSeq, this.#beforeTail.seq + 1);
    const last = Math.min(throughSeq, this.#durable.seq);
    if (first > last) return null;
    const [before] =
      first === this.#beforeTail.seq + 1 ? [this.#beforeTail] : await this.read(first - 1, 1);
    if (before === undefined) throw hole(first - 1);
    const operations: BatchLine[] = [];
    let link: ChainLink = { seq: before.seq, hash: before.hash };
    const records = await this.read(first, Math.min(pruneStep, last - first + 1));
    if (records.length === 0) throw hole(first);
    for (const record of records) {
      const entry = erase(record.entry, record.seq);
      if (entry !== null) operations.push(this.#erasing({ ...record, entry }, link.hash));
      link = { seq: record.seq, hash: record.hash };
    }
    return { operations, nextSeq: link.seq + 1 };
  }

  #erasing({ erased: _before, ...record }: JournalRecord, previous: string): BatchLine {
    const check = checkOf(record, previous);
    const value = JSON.stringify({ ...record, erased: { previous, check } });
    this.#recent.replace({ seq: record.seq, text: value });
    return { type: "put", key: journalKey(record.seq), value };
  }

  async *#walk(
    firstSeq: number,
    lastSeq: number,
  ): AsyncGenerator<{ readonly record: JournalRecord; readonly size: number }> {
    if (firstSeq > lastSeq) {
      return;
    }
    const range = { gte: journalKey(firstSeq), lte: journalKey(lastSeq) };
    for await (const [key, text] of readEntries(this.#database, range)) {
      yield { record: recordOf(decodeJournalKey(key), text), size: text.length };
    }
  }
}

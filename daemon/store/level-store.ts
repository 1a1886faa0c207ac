import { dirname } from "node:path";
import type { ActivityRecord } from "../core/logs/activity-log.ts";
import type { Timestamp } from "../core/model/clock.ts";
import type { JournalRecord } from "../core/model/journal.ts";
import type { RadioRecord } from "../core/model/radio-log.ts";
import { BatchWriter, type StoreWrite } from "./batch-writer.ts";
import { type BatchLine, bytesOf, type Database, databaseBytes, sealed } from "./database.ts";
import { isDesiredChange } from "./desired-change.ts";
import { digestAfter, type EncodedChange, encodeChanges } from "./encoded-change.ts";
import { withFollowed } from "./grants/followed-changes.ts";
import { GroupCommit } from "./group-commit.ts";
import type { ActivityLog } from "./logs/activity-log.ts";
import type { Erasers, EraseThrough } from "./logs/erasure.ts";
import type { ChainLink } from "./logs/journal-chain.ts";
import type { JournalDraft, JournalLog } from "./logs/journal-log.ts";
import type { RadioLog } from "./logs/radio-log.ts";
import type { MemoryTables } from "./memory-tables.ts";
import { markOutdated } from "./opening/outdated-mark.ts";
import type { StoreClaim } from "./opening/store-claim.ts";
import type { StoredRecord } from "./opening/stored-record.ts";
import type { WitnessFile } from "./opening/witness-file.ts";
import type { JournalRange, Key, Store, TableName, Tables, Transaction } from "./store.ts";
import { readAllRecords } from "./store-export.ts";
import { StoreFailure } from "./store-failure.ts";
import { StoreMaintenance } from "./store-maintenance.ts";
import type { StoreParts, StoreStatistics } from "./store-parts.ts";

/** {@link Store} on LevelDB. Records it hands out are frozen. */
export class LevelStore implements Store {
  readonly #database: Database;
  readonly #claim: StoreClaim;
  readonly #tables: MemoryTables;
  readonly #journal: JournalLog;
  readonly #activities: ActivityLog;
  readonly #radio: RadioLog;
  readonly #witness: WitnessFile;
  readonly #batches: BatchWriter;
  readonly #writes: GroupCommit<StoreWrite>;
  readonly #maintenance: StoreMaintenance;
  readonly #erasureListeners = new Set<() => void>();
  readonly #desiredListeners = new Set<() => void>();
  #tablesDigest: string;
  /** Codes that were removed from records and may still be in LevelDB's files. */
  #erasedCodes = 0;
  #closing: Promise<void> | null = null;

  constructor(parts: StoreParts) {
    this.#database = parts.database;
    this.#claim = parts.claim;
    this.#tables = parts.tables;
    this.#journal = parts.journal;
    this.#activities = parts.activities;
    this.#radio = parts.radio;
    this.#witness = parts.witness;
    this.#tablesDigest = parts.tablesDigest;
    this.#batches = new BatchWriter(parts, (failure) => this.#writes.fail(failure));
    this.#writes = new GroupCommit((group) => this.#batches.write(group));
    this.#maintenance = new StoreMaintenance({
      ...parts,
      write: (operations) => this.#write(operations),
      settled: () => this.whenDurable(),
      assertOpen: () => this.#assertOpen(),
    });
  }

  get failed(): AbortSignal {
    return this.#writes.failed;
  }

  get<T extends TableName>(table: T, key: Key): Tables[T] | undefined {
    return this.#tables.get(table, key);
  }

  list<T extends TableName>(table: T, prefix: Key = []): IterableIterator<Tables[T]> {
    return this.#tables.list(table, prefix).values();
  }

  /**
   * See {@link Store.commit}. A transaction that changes nothing waits for those before it: after it, what was
   * read from memory may be reported.
   * @throws (rejects) GatewayError `badParameters` for a transaction over 8 MiB, `busy` when
   * 10,000 transactions or 64 MiB are waiting; nothing has changed then.
   */
  async commit(transaction: Transaction, stamp: Timestamp): Promise<readonly JournalRecord[]> {
    this.#assertOpen();
    const whole = withFollowed(transaction, this, stamp.atMs);
    const { changes: changed, journal, activities: entries = [], radio = [] } = whole;
    const changes = encodeChanges(this.#tables, changed);
    const draft = this.#journal.draft(journal, stamp);
    const operations = [
      ...changes.map(({ operation }) => operation),
      ...draft.operations,
      ...this.#activities.append(entries, stamp.atMs),
      ...this.#radio.append(radio, stamp.atMs),
    ];
    if (operations.length === 0) {
      await this.whenDurable();
      return [];
    }
    const write = this.#admit(
      operations,
      draft.head,
      digestAfter(this.#tablesDigest, this.#tables, changes),
      changes.some(({ table }) => table === "password"),
    );
    this.#tablesDigest = write.tablesDigest;
    if (changed.some((change) => isDesiredChange(change, this.#tables))) {
      callSoon(this.#desiredListeners);
    }
    // The disk may begin to write while memory is changed in the same turn.
    const written = this.#writes.submit(write, transaction.isUrgent);
    this.#apply(changes, draft);
    await written;
    return draft.records;
  }

  async whenDurable(): Promise<void> {
    await this.#writes.whenDurable();
  }

  journalRange(): JournalRange {
    return this.#journal.range;
  }

  nextSeq(): number {
    return this.#journal.head.seq + 1;
  }

  /**
   * See {@link Store.readJournal}. A reading ends early after 4 MiB: compare with the head of
   * {@link LevelStore.journalRange} to find the end.
   */
  async readJournal(fromSeq: number, limit: number): Promise<readonly JournalRecord[]> {
    this.#assertOpen();
    return await this.#journal.read(fromSeq, Math.min(Math.max(limit, 1), 1000));
  }

  /** See {@link Store.journalBytes}. */
  async journalBytes(): Promise<number> {
    this.#assertOpen();
    return await this.#journal.bytes();
  }

  activityRange(): { readonly tail: number; readonly head: number } {
    return this.#activities.range;
  }

  async readActivities(fromSeq: number, limit: number): Promise<readonly ActivityRecord[]> {
    await this.whenDurable();
    this.#assertOpen();
    return await this.#activities.read(fromSeq, Math.min(Math.max(limit, 1), 1000));
  }

  radioRange(): { readonly tail: number; readonly head: number } {
    return this.#radio.range;
  }

  async readRadio(fromSeq: number, limit: number): Promise<readonly RadioRecord[]> {
    await this.whenDurable();
    this.#assertOpen();
    return await this.#radio.read(fromSeq, Math.min(Math.max(limit, 1), 1000));
  }

  onJournal(listener: (head: number) => void): () => void {
    return this.#batches.onJournal(listener);
  }

  /** See {@link Store.pruneJournal}. Keeps records that are not on disk yet. */
  pruneJournal(throughSeq: number): Promise<void> {
    return this.#maintenance.prune(throughSeq);
  }

  /**
   * Verifies the hash chain over every journal record kept.
   * @throws StoreFailure `damaged`, saying where it breaks.
   */
  verifyJournal(): Promise<JournalRange> {
    return this.#maintenance.verify();
  }

  /** Rewrites LevelDB's files, so that removed codes are gone from the disk. May take seconds. */
  compact(): Promise<void> {
    return this.#maintenance.compact(() => {
      this.#erasedCodes = 0;
    });
  }

  /** Removes personal data from records of the past; see {@link eraseRecords}. */
  erase(through: EraseThrough, erasers: Erasers): Promise<void> {
    return this.#maintenance.erase(through, erasers);
  }

  /** Calls `listener` when a lock was unpaired and the personal data of its users must be erased. */
  onErasure(listener: () => void): void {
    this.#erasureListeners.add(listener);
  }

  /** Calls `listener` when the desired state of a lock has changed; see {@link isDesiredChange}. */
  onDesiredChange(listener: () => void): void {
    this.#desiredListeners.add(listener);
  }

  /** Writes operations that concern no table. */
  async #write(operations: readonly BatchLine[]): Promise<void> {
    this.#assertOpen();
    if (operations.length === 0) return;
    await this.#writes.submit(this.#admit(operations, this.#journal.head));
  }

  /** Batches written since the store was opened, each of them synced. */
  batchesWritten(): number {
    return this.#writes.batches;
  }

  /** Codes removed from records since the store was opened or compacted. */
  erasedCodes(): number {
    return this.#erasedCodes;
  }

  /** Returns every record of every table as it is on disk, for a copy; see {@link readAllRecords}. */
  exportRecords(): Promise<readonly StoredRecord[]> {
    return readAllRecords(this.#database, this, async () => {
      await this.whenDurable();
      this.#assertOpen();
    });
  }

  async declareOutdated(): Promise<void> {
    await markOutdated(dirname(this.#database.level.location));
    this.#writes.fail(new StoreFailure("outdated", "the store is an older copy"));
  }

  async statistics(): Promise<StoreStatistics> {
    return {
      records: this.#tables.sizes,
      journal: this.#journal.range,
      diskBytes: await databaseBytes(this.#database),
      waiting: this.#writes.waiting,
      commits: this.#batches.commits,
      batches: this.#writes.batches,
    };
  }

  /** Writes what is waiting and the witness file, then releases the directory. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#maintenance.idle();
      if (!this.failed.aborted) {
        await this.whenDurable();
        await this.#witness.flush();
      }
    } finally {
      this.#witness.end();
      await this.#database.level.close();
      await this.#claim.release();
    }
  }

  /** After this nothing may refuse the write: memory and the queue change in one step. */
  #admit(
    plain: readonly BatchLine[],
    head: ChainLink,
    tablesDigest = this.#tablesDigest,
    changesPasswords = false,
  ): StoreWrite {
    // Sealed now and not with its batch: a lock may have another key at that time.
    const operations = sealed(this.#database.seal, plain);
    const bytes = bytesOf(operations);
    this.#writes.assertRoom(bytes);
    return { operations, head, tablesDigest, changesPasswords, bytes, count: operations.length };
  }

  #apply(changes: readonly EncodedChange[], draft: JournalDraft): void {
    for (const change of changes) {
      if (change.table === "password") this.#erasedCodes += 1;
      if (change.table === "erasure" && change.operation.type === "put") {
        callSoon(this.#erasureListeners);
      }
      change.applyTo(this.#tables);
    }
    this.#journal.accept(draft);
  }

  #assertOpen(): void {
    if (this.#closing !== null) {
      throw new StoreFailure("closed", "the store is closed");
    }
  }
}

function callSoon(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) process.nextTick(listener);
}

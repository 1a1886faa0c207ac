import { type Database, putMeta, sealed, type WrittenLine, writeSealed } from "./database.ts";
import type { WaitingWrite } from "./group-commit.ts";
import type { ChainLink } from "./logs/journal-chain.ts";
import type { JournalLog } from "./logs/journal-log.ts";
import type { WitnessFile } from "./opening/witness-file.ts";
import { StoreFailure } from "./store-failure.ts";

/** One transaction on its way to the disk. */
export interface StoreWrite extends WaitingWrite {
  readonly operations: readonly WrittenLine[];
  /** The journal's head once this write is on disk. */
  readonly head: ChainLink;
  /** The tables' digest once this write is on disk. */
  readonly tablesDigest: string;
  /** See `WitnessFile.note`. */
  readonly changesPasswords: boolean;
}

interface BatchParts {
  readonly database: Database;
  readonly journal: JournalLog;
  readonly witness: WitnessFile;
  /** Transactions written before. */
  readonly commits: number;
}

/** Writes waiting transactions as one synced batch, notes it for the witness file and calls listeners of the journal. */
export class BatchWriter {
  readonly #parts: BatchParts;
  readonly #fail: (failure: StoreFailure) => void;
  readonly #listeners = new Set<(head: number) => void>();
  #commits: number;

  /** @param fail ends the store because its witness file could not be written */
  constructor(parts: BatchParts, fail: (failure: StoreFailure) => void) {
    this.#parts = parts;
    this.#fail = fail;
    this.#commits = parts.commits;
  }

  /** Transactions ever written. */
  get commits(): number {
    return this.#commits;
  }

  /** Called after each batch that held journal records. @returns a function that ends it. */
  onJournal(listener: (head: number) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @param group in the order in which they were made */
  async write(group: readonly StoreWrite[]): Promise<void> {
    const last = group.at(-1);
    if (last === undefined) return;
    const { database, journal } = this.#parts;
    const { head, tablesDigest } = last;
    const progress = { ...head, commits: this.#commits + group.length };
    const metas = [putMeta("progress", progress), putMeta("tablesDigest", tablesDigest)];
    const records = group.flatMap((write) => write.operations);
    await writeSealed(database, [...records, ...sealed(database.seal, metas)]);
    this.#commits = progress.commits;
    const hasRecords = journal.markDurable(head);
    this.#noteWitness(
      progress,
      group.some(({ changesPasswords }) => changesPasswords),
    );
    if (hasRecords) this.#callListeners(head.seq);
  }

  #callListeners(headSeq: number): void {
    for (const listener of this.#listeners) {
      // A fault of a listener must not end the store. And whoever waits for this batch to send a frame
      // goes before those who report the records: promises resolve before ticks.
      process.nextTick(() => {
        listener(headSeq);
      });
    }
  }

  #noteWitness(
    progress: ChainLink & { readonly commits: number },
    changesPasswords: boolean,
  ): void {
    this.#parts.witness.note(progress, changesPasswords).catch((error: unknown) => {
      const detail = "the store's witness could not be written";
      this.#fail(new StoreFailure("write", detail, { cause: error }));
    });
  }
}

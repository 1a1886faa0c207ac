import type { Timestamp } from "../../../daemon/core/model/clock.ts";
import type { JournalRecord } from "../../../daemon/core/model/journal.ts";
import type { RadioRecord } from "../../../daemon/core/model/radio-log.ts";
import type { LevelStore } from "../../../daemon/store/level-store.ts";
import type {
  JournalRange,
  Key,
  Store,
  TableName,
  Tables,
  Transaction,
} from "../../../daemon/store/store.ts";
import type { Life } from "./life/life.ts";
import { TornWrite } from "./torn-write.ts";

const never = new Promise<never>(() => {});

/**
 * The real store as one gateway life sees it. When that life ends, a commit that was not yet passed to the store
 * is lost, and one that was passed on reaches the disk. The ended life gets no result of either.
 */
export class MortalStore implements Store {
  readonly #store: LevelStore;
  readonly #life: Life;
  readonly #directory: string;
  readonly #pending = new Set<Transaction>();
  #torn: TornWrite | null = null;

  constructor(store: LevelStore, life: Life, directory: string) {
    this.#store = store;
    this.#life = life;
    this.#directory = directory;
  }

  /** The commit during which the life ended. The disk may have a part of it. Null = the life ended elsewhere. */
  get torn(): TornWrite | null {
    return this.#torn;
  }

  get failed(): AbortSignal {
    return this.#store.failed;
  }

  /** Commits that were passed to the store and are not yet on disk. */
  get pending(): ReadonlySet<Transaction> {
    return this.#pending;
  }

  get<T extends TableName>(table: T, key: Key): Tables[T] | undefined {
    return this.#store.get(table, key);
  }

  list<T extends TableName>(table: T, prefix: Key = []): IterableIterator<Tables[T]> {
    return this.#store.list(table, prefix);
  }

  async commit(transaction: Transaction, stamp: Timestamp): Promise<readonly JournalRecord[]> {
    if (this.#life.spend("before a commit")) return never;
    // Tear a commit only if it is alone: with several pending, the simulation cannot tell which were already promised.
    const isAlone = this.#pending.size === 0 && transaction.changes.length > 0;
    if (isAlone && this.#life.spend("inside a commit")) {
      this.#torn = new TornWrite(this.#directory);
    }
    this.#pending.add(transaction);
    const written = this.#store.commit(transaction, stamp);
    const isDying = this.#life.spend("after a commit was taken");
    try {
      const records = await written;
      return isDying || this.#life.isOver ? await never : records;
    } finally {
      this.#pending.delete(transaction);
    }
  }

  async whenDurable(): Promise<void> {
    await this.#store.whenDurable();
    if (this.#life.isOver) await never;
  }

  /** Like {@link whenDurable}, for the simulation itself, even after the end of the life. */
  drained(): Promise<void> {
    return this.#store.whenDurable();
  }

  journalRange(): JournalRange {
    return this.#store.journalRange();
  }

  nextSeq(): number {
    return this.#store.nextSeq();
  }

  readJournal(fromSeq: number, limit: number): Promise<readonly JournalRecord[]> {
    return this.#store.readJournal(fromSeq, limit);
  }

  journalBytes(): Promise<number> {
    return this.#store.journalBytes();
  }

  radioRange(): { readonly tail: number; readonly head: number } {
    return this.#store.radioRange();
  }

  readRadio(fromSeq: number, limit: number): Promise<readonly RadioRecord[]> {
    return this.#store.readRadio(fromSeq, limit);
  }

  activityRange(): ReturnType<Store["activityRange"]> {
    return this.#store.activityRange();
  }

  readActivities(fromSeq: number, limit: number): ReturnType<Store["readActivities"]> {
    return this.#store.readActivities(fromSeq, limit);
  }

  onJournal(listener: (head: number) => void): () => void {
    return this.#store.onJournal(listener);
  }

  pruneJournal(throughSeq: number): Promise<void> {
    return this.#store.pruneJournal(throughSeq);
  }

  /** Releases the folder, as the end of a process does. */
  declareOutdated(): Promise<void> {
    return this.#store.declareOutdated();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

import { type BatchLine, compactDatabase, type Database } from "./database.ts";
import { edgeKeys } from "./keys.ts";
import type { ActivityLog } from "./logs/activity-log.ts";
import { type Erasers, type EraseThrough, eraseRecords } from "./logs/erasure.ts";
import type { JournalLog } from "./logs/journal-log.ts";
import type { RadioLog } from "./logs/radio-log.ts";
import type { JournalRange } from "./store.ts";

interface MaintenanceParts {
  readonly database: Database;
  readonly journal: JournalLog;
  readonly activities: ActivityLog;
  readonly radio: RadioLog;
  /** Puts operations on no table on disk. @throws StoreFailure when the store is closed */
  write(operations: readonly BatchLine[]): Promise<void>;
  settled(): Promise<void>;
  /** @throws StoreFailure `closed` */
  assertOpen(): void;
}

/**
 * Long-running work on a store that is in use: pruning, verifying, compacting and erasing. One runs at a time,
 * because pruning moves the beginning of the chain that verifying walks.
 */
export class StoreMaintenance {
  readonly #parts: MaintenanceParts;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
  }

  /** Resolves when all work requested so far is complete. Never rejects. */
  idle(): Promise<void> {
    return this.#last;
  }

  /** Drops journal records up to `throughSeq`, in steps. */
  prune(throughSeq: number): Promise<void> {
    const { journal, write, assertOpen } = this.#parts;
    return this.#afterOthers(async () => {
      for (;;) {
        assertOpen();
        const step = await journal.draftPrune(throughSeq);
        if (step === null) return;
        await write(step.operations);
        journal.markPruned(step.beforeTail);
      }
    });
  }

  /** @throws StoreFailure `damaged`, saying where the chain breaks. */
  verify(): Promise<JournalRange> {
    const { journal, radio, assertOpen } = this.#parts;
    return this.#afterOthers(async () => {
      assertOpen();
      const { range } = journal;
      await journal.verify("whole");
      await radio.verify();
      return range;
    });
  }

  /** @param begun called when the compaction begins: it deletes everything that was removed before that */
  compact(begun: () => void): Promise<void> {
    const { database, write, settled, assertOpen } = this.#parts;
    return this.#afterOthers(async () => {
      await settled();
      assertOpen();
      begun();
      await compactDatabase(database);
      // LevelDB rewrites its deepest level only if something above overlaps it: two keys around all others
      // make the second pass rewrite that level too.
      await write(edgeKeys.map((key): BatchLine => ({ type: "put", key, value: "" })));
      assertOpen();
      await compactDatabase(database);
    });
  }

  /** Removes personal data from records of the past; see {@link eraseRecords}. */
  erase(through: EraseThrough, erasers: Erasers): Promise<void> {
    return this.#afterOthers(async () => {
      await this.#parts.settled();
      await eraseRecords(this.#parts, through, erasers);
    });
  }

  #afterOthers<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#last.then(work);
    // A failure is the caller's; the next work runs all the same.
    this.#last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}

import { compactDatabase, type Database, type Operation } from "./database.ts";
import { edgeKeys } from "./keys.ts";
import { type Erasers, type EraseThrough, eraseRecords } from "./logs/erasure.ts";
import type { JournalLog } from "./logs/journal-log.ts";
import type { OperationLog } from "./logs/operation-log.ts";
import type { RadioLog } from "./logs/radio-log.ts";
import type { JournalRange } from "./store.ts";

interface UpkeepParts {
  readonly database: Database;
  readonly journal: JournalLog;
  readonly operations: OperationLog;
  readonly radio: RadioLog;
  /** Puts operations on no table on disk. @throws StoreFailure when the store is closed */
  write(operations: readonly Operation[]): Promise<void>;
  settled(): Promise<void>;
  /** @throws StoreFailure `closed` */
  assertOpen(): void;
}

/**
 * Long work on a store that is in use. Pruning moves the beginning of the chain that verifying walks: one
 * work goes at a time, the others wait.
 */
export class StoreMaintenance {
  readonly #parts: UpkeepParts;
  #lane: Promise<void> = Promise.resolve();

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** Resolves when nothing asked for so far is under way any more. Never rejects. */
  idle(): Promise<void> {
    return this.#lane;
  }

  /** Drops journal records up to `throughSeq`, in steps. */
  prune(throughSeq: number): Promise<void> {
    const { journal, write, assertOpen } = this.#parts;
    return this.#inLane(async () => {
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
    return this.#inLane(async () => {
      assertOpen();
      const { range } = journal;
      await journal.verify("whole");
      await radio.verify();
      return range;
    });
  }

  /** @param begun called when what was removed before is what this compaction takes away. */
  compact(begun: () => void): Promise<void> {
    const { database, write, settled, assertOpen } = this.#parts;
    return this.#inLane(async () => {
      await settled();
      assertOpen();
      begun();
      await compactDatabase(database);
      // LevelDB leaves its deepest level alone unless something above overlaps it: two keys that
      // span everything make the second pass rewrite that too.
      await write(edgeKeys.map((key): Operation => ({ type: "put", key, value: "" })));
      assertOpen();
      await compactDatabase(database);
    });
  }

  /** Takes words of people out of what is kept of the past; see {@link eraseRecords}. */
  erase(through: EraseThrough, erasers: Erasers): Promise<void> {
    return this.#inLane(async () => {
      await this.#parts.settled();
      await eraseRecords(this.#parts, through, erasers);
    });
  }

  #inLane<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#lane.then(work);
    // The lane goes on after a failure; its caller hears of it.
    this.#lane = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}

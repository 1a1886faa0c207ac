import { GatewayError } from "../core/model/errors.ts";
import { StoreFailure } from "./store-failure.ts";

/** One transaction waiting for the disk. */
export interface WaitingWrite {
  /** Number of LevelDB operations in it. */
  readonly count: number;
  /** Bytes of its keys and values. */
  readonly bytes: number;
}

/** Limits of one batch and of the queue. */
export const writeLimits = {
  /** Operations merged into one batch; a larger transaction goes alone. */
  batchOperations: 1_000,
  /** Bytes merged into one batch; a larger transaction goes alone. */
  batchBytes: 1024 * 1024,
  /** Bytes of one transaction; a larger one is refused. */
  transactionBytes: 8 * 1024 * 1024,
  /** Transactions waiting; more are refused as `busy`. */
  waitingTransactions: 10_000,
  /** Bytes waiting; more are refused as `busy`. */
  waitingBytes: 64 * 1024 * 1024,
} as const;

interface Waiting<W> {
  readonly write: W;
  readonly resolve: () => void;
  readonly reject: (failure: StoreFailure) => void;
}

/**
 * Writes transactions in order, one batch at a time; all that wait are merged into the next batch.
 * No batch is written after one has failed: a failed fsync must never be repeated.
 */
export class GroupCommit<W extends WaitingWrite> {
  readonly #writeBatch: (group: readonly W[]) => Promise<void>;
  readonly #failed = new AbortController();
  #waiting: Waiting<W>[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  #isPlanned = false;
  /** The promise of the write submitted last. */
  #last: Promise<void> = Promise.resolve();
  #failure: StoreFailure | null = null;
  #batches = 0;

  /** @param writeBatch writes one group as one synced batch. */
  constructor(writeBatch: (group: readonly W[]) => Promise<void>) {
    this.#writeBatch = writeBatch;
  }

  /** Aborted, with the StoreFailure as its reason, when a batch has failed. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Batches written so far. */
  get batches(): number {
    return this.#batches;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Checks that {@link submit} would take a write of this size. Must be called before anything is changed.
   * @throws StoreFailure when a batch has failed; GatewayError `badParameters` when the write is
   * too large ever to be taken, `busy` when too much is waiting.
   */
  assertRoom(bytes: number): void {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    if (bytes > writeLimits.transactionBytes) {
      throw new GatewayError(
        "badParameters",
        `a transaction of ${bytes} bytes is over the limit of ${writeLimits.transactionBytes}`,
      );
    }
    const isFull =
      this.#waiting.length >= writeLimits.waitingTransactions ||
      this.#waitingBytes + bytes > writeLimits.waitingBytes;
    if (isFull) {
      throw new GatewayError("busy", "too many transactions are waiting for the disk");
    }
  }

  /**
   * Resolves when the write is on disk; rejects with StoreFailure `write` when it may not be.
   * @param isUrgent its batch begins at once if the disk is free; otherwise after all work of this turn of the
   * event loop, so that what follows from one message shares a batch.
   */
  submit(write: W, isUrgent = false): Promise<void> {
    this.#last = new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
    });
    this.#waitingBytes += write.bytes;
    if (isUrgent) {
      this.#begin();
    } else if (!this.#isWriting && !this.#isPlanned) {
      this.#isPlanned = true;
      // A tick that a promise's job sets runs after all resolved promises and before the loop turns.
      process.nextTick(() => {
        this.#isPlanned = false;
        this.#begin();
      });
    }
    return this.#last;
  }

  /** Resolves when everything submitted so far is on disk; rejects when a batch has failed. */
  async whenDurable(): Promise<void> {
    // Writes are in order: when the last one is on disk, all are.
    await this.#last;
    if (this.#failure !== null) {
      throw this.#failure;
    }
  }

  /** Counts as a failed batch: nothing more is written. */
  fail(failure: StoreFailure): void {
    if (this.#failure !== null) {
      return;
    }
    this.#failure = failure;
    const refused = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { reject } of refused) {
      reject(failure);
    }
    this.#failed.abort(failure);
  }

  #begin(): void {
    if (this.#isWriting) {
      return;
    }
    this.#isWriting = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#writeBatch(group.map(({ write }) => write));
      } catch (error) {
        const failure = new StoreFailure("write", "the disk did not take a batch", {
          cause: error,
        });
        for (const { reject } of group) {
          reject(failure);
        }
        this.fail(failure);
        break;
      }
      this.#batches += 1;
      for (const { resolve } of group) {
        resolve();
      }
    }
    this.#isWriting = false;
  }

  #takeGroup(): Waiting<W>[] {
    let length = 0;
    let operations = 0;
    let bytes = 0;
    for (const { write } of this.#waiting) {
      operations += write.count;
      bytes += write.bytes;
      const isOver = operations > writeLimits.batchOperations || bytes > writeLimits.batchBytes;
      if (isOver && length > 0) {
        break;
      }
      length += 1;
    }
    const group = this.#waiting.splice(0, length);
    for (const { write } of group) {
      this.#waitingBytes -= write.bytes;
    }
    return group;
  }
}

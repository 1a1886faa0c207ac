import type { Logger } from "pino";
import type { SyncClock } from "../../sync/clock-port.ts";
import type { Store } from "../store/store.ts";
import { pruneHistory, type RetentionLimits } from "./retention.ts";

/** Longest time between two runs … */
const everyMs = 60_000;
/** … and number of new records after which the next run begins. */
const everyRecords = 1_024;

export interface JournalMaintenancePorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  readonly retention: RetentionLimits;
  /** Returns the last record that the cloud and all callbacks have. */
  deliveredThrough(): number;
  /** Keeps the records that wait for the cloud within their limits. */
  limit(): Promise<void>;
  readonly logger: Logger;
}

/** Keeps the journal within its limits, for as long as the gateway runs. */
export class JournalMaintenance {
  readonly #ports: JournalMaintenancePorts;
  #timer: NodeJS.Timeout | undefined;
  #endJournal: (() => void) | null = null;
  #seenHead = 0;
  #work: Promise<void> | null = null;
  #isStopped = false;

  constructor(ports: JournalMaintenancePorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.run(), everyMs);
    this.#endJournal ??= this.#ports.store.onJournal((head) => {
      if (head - this.#seenHead >= everyRecords) void this.run();
    });
    void this.run();
  }

  /** Runs now; callers at the same time share one run. Never rejects. */
  run(): Promise<void> {
    if (this.#isStopped) return this.#work ?? Promise.resolve();
    this.#work ??= this.#runOnce().finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  /** Resolves when the store is not used any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#endJournal?.();
    await this.#work;
  }

  async #runOnce(): Promise<void> {
    const { store, clock, retention, logger } = this.#ports;
    this.#seenHead = store.journalRange().head;
    try {
      await this.#ports.limit();
      await pruneHistory(store, clock, this.#ports.deliveredThrough(), retention);
    } catch (err) {
      if (!store.failed.aborted)
        logger.error({ err }, "failed to keep the journal within its limits");
    }
  }
}

import type { Logger } from "pino";
import type { SyncClock } from "../../sync/clock-port.ts";
import type { Store } from "../store/store.ts";
import { pruneHistory, type RetentionLimits } from "./retention.ts";

/** How often the journal is looked at, at least … */
const everyMs = 60_000;
/** … and after how many new records. */
const everyRecords = 1_024;

export interface JournalMaintenancePorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  readonly retention: RetentionLimits;
  /** The last record that everybody has; without a cloud every record is that. */
  deliveredThrough(): number;
  /** Holds what is still to be sent below its limits. */
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

  /** Looks now; a look that is under way is shared. Never rejects. */
  run(): Promise<void> {
    if (this.#isStopped) return this.#work ?? Promise.resolve();
    this.#work ??= this.#lookOnce().finally(() => {
      this.#work = null;
    });
    return this.#work;
  }

  /** Resolves when nothing of it touches the store any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#endJournal?.();
    await this.#work;
  }

  async #lookOnce(): Promise<void> {
    const { store, clock, retention, logger } = this.#ports;
    this.#seenHead = store.journalRange().head;
    try {
      await this.#ports.limit();
      await pruneHistory(store, clock, this.#ports.deliveredThrough(), retention);
    } catch (err) {
      if (!store.failed.aborted) logger.error({ err }, "the journal was not held to its limits");
    }
  }
}

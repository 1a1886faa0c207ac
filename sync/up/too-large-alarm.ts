import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

/** At most one alarm in this time, however many records are too large while the limit is found. */
const repeatEveryMs = 3_600_000;

interface AlarmPorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  readonly logger: Logger;
  readonly monotonicMs?: () => number;
}

/** Raises `recordTooLargeAlarm`: the broker does not accept large records. */
export class TooLargeAlarm {
  readonly #ports: AlarmPorts;
  #raisedAtMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: AlarmPorts) {
    this.#ports = ports;
  }

  /** The record `seq` is larger than the broker takes. */
  raise(seq: number, bytes: number): void {
    const { store, clock, logger, monotonicMs = () => performance.now() } = this.#ports;
    const now = monotonicMs();
    if (now - this.#raisedAtMs < repeatEveryMs || store.failed.aborted) return;
    this.#raisedAtMs = now;
    logger.error(
      { seq, bytes },
      "the broker does not accept a record of this size; raise its limit",
    );
    const detail = { seq, bytes };
    const alarm: EventEntry = { kind: "event", event: "recordTooLargeAlarm", lock: null, detail };
    this.#writing = store
      .commit({ changes: [], journal: [alarm] }, timestampOf(clock.reading()))
      .then(() => {})
      .catch((err: unknown) => logger.error({ err }, "the store did not write an alarm"));
  }

  /** Resolves when it no longer uses the store. */
  async stop(): Promise<void> {
    await this.#writing;
  }
}

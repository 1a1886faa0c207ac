import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { DownTopic } from "../topics.ts";

/** After the first message of a kind the following ones share one event in this time: at most 72 a day. */
const defaultRepeatEveryMs = 3_600_000;

/** Why a message from the broker was refused for good. */
export type RefusalKind =
  /** Not signed, signed by somebody else or for another gateway, or too old. */
  | "forged"
  /** Retained: it would be carried out again at every connection. */
  | "retained"
  /** Malformed, and without an id to answer to. */
  | "malformed"
  /** Not signed, and it acknowledges records that were never made. */
  | "acknowledgement";

export interface RefusedMessageAlarmPorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  readonly logger: Logger;
  readonly repeatEveryMs?: number;
}

interface Refused {
  readonly topic: DownTopic;
  /** One sentence; never quotes the message. */
  readonly reason: string;
}

/** Refused messages of one kind since the last event. */
interface Tally {
  count: number;
  last: Refused | null;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Raises `refusedMessageAlarm` for messages that the cloud did not send, or that had no effect. The first of
 * a kind is reported at once; later ones are counted, so that a flood does not fill the journal.
 */
export class RefusedMessageAlarm {
  readonly #ports: RefusedMessageAlarmPorts;
  readonly #tallies = new Map<RefusalKind, Tally>();
  /** Events that are being written. */
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: RefusedMessageAlarmPorts) {
    this.#ports = ports;
  }

  /** A message was refused. */
  note(kind: RefusalKind, refused: Refused): void {
    const tally = this.#tallyOf(kind);
    tally.count += 1;
    tally.last = refused;
    if (tally.timer !== undefined) return;
    this.#report(kind, tally);
    this.#waitForMore(kind, tally);
  }

  /** Reports what is not reported yet. It does not use the store afterwards. Never rejects. */
  async stop(): Promise<void> {
    for (const [kind, tally] of this.#tallies) {
      clearTimeout(tally.timer);
      if (tally.count > 0) this.#report(kind, tally);
    }
    this.#tallies.clear();
    await this.#writing;
  }

  #tallyOf(kind: RefusalKind): Tally {
    const known = this.#tallies.get(kind);
    if (known !== undefined) return known;
    const tally: Tally = { count: 0, last: null, timer: undefined };
    this.#tallies.set(kind, tally);
    return tally;
  }

  #waitForMore(kind: RefusalKind, tally: Tally): void {
    tally.timer = setTimeout(() => {
      tally.timer = undefined;
      if (tally.count === 0) return;
      this.#report(kind, tally);
      this.#waitForMore(kind, tally);
    }, this.#ports.repeatEveryMs ?? defaultRepeatEveryMs);
  }

  #report(kind: RefusalKind, tally: Tally): void {
    const { store, clock, logger } = this.#ports;
    const { count, last } = tally;
    tally.count = 0;
    if (last === null || store.failed.aborted) return;
    const detail = { kind, count, topic: last.topic, reason: last.reason };
    logger.error(detail, "messages from the broker were refused");
    const event: EventEntry = { kind: "event", event: "refusedMessageAlarm", lock: null, detail };
    const written = store
      .commit({ changes: [], journal: [event] }, timestampOf(clock.reading()))
      .then(() => {})
      .catch((err: unknown) => logger.error({ err }, "the store did not write an alarm"));
    this.#writing = Promise.all([this.#writing, written]).then(() => {});
  }
}

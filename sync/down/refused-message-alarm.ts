import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { DownTopic } from "../topics.ts";

/** After the first message of a kind the next ones are told together, so often: 72 events a day at most. */
const defaultTellEveryMs = 3_600_000;

/** Why a message from the broker was refused for good, beside what its sender is told. */
export type RefusalKind =
  /** Nobody vouches for it: not signed, signed by somebody else, for another gateway, or too old. */
  | "forged"
  /** It was retained: it would be carried out again at every connection. */
  | "retained"
  /** No right message, and it names no id under which it could be answered. */
  | "malformed"
  /** Nobody signed it, and it acknowledges records that were never made. */
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

/** What was refused of one kind since it was last told. */
interface Tally {
  count: number;
  last: Refused | null;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Tells the cloud of messages that it did not send, or sent in vain: the event
 * `refusedMessageAlarm`, at once for the first of a kind, then counted, so that a flood of them
 * fills no journal.
 */
export class RefusedMessageAlarm {
  readonly #ports: RefusedMessageAlarmPorts;
  readonly #tallies = new Map<RefusalKind, Tally>();
  /** What is on its way to the disk. */
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
    this.#tell(kind, tally);
    this.#waitForMore(kind, tally);
  }

  /** Tells what is still untold; nothing of it touches the store afterwards. Never rejects. */
  async stop(): Promise<void> {
    for (const [kind, tally] of this.#tallies) {
      clearTimeout(tally.timer);
      if (tally.count > 0) this.#tell(kind, tally);
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
      this.#tell(kind, tally);
      this.#waitForMore(kind, tally);
    }, this.#ports.repeatEveryMs ?? defaultTellEveryMs);
  }

  #tell(kind: RefusalKind, tally: Tally): void {
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
      .catch((err: unknown) => logger.error({ err }, "the store did not take an alarm"));
    this.#writing = Promise.all([this.#writing, written]).then(() => {});
  }
}

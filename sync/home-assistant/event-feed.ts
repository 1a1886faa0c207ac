import type { JsonObject } from "../../daemon/base/json.ts";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { HomeAnnouncer } from "./announcer.ts";
import { type EventPlace, eventMessages } from "./dialect/event-messages.ts";
import { lockTopicsOf } from "./dialect/topics.ts";
import type { HomePorts } from "./ports.ts";
import type { Publisher } from "./publisher.ts";

/** Journal records read at a time, and the limit of those that are passed on after a pause. */
const pageLength = 64;
const maxBehind = 1_000;

type FeedPorts = Pick<HomePorts, "store" | "settings" | "reading" | "logger">;

/** Passes events of the journal to Home Assistant, from a connection's begin to its end. */
export class EventFeed {
  readonly #ports: FeedPorts;
  readonly #announcer: HomeAnnouncer;
  readonly #publisher: Publisher;
  readonly #place: EventPlace;
  /** The last record that was passed; null = there is no connection. */
  #passedSeq: number | null = null;
  #isPassing = false;

  constructor(ports: FeedPorts, announcer: HomeAnnouncer, publisher: Publisher) {
    this.#ports = ports;
    this.#announcer = announcer;
    this.#publisher = publisher;
    const { baseTopic, hasNames } = ports.settings;
    this.#place = {
      baseTopic,
      hasNames,
      nameOf: (lock) => announcer.nameOf(lock),
      passwordOf: (lock, id) => ports.store.get("password", [lock, id]),
      stateOf: (lock) => announcer.stateOf(lock),
    };
  }

  /** Begins with what happens from now on: an older opening must not start an automation. */
  begin(): void {
    this.#passedSeq = this.#ports.store.journalRange().head;
  }

  end(): void {
    this.#passedSeq = null;
  }

  /** Passes what is new in the journal. */
  pass(): void {
    if (this.#passedSeq === null || this.#isPassing) return;
    this.#isPassing = true;
    void this.#pass()
      .catch((err: unknown) => {
        const { store, logger } = this.#ports;
        if (!store.failed.aborted) logger.error({ err }, "failed to pass events to Home Assistant");
      })
      .finally(() => {
        this.#isPassing = false;
      });
  }

  /** Tells that the gateway did not take a code. */
  tellRefusal(lock: LockId, attributes: JsonObject): void {
    const name = this.#announcer.nameOf(lock);
    if (name === null) return;
    const { event: topic } = lockTopicsOf(this.#ports.settings.baseTopic, name);
    const time = new Date(this.#ports.reading().nowMs).toISOString();
    const body = JSON.stringify({ event_type: "code_refused", ...attributes, time });
    this.#publisher.send({ topic, body, isRetained: false });
  }

  async #pass(): Promise<void> {
    const { store } = this.#ports;
    for (;;) {
      const { head } = store.journalRange();
      if (this.#passedSeq === null || this.#passedSeq >= head) return;
      this.#passedSeq = Math.max(this.#passedSeq, head - maxBehind);
      const records = await store.readJournal(this.#passedSeq + 1, pageLength);
      if (records.length === 0) return;
      for (const record of records) {
        // The connection may have ended, or another one begun, while the disk was read.
        if (this.#passedSeq === null || record.seq <= this.#passedSeq) continue;
        this.#passedSeq = record.seq;
        const messages = eventMessages(record, this.#place);
        this.#publisher.send(...messages);
        const { lock = null } = record.entry;
        if (messages.length > 0 && lock !== null) this.#announcer.repeatState(lock);
      }
    }
  }
}

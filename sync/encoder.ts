import type { Logger } from "pino";
import type { JournalRecord } from "../daemon/core/journal.ts";
import {
  type EnvelopeSource,
  tooLargeRecordOf,
  type WireRecord,
  wireRecordOf,
} from "./envelope.ts";
import type { Publication } from "./outgoing.ts";
import type { Topics } from "./topics.ts";

/** Bytes of a PUBLISH beside its topic and body: fixed header, lengths, packet id, properties. */
const publishOverheadBytes = 32;

/** Encrypts what holds codes. */
export type Seal = (record: WireRecord) => Promise<WireRecord>;

/** Puts journal records into the form in which the broker gets them. */
export class Encoder {
  readonly #source: EnvelopeSource;
  readonly #topics: Topics;
  readonly #seal: Seal | null;
  readonly #logger: Logger;

  /** @param seal null = codes go out as they are, protected by TLS alone */
  constructor(source: EnvelopeSource, topics: Topics, seal: Seal | null, logger: Logger) {
    this.#source = source;
    this.#topics = topics;
    this.#seal = seal;
    this.#logger = logger;
  }

  encode(record: JournalRecord, maximumBytes: number): Publication | Promise<Publication> {
    const whole = wireRecordOf(record, this.#source);
    for (const { path } of whole.unreadable) {
      this.#logger.error({ seq: record.seq, path }, "a sealed code cannot be opened");
    }
    if (this.#seal === null || !whole.holdsCodes) return this.#fitted(record, whole, maximumBytes);
    return this.#seal(whole).then((sealed) => this.#fitted(record, sealed, maximumBytes));
  }

  #fitted(record: JournalRecord, wire: WireRecord, maximumBytes: number): Publication {
    const topic = this.#topics[wire.topic];
    const limit = maximumBytes - Buffer.byteLength(topic) - publishOverheadBytes;
    if (Buffer.byteLength(wire.body) <= limit) return { topic, body: wire.body };
    this.#logger.error({ seq: record.seq, maximumBytes }, "record is too large for the broker");
    const stub = tooLargeRecordOf(record, this.#source, maximumBytes);
    return { topic: this.#topics[stub.topic], body: stub.body };
  }
}

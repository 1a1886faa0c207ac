import type { Logger } from "pino";
import type { JournalRecord } from "../../../daemon/core/model/journal.ts";
import type { EnvelopeSource } from "../../../daemon/events/event-envelope.ts";
import type { Topics } from "../../topics.ts";
import { type Fields, pagesOf } from "./pages.ts";
import {
  type Form,
  type Publication,
  publishOverheadBytes,
  type StubReason,
} from "./publication.ts";
import { stubRecordOf, type WireRecord, wireRecordOf } from "./wire-record.ts";

/** Returns the size after encryption: base64url adds a third; header, encrypted key and tag add the rest. */
const sealedBytes = (bytes: number) => Math.ceil((bytes * 4) / 3) + 700;

/** Encrypts a record that contains codes. */
export type Seal = (record: WireRecord) => Promise<WireRecord>;

/** Encodes journal records as they are published. */
export class Encoder {
  readonly #source: EnvelopeSource;
  readonly #topics: Topics;
  readonly #seal: Seal | null;
  readonly #logger: Logger;

  constructor(
    source: EnvelopeSource,
    ports: {
      readonly topics: Topics;
      /** Null = codes go out in clear, protected by TLS alone. */
      readonly seal: Seal | null;
      readonly logger: Logger;
    },
  ) {
    this.#source = source;
    this.#topics = ports.topics;
    this.#seal = ports.seal;
    this.#logger = ports.logger;
  }

  /** @param maximumBytes largest packet of this connection */
  encode(
    record: JournalRecord,
    maximumBytes: number,
    form: Form,
  ): Publication | Promise<Publication> {
    const whole = wireRecordOf(record, this.#source);
    for (const { path } of whole.unreadable) {
      this.#logger.error({ seq: record.seq, path }, "a sealed code cannot be opened");
    }
    const topic = this.#topics[whole.topic];
    const packetBytes = maximumBytes - publishOverheadBytes;
    const topicBytes = Buffer.byteLength(topic);
    const wholeBytes = Math.min(packetBytes, form.wholeBytes) - topicBytes;
    if (form.stub !== null) return this.#stub(record, wholeBytes, form.stub);
    const seal = whole.holdsCodes ? this.#seal : null;
    const fitted = (wire: WireRecord): Publication | Promise<Publication> => {
      if (Buffer.byteLength(wire.body) <= wholeBytes) return { topic, body: wire.body };
      const pageBytes = Math.min(wholeBytes, form.pageBytes - topicBytes);
      return this.#cut(record, whole, { wholeBytes, pageBytes, seal });
    };
    return seal === null ? fitted(whole) : seal(whole).then(fitted);
  }

  /** Cuts a reply with a list into pages; a stub replaces any other record. */
  #cut(
    record: JournalRecord,
    whole: WireRecord,
    to: { readonly wholeBytes: number; readonly pageBytes: number; readonly seal: Seal | null },
  ): Publication | Promise<Publication> {
    const { seal, pageBytes, wholeBytes } = to;
    const fields: Fields = JSON.parse(whole.body);
    const fits = (page: Fields) => {
      const bytes = Buffer.byteLength(JSON.stringify(page));
      return (seal === null ? bytes : sealedBytes(bytes)) <= pageBytes;
    };
    const pages = whole.topic === "reply" ? pagesOf(fields, fits) : null;
    if (pages === null) return this.#stub(record, wholeBytes, "tooLarge");
    const topic = this.#topics[whole.topic];
    const wires = pages.map((page) => ({ ...whole, body: JSON.stringify(page) }));
    if (seal === null) return publicationOf(topic, wires);
    return Promise.all(wires.map(seal)).then((sealed) => publicationOf(topic, sealed));
  }

  #stub(record: JournalRecord, limitBytes: number, reason: StubReason): Publication {
    this.#logger.error({ seq: record.seq, limitBytes, reason }, "a stub replaces a record");
    const stub = stubRecordOf(record, this.#source, { limitBytes, reason });
    return { topic: this.#topics[stub.topic], body: stub.body, isStub: true };
  }
}

function publicationOf(topic: string, wires: readonly WireRecord[]): Publication {
  const [body = "", ...further] = wires.map((wire) => wire.body);
  return { topic, body, further };
}

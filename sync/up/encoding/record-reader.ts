import type { JournalRecord } from "../../../daemon/core/model/journal.ts";
import type { Store } from "../../../daemon/store/store.ts";
import type { Connection } from "../../link/connection.ts";
import type { RejectedRecords } from "../rejected-records.ts";
import type { Form, Publication } from "./publication.ts";

/** Puts a record into wire form, no larger than `maximumBytes`, the packet's own bytes included. */
export type EncodeRecord = (
  record: JournalRecord,
  maximumBytes: number,
  form: Form,
) => Publication | Promise<Publication>;

export interface EncodedRecord {
  readonly seq: number;
  readonly publication: Publication;
}

/** Reads records from the journal and encodes them in the form that the broker accepts. */
export class RecordReader {
  readonly #store: Store;
  readonly #rejected: RejectedRecords;
  readonly #encode: EncodeRecord;

  constructor(store: Store, rejected: RejectedRecords, encode: EncodeRecord) {
    this.#store = store;
    this.#rejected = rejected;
    this.#encode = encode;
  }

  /** Returns at most `count` records from `from` on. Fewer if the journal ends or no longer has them. */
  async read(
    from: number,
    count: number,
    { maximumPacketBytes }: Connection,
  ): Promise<readonly EncodedRecord[]> {
    const encoded: EncodedRecord[] = [];
    for (const record of await this.#store.readJournal(from, count)) {
      const { seq } = record;
      const { wholeBytes, pageBytes } = this.#rejected;
      const form = { wholeBytes, pageBytes, stub: this.#rejected.stubFor(seq) };
      const publication = this.#encode(record, maximumPacketBytes, form);
      // Only an encrypted record is a promise. Another turn for each record would cost throughput.
      const ready = publication instanceof Promise ? await publication : publication;
      encoded.push({ seq, publication: ready });
    }
    return encoded;
  }
}

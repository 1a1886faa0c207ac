/** A journal record as it is written to disk. */
export interface RecordText {
  readonly seq: number;
  readonly text: string;
}

/** Limits of what is kept; older records are read from disk. */
const maxRecords = 64;
const maxCharacters = 128 * 1024;

/**
 * The newest records of the journal without a hole, as the texts that were written: parsing them gives the same as a
 * reading from disk.
 */
export class RecentRecords {
  #records: RecordText[] = [];
  #characters = 0;

  /** Adds the record that follows the last one. */
  add(record: RecordText): void {
    this.#records.push(record);
    this.#characters += record.text.length;
    while (this.#records.length > maxRecords || this.#characters > maxCharacters) {
      this.#characters -= this.#records.shift()?.text.length ?? 0;
    }
  }

  /** Replaces the text of a record if it is kept. */
  replace(record: RecordText): void {
    const at = record.seq - (this.#records[0]?.seq ?? 0);
    const before = this.#records[at];
    if (at < 0 || before === undefined) return;
    this.#records[at] = record;
    this.#characters += record.text.length - before.text.length;
  }

  /** Returns whether this record, and so every later one, is kept. */
  holds(seq: number): boolean {
    const first = this.#records[0];
    const last = this.#records.at(-1);
    return first !== undefined && last !== undefined && first.seq <= seq && seq <= last.seq;
  }

  /** Returns the records from `firstSeq`, which must be kept, to `lastSeq`. */
  between(firstSeq: number, lastSeq: number): readonly RecordText[] {
    const from = firstSeq - (this.#records[0]?.seq ?? 0);
    return this.#records.slice(from, from + lastSeq - firstSeq + 1);
  }
}

/** A journal record as it is written to disk. */
export interface RecordText {
  readonly seq: number;
  readonly text: string;
}

/** What is kept at most; the oldest make room, and are read from disk again. */
const maxRecords = 64;
const maxCharacters = 128 * 1024;

/**
 * The newest records of the journal without a hole, as the texts that were written: what is parsed
 * from them is what a reading from disk would give.
 */
export class RecentRecords {
  #records: RecordText[] = [];
  #characters = 0;

  /** Takes the record that follows the last one. */
  add(record: RecordText): void {
    this.#records.push(record);
    this.#characters += record.text.length;
    while (this.#records.length > maxRecords || this.#characters > maxCharacters) {
      this.#characters -= this.#records.shift()?.text.length ?? 0;
    }
  }

  /** Puts another text in the place of a record, if it is here. */
  replace(record: RecordText): void {
    const at = record.seq - (this.#records[0]?.seq ?? 0);
    const before = this.#records[at];
    if (at < 0 || before === undefined) return;
    this.#records[at] = record;
    this.#characters += record.text.length - before.text.length;
  }

  /** Whether this record is here, and so every later one. */
  holds(seq: number): boolean {
    const first = this.#records[0];
    const last = this.#records.at(-1);
    return first !== undefined && last !== undefined && first.seq <= seq && seq <= last.seq;
  }

  /** Records from `firstSeq`, which is held, to `lastSeq`. */
  between(firstSeq: number, lastSeq: number): readonly RecordText[] {
    const from = firstSeq - (this.#records[0]?.seq ?? 0);
    return this.#records.slice(from, from + lastSeq - firstSeq + 1);
  }
}

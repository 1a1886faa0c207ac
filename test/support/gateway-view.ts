/** A JSON object as it came. */
export type Fields = Readonly<Record<string, unknown>>;

/** One reply or event, in the words of the wire. */
export interface CloudRecord {
  readonly kind: "reply" | "event";
  readonly epoch: string;
  readonly seq: number;
  readonly fields: Fields;
}

/** The last word of `up/state`. */
export interface CloudPresence {
  readonly state: "online" | "offline";
  readonly isRetained: boolean;
  readonly fields: Fields;
}

/** Numbers that are missing, both inclusive. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Numbers of a gap that lies ahead of another one: no gateway keeps more records. */
const maxClosed = 200_000;

/**
 * What the cloud knows of one gateway: the rule for a consumer of the journal.
 * A record is known by (epoch, seq). One that was seen before is a repeat and is dropped. One
 * that leaves numbers out opens a gap, which later records (a replay) may fill. Another epoch
 * begins a new count. Everything up to {@link GatewayView.head} has arrived.
 */
export class GatewayView {
  readonly gatewayId: string;
  readonly #keep: number;
  #epoch: string | null = null;
  #head = 0;
  #highest = 0;
  /** Arrived, but with something missing before. */
  readonly #ahead = new Set<number>();
  /** First receipts, oldest first; at most `keep`, the oldest go. */
  readonly records: CloudRecord[] = [];
  /** Every epoch seen, in order. */
  readonly epochs: string[] = [];
  /** Every presence message, in order. */
  readonly presences: CloudPresence[] = [];
  /** Pages of replies that came in several. */
  pages = 0;
  /** Records that came more than once. */
  repeats = 0;
  /** First receipts. */
  received = 0;
  /** First receipts that had a higher number before them. */
  lateArrivals = 0;
  /** Refusals that are in no journal: they have no number, and come once or not at all. */
  readonly asides: Fields[] = [];
  /** Messages that were no record at all. */
  readonly malformed: string[] = [];

  constructor(gatewayId: string, keep: number) {
    this.gatewayId = gatewayId;
    this.#keep = keep;
  }

  get epoch(): string | null {
    return this.#epoch;
  }

  /** Everything up to here has arrived. */
  get head(): number {
    return this.#head;
  }

  get presence(): CloudPresence | null {
    return this.presences.at(-1) ?? null;
  }

  /** Nothing is missing below the highest number seen. */
  get isWhole(): boolean {
    return this.#ahead.size === 0;
  }

  get gaps(): readonly Gap[] {
    const gaps: Gap[] = [];
    let expected = this.#head + 1;
    for (const seq of [...this.#ahead].sort((a, b) => a - b)) {
      if (seq > expected) gaps.push({ from: expected, to: seq - 1 });
      expected = seq + 1;
    }
    return gaps;
  }

  /** Everything up to `head` is known to have arrived, or never to come: where to begin. */
  startAt(epoch: string, head: number): void {
    this.#epoch = epoch;
    this.#head = head;
    this.#highest = head;
    this.#ahead.clear();
  }

  /** The gateway has said in a `journalGap` that these will never come. */
  close({ from, to }: Gap): void {
    if (from > this.#head + 1) {
      for (let seq = from; seq <= Math.min(to, from + maxClosed); seq += 1) this.#ahead.add(seq);
    } else {
      this.#head = Math.max(this.#head, to);
      for (const seq of this.#ahead) if (seq <= this.#head) this.#ahead.delete(seq);
    }
    while (this.#ahead.delete(this.#head + 1)) this.#head += 1;
  }

  /** @returns whether the record is new. */
  take(record: CloudRecord): boolean {
    if (record.epoch !== this.#epoch) {
      this.#epoch = record.epoch;
      this.epochs.push(record.epoch);
      this.#head = 0;
      this.#highest = 0;
      this.#ahead.clear();
    }
    if (record.seq <= this.#head || this.#ahead.has(record.seq)) {
      this.repeats += 1;
      return false;
    }
    this.received += 1;
    if (record.seq < this.#highest) this.lateArrivals += 1;
    this.#highest = Math.max(this.#highest, record.seq);
    this.#ahead.add(record.seq);
    while (this.#ahead.delete(this.#head + 1)) this.#head += 1;
    this.records.push(record);
    if (this.records.length > this.#keep) this.records.shift();
    return true;
  }
}

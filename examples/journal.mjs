/**
 * The consumer's side of one gateway's journal: docs/mqtt.md, "Up: one numbered journal".
 * Replies and events share one sequence `seq` per `epoch`, and each of them may come more than once.
 *
 * @typedef {{ epoch: string, head: number }} Position every record up to `head` of this epoch has arrived
 * @typedef {Readonly<Record<string, unknown>>} Fields a JSON object from the gateway
 */

/** The journal keeps at most this many records, so that a longer gap cannot exist. */
const longestGap = 200_000;

export class Journal {
  /** Numbers above `head` that have arrived, because something before them is missing. */
  #ahead = new Set();
  /** @type {string | null} */
  epoch = null;
  head = 0;

  get hasGap() {
    return this.#ahead.size > 0;
  }

  /**
   * Continues after what an earlier run has kept, or begins at the tail of a gateway that is new.
   * @param {Position} position
   */
  startAt({ epoch, head }) {
    this.epoch = epoch;
    this.head = head;
    this.#ahead.clear();
  }

  /**
   * Returns whether a record is new. A repeat must be ignored.
   * @param {string} epoch
   * @param {number} seq
   */
  take(epoch, seq) {
    if (epoch !== this.epoch) this.startAt({ epoch, head: 0 });
    if (seq <= this.head || this.#ahead.has(seq)) return false;
    this.#ahead.add(seq);
    this.#moveHead();
    return true;
  }

  /**
   * A `journalGap` with the reason `folded` or `pruned` says that these numbers will never come.
   * @param {number} from
   * @param {number} to
   */
  close(from, to) {
    const last = Math.min(to, Math.max(from, this.head + 1) + longestGap);
    for (let seq = Math.max(from, this.head + 1); seq <= last; seq += 1) this.#ahead.add(seq);
    this.#moveHead();
  }

  #moveHead() {
    while (this.#ahead.delete(this.head + 1)) this.head += 1;
  }
}

/** Long replies come in pages. A page is known by (epoch, seq, number, count). */
export class ReplyPages {
  /** @type {Map<string, Map<number, Fields>>} */
  #open = new Map();

  /**
   * Returns the whole reply with its last page, a reply without pages at once, and null otherwise.
   * @param {Fields} fields
   * @returns {Fields | null}
   */
  take(fields) {
    const { page, ...rest } = fields;
    if (page === undefined) return fields;
    const { number, count, list } = Object(page);
    const key = JSON.stringify([fields["epoch"], fields["seq"], count]);
    const pages = this.#open.get(key) ?? new Map();
    this.#open.set(key, pages.set(number, fields));
    if (pages.size < count) return null;
    this.#open.delete(key);
    const inOrder = [...pages].sort(([a], [b]) => a - b).map(([, part]) => part);
    return { ...rest, [list]: inOrder.flatMap((part) => part[list]) };
  }
}

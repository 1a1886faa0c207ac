import type { Fields } from "../gateway-view.ts";

/** Replies of which some pages have come; past it the oldest is dropped, and a replay brings it again. */
const maxOpen = 64;

/**
 * Puts a reply together that came in pages: a page is known by (epoch, seq, number, count). The same
 * record may come again with another count, when the gateway has learned more about the broker's limit.
 */
export class ReplyPages {
  readonly #open = new Map<string, Map<number, Fields>>();

  /** Returns the whole reply once its last page is there; a reply without pages at once; else null. */
  take(fields: Fields): Fields | null {
    const { page, epoch, seq } = fields;
    if (page === undefined) return fields;
    const { number, count, list } = Object(page);
    if (!Number.isSafeInteger(number) || !Number.isSafeInteger(count)) return fields;
    const key = JSON.stringify([epoch, seq, count]);
    const pages = this.#open.get(key) ?? new Map<number, Fields>();
    pages.set(number, fields);
    this.#open.set(key, pages);
    if (pages.size < count) {
      const [oldest] = this.#open.keys();
      if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
      return null;
    }
    this.#open.delete(key);
    const inOrder = [...pages].sort(([a], [b]) => a - b).map(([, one]) => one);
    const items = inOrder.flatMap((one) => one[list]);
    const { page: _, ...rest } = fields;
    return { ...rest, [list]: items };
  }
}

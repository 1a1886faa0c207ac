/** Incoming messages that wait to be fetched; the oldest goes when one more comes. */
const keptCapacity = 8;

/** Payloads too long for one serial frame, both ways: kept until fetched, gathered until sent. */
export class LongMessages {
  readonly #kept = new Map<number, Uint8Array>();
  #store = new Uint8Array(0);
  #filled = 0;

  /**
   * Keeps an incoming payload for AF_DATA_RETRIEVE.
   * @param ticks the message's time, 320 us each.
   * @returns the timestamp that names it, the first free one from `ticks` on.
   */
  keep(ticks: number, payload: Uint8Array): number {
    let timestamp = ticks;
    while (this.#kept.has(timestamp)) timestamp = (timestamp + 1) >>> 0;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= keptCapacity && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(timestamp, payload);
    return timestamp;
  }

  /** A stretch of a kept payload; null when there is no such message or stretch. */
  retrieve(timestamp: number, start: number, length: number): Uint8Array | null {
    const payload = this.#kept.get(timestamp);
    if (payload === undefined || start + length > payload.length) return null;
    return payload.slice(start, start + length);
  }

  free(timestamp: number): boolean {
    return this.#kept.delete(timestamp);
  }

  /** Prepares for an outgoing payload that comes in pieces (AF_DATA_STORE). */
  expect(length: number): void {
    this.#store = new Uint8Array(length);
    this.#filled = 0;
  }

  /** @returns false when the piece lies outside of what was announced. */
  put(start: number, piece: Uint8Array): boolean {
    if (start + piece.length > this.#store.length) return false;
    this.#store.set(piece, start);
    this.#filled += piece.length;
    return true;
  }

  /** The whole outgoing payload, or null when pieces are missing. */
  take(): Uint8Array | null {
    const whole = this.#filled >= this.#store.length && this.#store.length > 0 ? this.#store : null;
    this.#store = new Uint8Array(0);
    this.#filled = 0;
    return whole;
  }

  clear(): void {
    this.#kept.clear();
    this.expect(0);
  }
}

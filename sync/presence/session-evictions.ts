/** Number of cut connections within the window that shows that another client uses this id. */
const maxEvictions = 3;
const windowMs = 10 * 60_000;

/**
 * Counts how often a connection was cut and another client's message was on the gateway's own state topic
 * afterwards. MQTT 3.1.1 does not report that a session was taken over: a broken connection looks the same,
 * but then the message is this gateway's own will.
 */
export class SessionEvictions {
  #isCut = false;
  #timesMs: readonly number[] = [];

  /** The connection was cut. */
  noteCut(): void {
    this.#isCut = true;
  }

  /** This gateway's own message came first after the cut: no other client was connected. */
  noteOwnState(): void {
    this.#isCut = false;
  }

  /**
   * A message of another start was received.
   * @returns whether it is the third eviction within ten minutes
   */
  noteOtherState(nowMs: number): boolean {
    if (!this.#isCut) return false;
    this.#isCut = false;
    const recent = this.#timesMs.filter((atMs) => nowMs - atMs < windowMs);
    this.#timesMs = [...recent, nowMs].slice(-maxEvictions);
    return this.#timesMs.length === maxEvictions;
  }
}

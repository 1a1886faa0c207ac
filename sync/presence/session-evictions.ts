/** So many cut connections within the window show that another client uses this id. */
const enough = 3;
const windowMs = 10 * 60_000;

/**
 * Counts how often a connection was cut and somebody else's word stood on the gateway's own state topic
 * afterwards. MQTT 3.1.1 does not say that a session was taken over: a broken line looks the same, but leaves
 * this gateway's own will.
 */
export class SessionEvictions {
  #isCut = false;
  #timesMs: readonly number[] = [];

  /** The connection was cut. */
  noteCut(): void {
    this.#isCut = true;
  }

  /** This gateway's own word came first after the cut: nobody was here meanwhile. */
  noteOwnState(): void {
    this.#isCut = false;
  }

  /**
   * A word of another start was heard.
   * @returns whether it is the third within ten minutes
   */
  noteOtherState(nowMs: number): boolean {
    if (!this.#isCut) return false;
    this.#isCut = false;
    const recent = this.#timesMs.filter((atMs) => nowMs - atMs < windowMs);
    this.#timesMs = [...recent, nowMs].slice(-enough);
    return this.#timesMs.length === enough;
  }
}

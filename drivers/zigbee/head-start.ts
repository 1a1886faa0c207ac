import { delay } from "../../daemon/base/delay.ts";

/** The daemon waits at most this long for the stick to be probed before it goes on to load the rest. */
const maxMs = 250;

/** The first moments of the radio, in which it needs the processor for itself. */
export class HeadStart {
  readonly #over = new AbortController();

  /** The stick is in herdsman's hands, or the first try has failed: what follows is waiting for the stick. */
  end(): void {
    this.#over.abort();
  }

  /** Resolves when the head start is over, after 250 ms at the latest. */
  async ended(): Promise<void> {
    await delay(maxMs, this.#over.signal);
  }
}

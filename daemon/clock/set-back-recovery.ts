import type { Logger } from "pino";
import { restoreAfterSetBack } from "../locks/set-back-restore.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";

/** Restores what ended because of a wrong time after the time was set back, also after a crash in between. */
export class SetBackRecovery {
  readonly #parts: { readonly clock: Clock; readonly store: Store; readonly log: Logger };
  #last: Promise<void> = Promise.resolve();

  constructor(parts: { readonly clock: Clock; readonly store: Store; readonly log: Logger }) {
    this.#parts = parts;
  }

  /** Resolves when nothing is left to restore. Never rejects: a store that fails ends the process. */
  restore(): Promise<void> {
    this.#last = this.#last.then(() => this.#restoreNow());
    return this.#last;
  }

  async #restoreNow(): Promise<void> {
    const { clock, store, log } = this.#parts;
    const fromMs = clock.setBackFromMs;
    if (fromMs === null) return;
    const reading = () => clock.reading();
    log.warn(
      { fromMs, toMs: reading().nowMs },
      "the time was set back; restoring what ended because of the wrong time",
    );
    try {
      await restoreAfterSetBack({ store, reading }, fromMs);
      clock.setBackHandled();
    } catch (err) {
      // The mark on disk still says that the time was set back: the next start does it again.
      log.error({ err }, "failed to restore what ended because of a wrong time");
    }
  }
}

import type { DriverListener } from "../lock-driver.ts";
import { errorLabel } from "./failures.ts";
import type { DriverLogger } from "./herdsman/herdsman-log.ts";

/** Limit of waiting calls. The radio starts a moment before its listener at most: some frames of each lock. */
const maxWaiting = 1_000;

/**
 * The gate before the driver's listener. The radio may start before there is a listener: its calls wait, and
 * are made in sequence as soon as the listener is there.
 */
export class ListenerGate {
  readonly #logger: DriverLogger;
  readonly #isThere: Promise<void>;
  #listener: DriverListener | null = null;
  #waiting: ((listener: DriverListener) => void)[] = [];
  #lost = 0;
  #open: () => void = () => undefined;

  constructor(logger: DriverLogger) {
    this.#logger = logger;
    this.#isThere = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  get isOpen(): boolean {
    return this.#listener !== null;
  }

  /** Resolves when a listener is there and has got all calls that waited for it. */
  opened(): Promise<void> {
    return this.#isThere;
  }

  /**
   * @returns how many calls are lost: of more than 1,000 that waited the oldest are kept. Who opens it
   * must then have the locks read again.
   */
  open(listener: DriverListener): number {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) this.#make(call, listener);
    this.#open();
    if (this.#lost > 0) {
      this.#logger.error(
        { lost: this.#lost },
        "lost events of locks: more came during the start than can be kept",
      );
    }
    return this.#lost;
  }

  /** A throw of the listener ends here: it would be an unhandled rejection inside herdsman. */
  notify(call: (listener: DriverListener) => void): void {
    if (this.#listener !== null) this.#make(call, this.#listener);
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(call);
    else this.#lost += 1;
  }

  #make(call: (listener: DriverListener) => void, listener: DriverListener): void {
    try {
      call(listener);
    } catch (error) {
      this.#logger.error({ reason: errorLabel(error) }, "a listener of the driver failed");
    }
  }
}

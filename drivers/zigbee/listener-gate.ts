import type { DriverListener } from "../lock-driver.ts";
import { errorLabel } from "./failures.ts";
import type { DriverLogger } from "./herdsman/herdsman-log.ts";

/** The radio is up a moment before its listener at most: some frames of each lock. */
const maxWaiting = 1_000;

/**
 * The way to the driver's listener. The radio may come up before there is one: what it tells waits, and
 * goes to the listener in its order as soon as it is there.
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

  /** Resolves when a listener is there and has heard all that waited for it. */
  opened(): Promise<void> {
    return this.#isThere;
  }

  /**
   * @returns how many calls are lost: of more than 1,000 that waited the oldest are kept. Who opens it
   * has the locks asked for how they stand then.
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
      this.#logger.error({ reason: errorLabel(error) }, "a listener of the driver has thrown");
    }
  }
}

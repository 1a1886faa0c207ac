import type { LockId } from "../../../daemon/core/model/door-lock.ts";

/**
 * Says for which devices the network is open, and for how long. The gateway decides: once somebody
 * closes the window it admits no device, whatever the stick still lets onto the network.
 */
export class JoinWindow {
  readonly #closed: () => void;
  #untilMs = 0;
  #expected: LockId | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param closed called each time the window closes: by time, or because somebody closes it. */
  constructor(closed: () => void) {
    this.#closed = closed;
  }

  /** Opens for `seconds`, for one device if `expected` is given; 0 closes. */
  open(seconds: number, expected: LockId | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const wasOpen = this.#untilMs !== 0;
    this.#untilMs = seconds === 0 ? 0 : performance.now() + seconds * 1000;
    this.#expected = seconds === 0 ? null : expected;
    if (seconds > 0) this.#timer = setTimeout(() => this.open(0, null), seconds * 1000).unref();
    else if (wasOpen) this.#closed();
  }

  get isOpen(): boolean {
    return performance.now() < this.#untilMs;
  }

  /** The only device that may join; null if any device or none may join. */
  get expected(): LockId | null {
    return this.#expected;
  }

  isOpenFor(lock: LockId): boolean {
    return this.isOpen && (this.#expected === null || this.#expected === lock);
  }

  /** Whether a person has opened the network for exactly this device. */
  expects(lock: LockId): boolean {
    return this.isOpen && this.#expected === lock;
  }
}

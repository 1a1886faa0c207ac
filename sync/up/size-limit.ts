/** A limit that was found is forgotten after this time: somebody may have raised it. */
const forgetAfterMs = 24 * 3600 * 1000;

/**
 * The largest message that a broker takes, as far as it is known from what it took and refused. MQTT 3.1.1
 * has no word for it, and brokers of MQTT 5 do not always tell.
 */
export class SizeLimit {
  readonly #monotonicMs: () => number;
  #largestTaken = 0;
  #smallestRefused: number | null = null;
  #refusedAtMs = 0;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** A message of `bytes` that the broker refused; null = it has refused none for its size. */
  get smallestRefused(): number | null {
    if (this.#smallestRefused === null) return null;
    if (this.#monotonicMs() - this.#refusedAtMs > forgetAfterMs) this.#smallestRefused = null;
    return this.#smallestRefused;
  }

  /** The largest message that the broker took, in bytes. */
  get largestAccepted(): number {
    return this.#largestTaken;
  }

  /** The size to try next, in bytes: half of what was refused, or more where more was taken. */
  get target(): number {
    const refused = this.smallestRefused;
    if (refused === null) return Number.POSITIVE_INFINITY;
    return Math.max(this.#largestTaken, Math.floor(refused / 2));
  }

  /** Whether it is not known if the broker takes a message of this size. */
  isDoubtful(bytes: number): boolean {
    const refused = this.smallestRefused;
    return refused !== null && bytes > this.#largestTaken && bytes < refused;
  }

  /** The refusals had another reason than the size. */
  forget(): void {
    this.#smallestRefused = null;
  }

  /** The broker took a message of this size. */
  noteAccepted(bytes: number): void {
    this.#largestTaken = Math.max(this.#largestTaken, bytes);
    if (this.#smallestRefused !== null && bytes >= this.#smallestRefused) {
      this.#smallestRefused = null;
    }
  }

  /** The broker refused a message of this size. */
  noteRefusal(bytes: number): void {
    this.#smallestRefused = Math.min(bytes, this.#smallestRefused ?? bytes);
    this.#largestTaken = Math.min(this.#largestTaken, this.#smallestRefused - 1);
    this.#refusedAtMs = this.#monotonicMs();
  }
}

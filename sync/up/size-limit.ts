/** A limit that was found expires after this time: somebody may have raised it. */
const forgetAfterMs = 24 * 3600 * 1000;

/**
 * Finds the largest message that a broker accepts from what it accepted and refused. MQTT 3.1.1 cannot
 * express the limit, and brokers of MQTT 5 do not always announce it.
 */
export class SizeLimit {
  readonly #monotonicMs: () => number;
  #largestTaken = 0;
  #smallestRefused: number | null = null;
  #refusedAtMs = 0;

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** Size of the smallest message that the broker refused; null = it has refused none for its size. */
  get smallestRefused(): number | null {
    if (this.#smallestRefused === null) return null;
    if (this.#monotonicMs() - this.#refusedAtMs > forgetAfterMs) this.#smallestRefused = null;
    return this.#smallestRefused;
  }

  /** The largest message that the broker accepted, in bytes. */
  get largestAccepted(): number {
    return this.#largestTaken;
  }

  /** The size to try next, in bytes: half of what was refused, or more if more was accepted. */
  get target(): number {
    const refused = this.smallestRefused;
    if (refused === null) return Number.POSITIVE_INFINITY;
    return Math.max(this.#largestTaken, Math.floor(refused / 2));
  }

  /** Returns whether it is unknown if the broker accepts a message of this size. */
  isDoubtful(bytes: number): boolean {
    const refused = this.smallestRefused;
    return refused !== null && bytes > this.#largestTaken && bytes < refused;
  }

  /** Forgets the refusals: they had another reason than the size. */
  forget(): void {
    this.#smallestRefused = null;
  }

  /** The broker accepted a message of this size. */
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

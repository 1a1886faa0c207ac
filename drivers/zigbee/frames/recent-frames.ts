import { hash } from "node:crypto";

/** How long a repeated frame is known as a repetition, ms. */
const windowMs = 10_000;

/** At most this many frames are remembered; the oldest is forgotten first. */
const maxFrames = 512;

/**
 * Recognises repetitions: a lock that gets no acknowledgement sends the same frame (same sequence number)
 * up to three times, and each would be one more opening in the journal.
 */
export class RecentFrames {
  readonly #seenAtMs = new Map<string, number>();
  readonly #nowMs: () => number;

  /** @param nowMs a clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Notes a frame.
   * @param sender who sent it: IEEE address, endpoint and cluster in one text.
   * @param bytes the whole ZCL frame, sequence number included.
   * @returns whether the same frame was noted in the last 10 s.
   */
  isRepeated(sender: string, bytes: Uint8Array): boolean {
    const nowMs = this.#nowMs();
    // A digest, because programming events carry codes that must not be kept.
    const key = `${sender}/${hash("sha256", bytes, "base64")}`;
    const seenAtMs = this.#seenAtMs.get(key);
    if (seenAtMs !== undefined && nowMs - seenAtMs < windowMs) return true;
    this.#seenAtMs.delete(key);
    this.#seenAtMs.set(key, nowMs);
    this.#forget(nowMs);
    return false;
  }

  /** Insertion order is age order, so it stops at the first frame worth keeping. */
  #forget(nowMs: number): void {
    for (const [key, seenAtMs] of this.#seenAtMs) {
      if (this.#seenAtMs.size <= maxFrames && nowMs - seenAtMs < windowMs) return;
      this.#seenAtMs.delete(key);
    }
  }
}

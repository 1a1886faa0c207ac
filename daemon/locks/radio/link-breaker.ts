import { linkPauseMs, quietBetweenTriesMs, receptionPauseMs } from "../../core/contact/backoff.ts";

/** A stick that fails to send frames recovers or is opened again within seconds. */
const stickPauseMs = 2_000;

/**
 * Leaves a lock that does not answer alone for {@link linkPauseMs}. A frame of the lock ends the pause early, but
 * not before {@link receptionPauseMs}, which grows with each operation in a row that failed after such a frame.
 */
export class LinkBreaker {
  readonly #monotonicMs: () => number;
  #misses = 0;
  #futileTries = 0;
  /** A frame ended a pause or came during an operation, and no operation has begun since. */
  #isFrameBroken = false;
  #isUnderWay = false;
  /** The operation under way, or the last one, began because of such a frame. */
  #isFrameTry = false;
  #untilMs = 0;
  /** End of the least pause. */
  #leastUntilMs = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** An operation begins. {@link ended} must follow, whatever its outcome. */
  began(): void {
    this.#isUnderWay = true;
    this.#isFrameTry = this.#isFrameBroken;
    this.#isFrameBroken = false;
    // A lock that sleeps sends a few frames every some minutes, and each of them may be needed.
    const quietMs = this.#monotonicMs() - this.#leastUntilMs;
    if (this.#isFrameTry && quietMs >= quietBetweenTriesMs) this.#futileTries = 0;
  }

  ended(): void {
    this.#isUnderWay = false;
  }

  /**
   * An operation did not reach the lock. If a frame came while it was under way, the next one begins at once, because
   * a lock that sleeps listens for seconds only; but not twice in a row, see {@link receptionPauseMs}. A try that no
   * frame caused leaves the least pause as it is: a lock that sleeps misses such tries, and its next frame counts.
   */
  missed(): void {
    const nowMs = this.#monotonicMs();
    this.#misses += 1;
    if (this.#isFrameTry) {
      this.#futileTries += 1;
      this.#leastUntilMs = nowMs + receptionPauseMs(this.#futileTries);
    } else if (this.#isFrameBroken) {
      this.#untilMs = nowMs;
      return;
    }
    this.#isFrameBroken = false;
    this.#untilMs = Math.max(nowMs + linkPauseMs(this.#misses), this.#leastUntilMs);
  }

  /** The stick failed, not the lock: makes a short pause that does not count as a miss. */
  pauseForStick(): void {
    this.#untilMs = Math.max(this.#untilMs, this.#monotonicMs() + stickPauseMs);
  }

  /** The lock answered an operation, or the stick is back: the pauses start over. */
  answered(): void {
    this.#misses = 0;
    this.#futileTries = 0;
    this.#isFrameBroken = false;
    this.#untilMs = 0;
    this.#leastUntilMs = 0;
  }

  /**
   * The lock sent a frame.
   * @returns whether it ended a pause, or shortened it to the least pause
   */
  frameReceived(): boolean {
    if (this.#isUnderWay || this.#misses > 0) this.#isFrameBroken = true;
    if (this.#misses === 0) return false;
    this.#misses = 0;
    this.#untilMs = this.#leastUntilMs;
    return true;
  }

  /** Returns the rest of the pause, ms; 0 = the lock may be tried. */
  waitMs(): number {
    return Math.max(0, this.#untilMs - this.#monotonicMs());
  }
}

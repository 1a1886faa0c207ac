import type { ReceivedFrame } from "../stick/mt-frame.ts";
import { FoldCount, type FoldedFrames } from "./fold-count.ts";
import type { LockFrame } from "./lock-frame.ts";

/** Texts of frames that were folded; a repetition of one of them is not counted again. */
const maxFoldedTexts = 64;
/** After this many folded frames they are reported, even if the lane never empties. */
const reportAtFrames = 256;

interface Waiting {
  readonly frame: ReceivedFrame;
  readonly read: LockFrame;
}

/** Frames of one lock that wait, in the sequence of the radio, and a count of those that were folded. */
export class LockLane {
  readonly #waiting: Waiting[] = [];
  /** How many waiting frames have this text. */
  readonly #texts = new Map<string, number>();
  readonly #foldedTexts = new Set<string>();
  readonly #count = new FoldCount();

  get length(): number {
    return this.#waiting.length;
  }

  add(frame: ReceivedFrame, read: LockFrame): void {
    this.#waiting.push({ frame, read });
    this.#texts.set(read.text, (this.#texts.get(read.text) ?? 0) + 1);
  }

  /**
   * Adds a frame in place of the newest one with the same key, which is counted. The newest state is last then,
   * and of each kind of event at least one is passed on.
   * @returns false if there is none: the frame was not added
   */
  fold(frame: ReceivedFrame, read: LockFrame): boolean {
    const { key, text } = read;
    if (key === null) return false;
    // A lock that got no acknowledgement sends a frame again.
    if (this.#texts.has(text) || this.#foldedTexts.has(text)) return true;
    const at = this.#waiting.findLastIndex((waiting) => waiting.read.key === key);
    const older = this.#waiting[at];
    if (older === undefined) return false;
    this.#waiting.splice(at, 1);
    this.#forget(older);
    this.add(frame, read);
    if (!this.#texts.has(older.read.text)) this.#noteFolded(older.read);
    return true;
  }

  take(): ReceivedFrame | undefined {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) this.#forget(waiting);
    return waiting?.frame;
  }

  /** Returns what was folded if it must be reported now, or null. */
  takeFolded(): FoldedFrames | null {
    const { frames } = this.#count;
    const isDue = frames >= reportAtFrames || (frames > 0 && this.#waiting.length === 0);
    return isDue ? this.#count.take() : null;
  }

  #forget({ read: { text } }: Waiting): void {
    const count = this.#texts.get(text) ?? 0;
    if (count > 1) this.#texts.set(text, count - 1);
    else this.#texts.delete(text);
  }

  #noteFolded(read: LockFrame): void {
    this.#count.add(read);
    this.#foldedTexts.add(read.text);
    const [oldest] = this.#foldedTexts;
    if (this.#foldedTexts.size > maxFoldedTexts && oldest !== undefined) {
      this.#foldedTexts.delete(oldest);
    }
  }
}

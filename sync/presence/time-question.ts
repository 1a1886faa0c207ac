import { randomBytes } from "node:crypto";

/** An answer that comes later proves nothing: the broker may have kept it back. */
const answerWithinMs = 30_000;
/** Questions that are open at one time; one more, and the oldest is forgotten. */
const openLimit = 4;

interface Question {
  readonly nonce: string;
  readonly askedAtMs: number;
}

/**
 * Asks the cloud for its time with a nonce that is good once, for 30 s, on this connection. Only an answer
 * proves that the cloud speaks now: any other message may have been queued, or sent again.
 */
export class TimeQuestion {
  readonly #monotonicMs: () => number;
  #open: readonly Question[] = [];

  /** @param monotonicMs a clock that never goes back */
  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** @returns a new nonce, to be sent at once. */
  ask(): string {
    const nonce = randomBytes(16).toString("hex");
    const question = { nonce, askedAtMs: this.#monotonicMs() };
    this.#open = [...this.#open, question].slice(-openLimit);
    return nonce;
  }

  /** Does this nonce answer a question of the last seconds? Once only. Null = it bears none. */
  isAnswered(nonce: string | null): boolean {
    const question = this.#open.find((one) => one.nonce === nonce);
    if (question === undefined) return false;
    this.#open = this.#open.filter((one) => one !== question);
    return this.#monotonicMs() - question.askedAtMs <= answerWithinMs;
  }

  /** The connection is lost: nothing that was asked on it is answered any more. */
  forget(): void {
    this.#open = [];
  }
}

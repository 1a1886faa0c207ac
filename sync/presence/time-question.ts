import { randomBytes } from "node:crypto";

/** A later answer proves nothing: the broker may have delayed it. */
const answerWithinMs = 30_000;
/** Most open questions; a further one replaces the oldest. */
const openLimit = 4;

interface Question {
  readonly nonce: string;
  readonly askedAtMs: number;
}

/**
 * Asks the cloud for its time with a nonce that is valid once, for 30 s, on this connection. Only an answer
 * proves that the cloud sent it now: any other message may have been queued or repeated.
 */
export class TimeQuestion {
  readonly #monotonicMs: () => number;
  #open: readonly Question[] = [];

  /** @param monotonicMs a clock that never goes back */
  constructor(monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** Returns a new nonce; send it at once. */
  ask(): string {
    const nonce = randomBytes(16).toString("hex");
    const question = { nonce, askedAtMs: this.#monotonicMs() };
    this.#open = [...this.#open, question].slice(-openLimit);
    return nonce;
  }

  /** Returns whether this nonce answers an open question, at most once. Null = the message has no nonce. */
  isAnswered(nonce: string | null): boolean {
    const question = this.#open.find((one) => one.nonce === nonce);
    if (question === undefined) return false;
    this.#open = this.#open.filter((one) => one !== question);
    return this.#monotonicMs() - question.askedAtMs <= answerWithinMs;
  }

  /** Drops all open questions: the connection is lost. */
  forget(): void {
    this.#open = [];
  }
}

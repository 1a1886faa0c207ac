import { type RetrySchedule, retryWaitMs } from "../../daemon/base/retry-schedule.ts";

/** A first try comes soon after the broker has come back, and later ones cost next to nothing. */
const waits: RetrySchedule = { firstMs: 500, longestMs: 10_000 };

/** Records that the broker took although nobody was there to hear them, both numbers inclusive. */
export interface UnheardRange {
  readonly from: number;
  readonly to: number;
}

interface TopicState {
  /** Monotonic ms at which nobody was there first; null = somebody was, when last seen. */
  sinceMs: number | null;
  /** What was passed over after the wait was over. */
  passed: UnheardRange | null;
}

/**
 * Who listens at the broker: MQTT 5 brokers may tell (reason 0x10 of a PUBACK). A broker that has lost its
 * sessions confirms records that nobody hears, until the cloud has subscribed again: they are held back,
 * for a limited time, for a cloud may have no ear for some topic at all.
 */
export class UnheardRecords {
  readonly #holdMs: number;
  readonly #monotonicMs: () => number;
  /** By topic: at most the two that carry the journal. */
  readonly #topics = new Map<string, TopicState>();
  #tries = 0;

  constructor(holdMs: number, monotonicMs: () => number = () => performance.now()) {
    this.#holdMs = holdMs;
    this.#monotonicMs = monotonicMs;
  }

  /** What was passed over and not yet sent again. */
  get range(): UnheardRange | null {
    const ranges = [...this.#topics.values()].flatMap(({ passed }) => passed ?? []);
    if (ranges.length === 0) return null;
    const from = Math.min(...ranges.map((range) => range.from));
    return { from, to: Math.max(...ranges.map((range) => range.to)) };
  }

  /** So long until the next try, in ms; longer with each. */
  nextWaitMs(): number {
    const waitMs = retryWaitMs(waits, this.#tries);
    this.#tries += 1;
    return waitMs;
  }

  /** Nobody heard the record `seq`. @returns whether it is to be held back. */
  noteNoSubscriber(topic: string, seq: number): boolean {
    const state = this.#stateOf(topic);
    const nowMs = this.#monotonicMs();
    state.sinceMs ??= nowMs;
    if (nowMs - state.sinceMs < this.#holdMs) return true;
    const { passed } = state;
    state.passed = {
      from: Math.min(passed?.from ?? seq, seq),
      to: Math.max(passed?.to ?? seq, seq),
    };
    return false;
  }

  /** Somebody heard a record. @returns the first that was passed over there before; null = none. */
  noteSubscriber(topic: string): number | null {
    const state = this.#stateOf(topic);
    const from = state.passed?.from ?? null;
    this.#tries = 0;
    state.sinceMs = null;
    state.passed = null;
    return from;
  }

  #stateOf(topic: string): TopicState {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const state: TopicState = { sinceMs: null, passed: null };
    this.#topics.set(topic, state);
    return state;
  }
}

import { type RetrySchedule, retryWaitMs } from "../../daemon/base/retry-schedule.ts";

/** The first try comes soon, because the broker may have just restarted. */
const waits: RetrySchedule = { firstMs: 500, longestMs: 10_000 };

/** Records that the broker accepted although nobody was subscribed, both numbers inclusive. */
export interface UnheardRange {
  readonly from: number;
  readonly to: number;
}

interface TopicState {
  /** Monotonic ms since which nobody is subscribed; null = somebody was at the last record. */
  sinceMs: number | null;
  /** The records that were passed after the wait had ended. */
  passed: UnheardRange | null;
}

/**
 * Tracks whether somebody is subscribed at the broker: MQTT 5 brokers may say so (reason 0x10 of a PUBACK).
 * A broker that lost its sessions acknowledges records that nobody receives until the cloud subscribes again.
 * They wait for a limited time only, because a cloud may never subscribe to some topic.
 */
export class UnheardRecords {
  readonly #waitMs: number;
  readonly #monotonicMs: () => number;
  /** By topic: at most the two that carry the journal. */
  readonly #topics = new Map<string, TopicState>();
  #tries = 0;

  constructor(waitMs: number, monotonicMs: () => number = () => performance.now()) {
    this.#waitMs = waitMs;
    this.#monotonicMs = monotonicMs;
  }

  /** Records that were passed and not sent again yet; null = none. */
  get range(): UnheardRange | null {
    const ranges = [...this.#topics.values()].flatMap(({ passed }) => passed ?? []);
    if (ranges.length === 0) return null;
    const from = Math.min(...ranges.map((range) => range.from));
    return { from, to: Math.max(...ranges.map((range) => range.to)) };
  }

  /** Returns the wait until the next try, in ms; it grows with each call. */
  nextWaitMs(): number {
    const waitMs = retryWaitMs(waits, this.#tries);
    this.#tries += 1;
    return waitMs;
  }

  /** Nobody is subscribed for the record `seq`. Returns whether the record must wait. */
  noteNoSubscriber(topic: string, seq: number): boolean {
    const state = this.#stateOf(topic);
    const nowMs = this.#monotonicMs();
    state.sinceMs ??= nowMs;
    if (nowMs - state.sinceMs < this.#waitMs) return true;
    const { passed } = state;
    state.passed = {
      from: Math.min(passed?.from ?? seq, seq),
      to: Math.max(passed?.to ?? seq, seq),
    };
    return false;
  }

  /** Somebody is subscribed. Returns the first record on the topic that was passed before; null = none. */
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

import type { LockId } from "../../core/model/door-lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { ReadBack } from "../../core/model/radio-log.ts";

/** What the radio did with one lock since the start of the process. */
export interface LockFigures {
  readonly frames: number;
  /** Operations that ended without an answer. */
  readonly unanswered: number;
  /** Reads of slots and schedules, by what they showed. */
  readonly reads: Readonly<Record<ReadBack, number>>;
}

const none: LockFigures = {
  frames: 0,
  unanswered: 0,
  reads: { equal: 0, different: 0, masked: 0, empty: 0, silent: 0 },
};

/** Limit of the newest times to confirmation that are kept. */
const maxTimes = 1_024;
/** Passwords whose last confirmed revision is remembered; at the limit all are forgotten. */
const maxRevisions = 10_000;

/** Counts for metrics: in memory, since the start of the process. */
export class RadioFigures {
  readonly #sinceMs: number;
  readonly #locks = new Map<LockId, LockFigures>();
  readonly #revisions = new Map<string, number>();
  #times: number[] = [];
  #confirmed = 0;

  /** @param sinceMs when the process began: changes before that are not timed */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  of(lock: LockId): LockFigures {
    return this.#locks.get(lock) ?? none;
  }

  /** Returns the seconds from a change to the lock's confirmation of it; null = there is none yet. */
  confirmSeconds(quantile: number): number | null {
    const sorted = [...this.#times].sort((a, b) => a - b);
    const at = Math.ceil(quantile * sorted.length) - 1;
    const ms = sorted[Math.max(0, at)];
    return ms === undefined ? null : ms / 1000;
  }

  /** Passwords confirmed. */
  get confirmed(): number {
    return this.#confirmed;
  }

  sent(lock: LockId): void {
    const figures = this.of(lock);
    this.#locks.set(lock, { ...figures, frames: figures.frames + 1 });
  }

  missed(lock: LockId): void {
    const figures = this.of(lock);
    this.#locks.set(lock, { ...figures, unanswered: figures.unanswered + 1 });
  }

  shown(lock: LockId, read: ReadBack): void {
    const figures = this.of(lock);
    const reads = { ...figures.reads, [read]: figures.reads[read] + 1 };
    this.#locks.set(lock, { ...figures, reads });
  }

  /** The lock confirmed a password; each change and each end of a window is timed once. */
  confirm(password: PasswordRecord, nowMs: number): void {
    const { lock, id, revision, changedAtMs, window } = password;
    const isOver = window.endMs !== null && window.endMs <= nowMs;
    const dueMs = Math.max(changedAtMs, isOver ? (window.endMs ?? 0) : (window.beginMs ?? 0));
    const key = `${lock}/${id}`;
    const counted = revision * 2 + (isOver ? 1 : 0);
    if (dueMs < this.#sinceMs || dueMs > nowMs || this.#revisions.get(key) === counted) return;
    if (this.#revisions.size >= maxRevisions) this.#revisions.clear();
    this.#revisions.set(key, counted);
    this.#confirmed += 1;
    this.#times.push(nowMs - dueMs);
    if (this.#times.length > maxTimes) this.#times = this.#times.slice(-maxTimes);
  }

  /** Drops the counters of a lock that was unpaired. */
  forget(lock: LockId): void {
    this.#locks.delete(lock);
  }
}

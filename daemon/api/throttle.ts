import { createHash } from "node:crypto";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { type RetrySchedule, retryWaitMs } from "../base/retry-schedule.ts";

/** Wrong secrets without a wait. */
const freeFailures = 4;
/** Limits the counted tries at one client to 288 a day. */
const delays: RetrySchedule = { firstMs: 1_000, longestMs: 300_000 };
/** The gateway forgets a subject after this time without failures. */
const memoryMs = 24 * 60 * 60_000;
/** Limit of subjects; one more forgets the one that failed longest ago, first among those without a wait. */
export const maxSubjects = 128;
/** Limit of wrong secrets a minute from all callers together: it limits what an attack writes to the disk. */
const maxFailuresPerMinute = 20;

const savedForm = Type.Array(
  Type.Tuple([
    Type.String({ maxLength: 16 }),
    Type.Integer({ minimum: 1 }),
    Type.Integer({ minimum: 0 }),
  ]),
  { maxItems: maxSubjects },
);

interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

/**
 * Slows down callers with wrong secrets: after four failures each further one doubles the wait of its subject
 * (a client id, an address). A wrong secret during a wait is not counted and writes nothing; the right secret
 * never waits. {@link Throttle.save} keeps the waits across a restart.
 */
export class Throttle {
  /** By subject, the least recent failure first. Subjects are kept as hashes of a fixed length. */
  readonly #failures = new Map<string, Failures>();
  #minuteStartMs = 0;
  #failuresThisMinute = 0;

  constructor(saved: unknown) {
    for (const [subject, count, lastMs] of parseSaved(saved)) {
      this.#failures.set(subject, { count, lastMs });
    }
  }

  /**
   * Returns how long these subjects must still wait, ms; 0 = they may try. The time may be set back: failures of the
   * future count as failures of now.
   */
  waitMs(subjects: readonly string[], nowMs: number): number {
    const waits = subjects.map((subject) => {
      const failures = this.#failures.get(digest(subject));
      if (failures === undefined) return 0;
      return Math.min(failures.lastMs, nowMs) + delayMs(failures.count) - nowMs;
    });
    if (this.#failuresThisMinute >= maxFailuresPerMinute) {
      waits.push(Math.min(this.#minuteStartMs, nowMs) + 60_000 - nowMs);
    }
    return Math.max(0, ...waits);
  }

  fail(subjects: readonly string[], nowMs: number): void {
    if (nowMs >= this.#minuteStartMs + 60_000 || nowMs < this.#minuteStartMs) {
      this.#minuteStartMs = nowMs;
      this.#failuresThisMinute = 0;
    }
    this.#failuresThisMinute += 1;
    for (const subject of subjects.map(digest)) {
      const before = this.#failures.get(subject);
      const count = before === undefined || nowMs - before.lastMs > memoryMs ? 1 : before.count + 1;
      this.#failures.delete(subject);
      this.#failures.set(subject, { count, lastMs: nowMs });
    }
    this.#evict();
  }

  /** Forgets subjects without a wait first, so that a flood of new names does not end a real wait. */
  #evict(): void {
    for (const isLastResort of [false, true]) {
      for (const [subject, { count }] of this.#failures) {
        if (this.#failures.size <= maxSubjects) {
          return;
        }
        if (isLastResort || count <= freeFailures) {
          this.#failures.delete(subject);
        }
      }
    }
  }

  /** Returns whether there was anything to forget. */
  forget(subject: string): boolean {
    return this.#failures.delete(digest(subject));
  }

  /** Returns the text for the constructor of the next run. */
  save(): string {
    return JSON.stringify(
      Array.from(this.#failures, ([subject, { count, lastMs }]) => [subject, count, lastMs]),
    );
  }
}

function delayMs(count: number): number {
  return count <= freeFailures ? 0 : retryWaitMs(delays, count - freeFailures - 1);
}

/** Hashes a subject, because a client id may be a secret in the wrong field. */
function digest(subject: string): string {
  return createHash("sha256").update(subject).digest("base64url").slice(0, 16);
}

function parseSaved(saved: unknown): Static<typeof savedForm> {
  if (typeof saved !== "string") {
    return [];
  }
  try {
    const parsed: unknown = JSON.parse(saved);
    return Check(savedForm, parsed) ? parsed : [];
  } catch {
    return [];
  }
}

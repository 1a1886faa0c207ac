import { createHash } from "node:crypto";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { type RetrySchedule, retryWaitMs } from "../base/retry-schedule.ts";

/** Wrong secrets that cost nothing but themselves. */
const freeFailures = 4;
/** At most 288 counted tries a day at one client. */
const delays: RetrySchedule = { firstMs: 1_000, longestMs: 300_000 };
/** A subject without failures for so long is forgotten. */
const memoryMs = 24 * 60 * 60_000;
/** Subjects remembered; beyond it the one that failed longest ago is forgotten, first of those who need not wait. */
export const maxSubjects = 128;
/** Wrong secrets a minute from everyone together: this bounds what an attack may write to the disk. */
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
 * Slows down whoever gives wrong secrets: after four failures each further one doubles the wait,
 * per subject (a client id, an address). A wrong secret during a wait is not counted and writes nothing.
 * The right secret is never asked to wait: that is looked at before this is. {@link Throttle.save} carries it across a restart.
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

  /** How long these subjects still have to wait; 0 = they may try. */
  waitMs(subjects: readonly string[], nowMs: number): number {
    const waits = subjects.map((subject) => {
      const failures = this.#failures.get(digest(subject));
      return failures === undefined ? 0 : failures.lastMs + delayMs(failures.count) - nowMs;
    });
    if (this.#failuresThisMinute >= maxFailuresPerMinute && nowMs < this.#minuteStartMs + 60_000) {
      waits.push(this.#minuteStartMs + 60_000 - nowMs);
    }
    return Math.max(0, ...waits);
  }

  fail(subjects: readonly string[], nowMs: number): void {
    if (nowMs >= this.#minuteStartMs + 60_000) {
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

  /** Who does not wait yet goes first: else a flood of fresh names would wash a real wait away. */
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

  /** @returns whether there was anything to forget. */
  forget(subject: string): boolean {
    return this.#failures.delete(digest(subject));
  }

  /** Text for the constructor of the next run. */
  save(): string {
    return JSON.stringify(
      Array.from(this.#failures, ([subject, { count, lastMs }]) => [subject, count, lastMs]),
    );
  }
}

function delayMs(count: number): number {
  return count <= freeFailures ? 0 : retryWaitMs(delays, count - freeFailures - 1);
}

/** What somebody typed as a client id may be a secret in the wrong field: it is not kept as it is. */
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

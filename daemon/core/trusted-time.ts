import type { ClockState, TimeReading } from "./clock.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A source's word keeps the time `synced` for so long. */
const syncedForMs = 24 * hourMs;

/** A step forward up to this is taken from one source; a longer one needs a second. */
export const longestStepMs = 10 * minuteMs;

/** Two sources agree when they are no further apart. */
export const agreementMs = minuteMs;

/** A word that waits for a second source is forgotten after this; it has to be said again. */
const doubtForMs = hourMs;

/** The high-water mark is written at most this often while the state stays. */
const persistEveryMs = 10 * minuteMs;

/** Who can tell the time. Only these two prove anything. */
export type TimeSource = "ntp" | "cloud";

/** One source's word: it was `unixMs` when the monotonic clock stood at `monotonicMs`. */
export interface TimeObservation {
  readonly source: TimeSource;
  readonly unixMs: number;
  readonly monotonicMs: number;
}

/** A trusted time and when it was: the time now is that plus the monotonic time since. */
interface Anchor {
  readonly unixMs: number;
  readonly monotonicMs: number;
}

/** Trusted time: a value, changed only by {@link observe} and {@link markPersisted}. */
export interface TrustedTime {
  readonly anchor: Anchor;
  /** Monotonic time of the last word that was taken; null = none since the start. */
  readonly syncedAtMs: number | null;
  /** Each source's newest word that was not believed. */
  readonly doubts: readonly TimeObservation[];
  readonly persisted: { readonly monotonicMs: number; readonly state: ClockState } | null;
}

/** The time with what the technician wants to see of it. */
export interface TrustedReading extends TimeReading {
  /** A source says that it is so much later (negative: earlier), ms, and is not believed; null = none. */
  readonly clockDoubt: { readonly source: TimeSource; readonly aheadMs: number } | null;
}

/** What is known at the start: never later than the truth, whatever the machine's clock says. */
export interface StartingTime {
  /** When this program was built, ms UTC. */
  readonly buildMs: number;
  /** The last trusted time that was persisted; null = none yet. */
  readonly highWaterMs: number | null;
  readonly monotonicMs: number;
}

/** The state after a start: `lost`, at the later of build time and high-water mark. */
export function initialTime(start: StartingTime): TrustedTime {
  const unixMs = Math.max(start.buildMs, start.highWaterMs ?? start.buildMs);
  return {
    anchor: { unixMs, monotonicMs: start.monotonicMs },
    syncedAtMs: null,
    doubts: [],
    persisted: null,
  };
}

/**
 * Takes in a source's word.
 * - While `lost` one source is enough: there is no running time to jump from, and a gateway whose
 *   cloud is away would otherwise never come back from a power cut. The high-water mark is only a
 *   lower bound, it confirms nothing.
 * - Afterwards a step of more than 10 min forward is taken only when the other source has said the
 *   same within 60 s. Until then the old time goes on and the doubt is visible.
 * - A word that is behind never moves the time back. Up to 10 min behind it still confirms that the
 *   time is about right (drift while `holding`); further behind it is a doubt and proves nothing.
 */
export function observe(time: TrustedTime, word: TimeObservation): TrustedTime {
  if (!Number.isFinite(word.unixMs)) return time;
  const nowMs = timeAt(time, word.monotonicMs);
  const aheadMs = word.unixMs - nowMs;
  if (aheadMs < -longestStepMs) return doubted(time, word);
  if (time.syncedAtMs === null || aheadMs <= longestStepMs) {
    return taken(time, word, Math.max(nowMs, word.unixMs));
  }
  const second = time.doubts.find(
    (doubt) =>
      doubt.source !== word.source && isFresh(doubt, word.monotonicMs) && agree(doubt, word),
  );
  if (second === undefined) return doubted(time, word);
  // Of two that agree within a minute the earlier one: going forward again is easy.
  return taken(time, word, Math.min(word.unixMs, saidBy(second, word.monotonicMs)));
}

function doubted(time: TrustedTime, word: TimeObservation): TrustedTime {
  return { ...time, doubts: [...time.doubts.filter((one) => one.source !== word.source), word] };
}

/** The time is now `unixMs`; what the same source said before, and what agrees with it, is settled. */
function taken(time: TrustedTime, word: TimeObservation, unixMs: number): TrustedTime {
  const doubts = time.doubts.filter(
    (doubt) =>
      doubt.source !== word.source &&
      Math.abs(saidBy(doubt, word.monotonicMs) - unixMs) > longestStepMs,
  );
  return {
    ...time,
    anchor: { unixMs, monotonicMs: word.monotonicMs },
    syncedAtMs: word.monotonicMs,
    doubts,
  };
}

function saidBy(word: TimeObservation, monotonicMs: number): number {
  return word.unixMs + (monotonicMs - word.monotonicMs);
}

function agree(one: TimeObservation, other: TimeObservation): boolean {
  return Math.abs(saidBy(one, other.monotonicMs) - other.unixMs) <= agreementMs;
}

function isFresh(word: TimeObservation, monotonicMs: number): boolean {
  return monotonicMs - word.monotonicMs <= doubtForMs;
}

function timeAt(time: TrustedTime, monotonicMs: number): number {
  return time.anchor.unixMs + Math.max(0, monotonicMs - time.anchor.monotonicMs);
}

function stateAt(time: TrustedTime, monotonicMs: number): ClockState {
  if (time.syncedAtMs === null) return "lost";
  return monotonicMs - time.syncedAtMs < syncedForMs ? "synced" : "holding";
}

/** The time at a moment of the monotonic clock. Never earlier than one read before. */
export function readTime(time: TrustedTime, monotonicMs: number): TrustedReading {
  // Whole: monotonic clocks count in fractions, records and windows do not.
  const nowMs = Math.floor(timeAt(time, monotonicMs));
  const doubt = time.doubts.findLast((word) => isFresh(word, monotonicMs));
  return {
    nowMs,
    state: stateAt(time, monotonicMs),
    clockDoubt:
      doubt === undefined
        ? null
        : { source: doubt.source, aheadMs: Math.round(saidBy(doubt, monotonicMs) - nowMs) },
  };
}

/**
 * The high-water mark to persist now, ms; null = not yet. Every 10 min, and at once when the state
 * has changed. While `lost` nothing is written: the mark would only count the time since the start,
 * and a gateway that is restarted again and again would wear its card for nothing.
 */
export function highWaterToPersist(time: TrustedTime, monotonicMs: number): number | null {
  const state = stateAt(time, monotonicMs);
  if (state === "lost") return null;
  const { persisted } = time;
  const isDue =
    persisted === null ||
    persisted.state !== state ||
    monotonicMs - persisted.monotonicMs >= persistEveryMs;
  return isDue ? Math.floor(timeAt(time, monotonicMs)) : null;
}

/** The mark of this moment is persisted. */
export function markPersisted(time: TrustedTime, monotonicMs: number): TrustedTime {
  return { ...time, persisted: { monotonicMs, state: stateAt(time, monotonicMs) } };
}

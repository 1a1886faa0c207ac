import type { TimeReading } from "../model/clock.ts";
import { offsetMs } from "./time-zone.ts";
import { zoneShift } from "./zigbee-time.ts";

/** The time in the form that locks get it (ZCL Time cluster 0x000A). */
export interface ServedTime {
  readonly unixSeconds: number;
  /** False: the time is lost, and no lock must believe it. */
  readonly isTrusted: boolean;
  /** Standard offset from UTC, without daylight saving. */
  readonly zoneSeconds: number;
  readonly dst: DaylightSaving | null;
}

/** A period of daylight saving time: the present one or the next. */
export interface DaylightSaving {
  readonly startUnixSeconds: number;
  readonly endUnixSeconds: number;
  readonly shiftSeconds: number;
}

const dayMs = 86_400_000;
/** No period of daylight saving time is longer than this, and no pause between two. */
const longestStretchDays = 366;

/**
 * Returns the time for locks in one time zone. It keeps the period of daylight saving time that it found until that
 * ends.
 */
export class TimeForLocks {
  readonly #timeZone: string;
  #dst: DaylightSaving | null = null;
  #dstUntilMs = Number.NEGATIVE_INFINITY;
  #dstFoundAtMs = Number.NEGATIVE_INFINITY;

  /** @param timeZone IANA name of the locks' time zone */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** @throws RangeError if the zone is unknown */
  at(reading: TimeReading): ServedTime {
    const { nowMs, state } = reading;
    // After a setback the time may be before the period that was found.
    if (nowMs >= this.#dstUntilMs || nowMs < this.#dstFoundAtMs) {
      this.#dstFoundAtMs = nowMs;
      this.#dst = nextDaylightSaving(this.#timeZone, nowMs);
      this.#dstUntilMs = this.#dst === null ? nowMs + dayMs : this.#dst.endUnixSeconds * 1000;
    }
    return {
      unixSeconds: Math.floor(nowMs / 1000),
      isTrusted: state !== "lost",
      zoneSeconds: zoneShift(this.#timeZone, nowMs).zoneSeconds,
      dst: this.#dst,
    };
  }
}

function nextDaylightSaving(timeZone: string, nowMs: number): DaylightSaving | null {
  const { zoneSeconds } = zoneShift(timeZone, nowMs);
  const shiftAt = (atMs: number) => offsetMs(timeZone, atMs) / 1000 - zoneSeconds;
  let startMs = shiftAt(nowMs) === 0 ? null : edge(nowMs, -1, (atMs) => shiftAt(atMs) !== 0);
  if (startMs === null && shiftAt(nowMs) !== 0) return null;
  startMs ??= edge(nowMs, 1, (atMs) => shiftAt(atMs) === 0);
  if (startMs === null) return null;
  const endMs = edge(startMs, 1, (atMs) => shiftAt(atMs) !== 0);
  if (endMs === null) return null;
  return {
    startUnixSeconds: startMs / 1000,
    endUnixSeconds: endMs / 1000,
    shiftSeconds: shiftAt(startMs),
  };
}

/**
 * Returns where `isTrueAt` changes, forward or back from a moment at which it is true: the first whole
 * second of the later side. Null if it does not change within {@link longestStretchDays}.
 */
function edge(
  fromMs: number,
  direction: 1 | -1,
  isTrueAt: (atMs: number) => boolean,
): number | null {
  for (let days = 1; days <= longestStretchDays; days += 1) {
    const farMs = fromMs + direction * days * dayMs;
    if (isTrueAt(farMs)) continue;
    const nearMs = farMs - direction * dayMs;
    const [lowMs, highMs] = direction === 1 ? [nearMs, farMs] : [farMs, nearMs];
    return secondOfChange(lowMs, highMs, (atMs) => isTrueAt(atMs) === isTrueAt(highMs));
  }
  return null;
}

/**
 * Returns the first whole second in (low, high] at which `isAfter` is true. It is false at `low` and true at
 * `high`.
 */
function secondOfChange(lowMs: number, highMs: number, isAfter: (atMs: number) => boolean): number {
  let low = Math.floor(lowMs / 1000);
  let high = Math.ceil(highMs / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isAfter(middle * 1000)) high = middle;
    else low = middle;
  }
  return high * 1000;
}

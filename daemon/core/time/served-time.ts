import type { TimeReading } from "../model/clock.ts";
import { offsetMs } from "./time-zone.ts";
import { zoneShift } from "./zigbee-time.ts";

/** The time as it may be told to locks (ZCL Time cluster 0x000A). */
export interface ServedTime {
  readonly unixSeconds: number;
  /** false: the time is lost, and no lock is to believe it. */
  readonly isTrusted: boolean;
  /** Standard offset from UTC, without daylight saving. */
  readonly zoneSeconds: number;
  readonly dst: DaylightSaving | null;
}

/** A stretch of daylight saving: the one that lasts, or the next one; null where there is none. */
export interface DaylightSaving {
  readonly startUnixSeconds: number;
  readonly endUnixSeconds: number;
  readonly shiftSeconds: number;
}

const dayMs = 86_400_000;
/** No stretch of daylight saving is longer, and no pause between two. */
const longestStretchDays = 366;

/** Gives the time for locks in one place. What it finds out about daylight saving it keeps until that is over. */
export class TimeForLocks {
  readonly #timeZone: string;
  #dst: DaylightSaving | null = null;
  #dstUntilMs = Number.NEGATIVE_INFINITY;
  #dstFoundAtMs = Number.NEGATIVE_INFINITY;

  /** @param timeZone IANA name of the place where the locks are */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** @throws RangeError when the zone is unknown */
  at(reading: TimeReading): ServedTime {
    const { nowMs, state } = reading;
    // A time that was set back may lie before the stretch that was found.
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
 * Where `holds` changes, going forward or back from a moment at which it is true: the first whole
 * second of the later side. Null when it does not change within {@link longestStretchDays}.
 */
function edge(fromMs: number, direction: 1 | -1, holds: (atMs: number) => boolean): number | null {
  for (let days = 1; days <= longestStretchDays; days += 1) {
    const farMs = fromMs + direction * days * dayMs;
    if (holds(farMs)) continue;
    const nearMs = farMs - direction * dayMs;
    const [lowMs, highMs] = direction === 1 ? [nearMs, farMs] : [farMs, nearMs];
    return secondOfChange(lowMs, highMs, (atMs) => holds(atMs) === holds(highMs));
  }
  return null;
}

/** The first whole second in (low, high] at which `isAfter`, which is false at `low` and true at `high`. */
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

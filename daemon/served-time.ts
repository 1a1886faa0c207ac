import type { TimeReading } from "./core/clock.ts";
import { offsetMs } from "./core/time-zone.ts";
import { zoneShift } from "./core/zigbee-time.ts";

/** What a lock that asks for the time is told (ZCL Time cluster): the zone's standard offset and its daylight saving. */
export interface LockTime {
  readonly unixSeconds: number;
  readonly isTrusted: boolean;
  readonly zoneSeconds: number;
  readonly dst: {
    readonly startUnixSeconds: number;
    readonly endUnixSeconds: number;
    readonly shiftSeconds: number;
  } | null;
}

const dayMs = 86_400_000;

/** Daylight saving of a year does not change while the year lasts: worked out once per zone and year. */
const dstByYear = new Map<string, LockTime["dst"]>();
const maxRemembered = 8;

export function lockTime(reading: TimeReading, timeZone: string): LockTime {
  const year = new Date(reading.nowMs).getUTCFullYear();
  return {
    unixSeconds: Math.floor(reading.nowMs / 1000),
    isTrusted: reading.state !== "lost",
    zoneSeconds: zoneShift(timeZone, reading.nowMs).zoneSeconds,
    dst: dstOf(year, timeZone),
  };
}

function dstOf(year: number, timeZone: string): LockTime["dst"] {
  const key = `${timeZone} ${year}`;
  const known = dstByYear.get(key);
  if (known !== undefined) return known;
  if (dstByYear.size >= maxRemembered) dstByYear.clear();
  const found = findDst(year, timeZone);
  dstByYear.set(key, found);
  return found;
}

/** The first stretch of daylight saving that begins in the year. */
function findDst(year: number, timeZone: string): LockTime["dst"] {
  const firstMs = Date.UTC(year, 0, 1);
  const { zoneSeconds } = zoneShift(timeZone, firstMs);
  const shiftAt = (atMs: number) => offsetMs(timeZone, atMs) / 1000 - zoneSeconds;
  let startMs: number | null = null;
  for (let atMs = firstMs; atMs < firstMs + 2 * 366 * dayMs; atMs += dayMs) {
    const before = shiftAt(atMs);
    const after = shiftAt(atMs + dayMs);
    if (startMs === null && before === 0 && after !== 0 && atMs < firstMs + 366 * dayMs) {
      startMs = edgeBetween(atMs, atMs + dayMs, (ms) => shiftAt(ms) !== 0);
    } else if (startMs !== null && before !== 0 && after === 0) {
      const endMs = edgeBetween(atMs, atMs + dayMs, (ms) => shiftAt(ms) === 0);
      return {
        startUnixSeconds: startMs / 1000,
        endUnixSeconds: endMs / 1000,
        shiftSeconds: before,
      };
    }
  }
  return null;
}

/** The first whole second in (low, high] at which `holds`, which is false before and true from then on. */
function edgeBetween(lowMs: number, highMs: number, holds: (atMs: number) => boolean): number {
  let low = lowMs / 1000;
  let high = highMs / 1000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle * 1000)) high = middle;
    else low = middle;
  }
  return high * 1000;
}

import { localEdge, offsetMs } from "./time-zone.ts";

/** 2000-01-01T00:00:00Z, from which the ZCL types UTCTime and LocalTime count. */
export const zigbeeEpochMs = 946_684_800_000;

/** The LocalTime of a lock whose clock is not set. */
const notSet = 0xffffffff;

/** 2020-01-01 in seconds since 2000. A lock that reports less counts from its last reset. */
const year2020Seconds = 631_152_000;

const dayMs = 86_400_000;

/** The two offsets of a zone at a moment, as the Time cluster 0x000A has them. */
export interface ZoneShift {
  /** timeZone (0x0002): the offset outside daylight saving time, seconds. */
  readonly zoneSeconds: number;
  /** dstShift (0x0005) at the moment: 0 outside daylight saving time. */
  readonly dstSeconds: number;
}

/**
 * Returns the lock's wall clock at an instant: whole seconds since 2000-01-01 00:00 local, rounded down.
 * In the hour that occurs twice in autumn, two instants have the same result.
 * @throws RangeError if the zone is unknown
 */
export function toZigbeeLocal(utcMs: number, timeZone: string): number {
  return Math.floor((utcMs + offsetMs(timeZone, utcMs) - zigbeeEpochMs) / 1000);
}

/**
 * Returns the instant that a lock's wall clock means, ms UTC; null if the lock has no clock (0xFFFFFFFF) or shows
 * a year before 2020. If a time occurs twice (autumn), the result is the first instant; if it does not exist
 * (spring), the first instant after the gap. So events keep their sequence except inside the repeated hour.
 * @throws RangeError if the zone is unknown
 */
export function fromZigbeeLocal(localSeconds: number, timeZone: string): number | null {
  if (localSeconds === notSet || !(localSeconds >= year2020Seconds)) return null;
  return localEdge(timeZone, zigbeeEpochMs + localSeconds * 1000).firstMs;
}

/** Returns `time` (0x0000) of the Time cluster: whole seconds since 2000-01-01 UTC. */
export function toZigbeeUtc(utcMs: number): number {
  return Math.floor((utcMs - zigbeeEpochMs) / 1000);
}

/** Returns the instant of a Time cluster `time`, ms UTC; null if it is not set or before 2020. */
export function fromZigbeeUtc(utcSeconds: number): number | null {
  if (utcSeconds === notSet || !(utcSeconds >= year2020Seconds)) return null;
  return zigbeeEpochMs + utcSeconds * 1000;
}

/**
 * Returns the standard offset and the daylight saving shift at `atMs`. The standard offset is the smallest of the
 * year around it. Some zones define winter time as the exception (Dublin, Casablanca in Ramadan): there the sum,
 * which a lock's clock shows, is still right.
 * @throws RangeError if the zone is unknown
 */
export function zoneShift(timeZone: string, atMs: number): ZoneShift {
  const totalMs = offsetMs(timeZone, atMs);
  let standardMs = totalMs;
  // Ramadan time lasts four weeks: steps of a week find the shortest exception.
  for (let days = -182; days <= 182; days += 7) {
    standardMs = Math.min(standardMs, offsetMs(timeZone, atMs + days * dayMs));
  }
  return { zoneSeconds: standardMs / 1000, dstSeconds: (totalMs - standardMs) / 1000 };
}

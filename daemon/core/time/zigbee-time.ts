import { localEdge, offsetMs } from "./time-zone.ts";

/** 2000-01-01T00:00:00Z: where the ZCL types UTCTime and LocalTime count from. */
export const zigbeeEpochMs = 946_684_800_000;

/** LocalTime of a lock whose clock is not set. */
const notSet = 0xffffffff;

/** 2020-01-01 in seconds since 2000: a lock that says less counts from its last reset. */
const year2020Seconds = 631_152_000;

const dayMs = 86_400_000;

/** Offsets of a place at a moment, as the Time cluster 0x000A wants them: apart. */
export interface ZoneShift {
  /** timeZone (0x0002): the offset outside daylight saving time, seconds. */
  readonly zoneSeconds: number;
  /** dstShift (0x0005) in force at the moment: 0 outside daylight saving time. */
  readonly dstSeconds: number;
}

/**
 * The lock's wall clock at an instant: whole seconds since 2000-01-01 00:00 local, rounded down.
 * Always one answer; in the autumn repeat two instants have the same.
 * @throws RangeError when the zone is unknown
 */
export function toZigbeeLocal(utcMs: number, timeZone: string): number {
  return Math.floor((utcMs + offsetMs(timeZone, utcMs) - zigbeeEpochMs) / 1000);
}

/**
 * The instant that a lock's wall clock means, ms UTC; null when the lock has no clock (0xFFFFFFFF),
 * or shows a year before 2020. Of a time that comes twice (autumn) the first is meant; a time that
 * does not exist (spring) is the first instant after the gap. So it always has one answer, and the
 * order of events stays as it was except inside the repeated hour.
 * @throws RangeError when the zone is unknown
 */
export function fromZigbeeLocal(localSeconds: number, timeZone: string): number | null {
  if (localSeconds === notSet || !(localSeconds >= year2020Seconds)) return null;
  return localEdge(timeZone, zigbeeEpochMs + localSeconds * 1000).firstMs;
}

/** `time` (0x0000) of the Time cluster: whole seconds since 2000-01-01 UTC. */
export function toZigbeeUtc(utcMs: number): number {
  return Math.floor((utcMs - zigbeeEpochMs) / 1000);
}

/** The instant of a Time cluster `time`, ms UTC; null when not set or before 2020. */
export function fromZigbeeUtc(utcSeconds: number): number | null {
  if (utcSeconds === notSet || !(utcSeconds >= year2020Seconds)) return null;
  return zigbeeEpochMs + utcSeconds * 1000;
}

/**
 * Standard offset and daylight saving shift at `atMs`. The standard offset is the smallest of the
 * year around it. Where winter time is what a place calls the exception (Dublin, Casablanca in
 * Ramadan) the sum is right all the same, and the sum is what a lock's clock shows.
 * @throws RangeError when the zone is unknown
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

import { zoneOfRuntime } from "./zone-of-runtime.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

const hourMs = 3_600_000;

/** No zone's clock differs from UTC by more than this. */
const furthestOffsetMs = 16 * hourMs;

/** Limits of the cached zones, and of the cached wall-clock times per zone. Beyond them the oldest are dropped. */
const zoneLimit = 64;
const edgeLimit = 2048;

/**
 * The position of a wall-clock time in UTC. The two instants differ only if the time occurs twice (autumn).
 * If it does not exist (spring), both are the first instant after the gap.
 */
export interface LocalEdge {
  /** The first instant at which the wall clock shows this time or a later one. */
  readonly firstMs: number;
  /** The last instant at which the wall clock begins to show this time. */
  readonly lastMs: number;
}

interface KnownZone {
  readonly offsets: ZoneOffsets;
  readonly edges: Map<number, LocalEdge>;
  /** The stretch of the last question, if its offset does not change. */
  stretch: { readonly fromMs: number; readonly offsetMs: number } | null;
}

/** Most questions are about now. No zone changes its offset twice within a stretch. */
const stretchMs = 900_000;

/** A cache of pure results: the same call gives the same answer with or without it. */
const knownZones = new Map<string, KnownZone>();

/** The source that is searched for zones first. */
let zoneSource: (name: string) => ZoneOffsets | null = () => null;

/**
 * Makes `source` the first source of zones; Intl has the others. Both must agree about a zone. Call it once,
 * before the first question.
 */
export function useZoneSource(source: (name: string) => ZoneOffsets | null): void {
  zoneSource = source;
}

function knownZone(name: string): KnownZone {
  const known = knownZones.get(name) ?? loadedZone(name);
  if (known === null) throw new RangeError(`unknown time zone ${JSON.stringify(name)}`);
  return known;
}

function loadedZone(name: string): KnownZone | null {
  const offsets = zoneSource(name) ?? zoneOfRuntime(name);
  if (offsets === null) return null;
  dropOldest(knownZones, zoneLimit);
  const added = { offsets, edges: new Map<number, LocalEdge>(), stretch: null };
  knownZones.set(name, added);
  return added;
}

function dropOldest<K>(map: Map<K, unknown>, limit: number): void {
  if (map.size < limit) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

/** Returns whether `name` is a time zone of the IANA database that this runtime knows. */
export function isTimeZone(name: string): boolean {
  return knownZones.has(name) || loadedZone(name) !== null;
}

/**
 * Returns what to add to UTC to get the wall clock at `atMs`, in ms.
 * @throws RangeError if the zone is unknown
 */
export function offsetMs(timeZone: string, atMs: number): number {
  const known = knownZone(timeZone);
  const { offsets, stretch } = known;
  if (stretch !== null && atMs >= stretch.fromMs && atMs <= stretch.fromMs + stretchMs) {
    return stretch.offsetMs;
  }
  const offset = offsets(atMs);
  const isSame = offsets(atMs + stretchMs) === offset;
  known.stretch = isSame ? { fromMs: atMs, offsetMs: offset } : null;
  return offset;
}

/**
 * Returns where a wall-clock time is in UTC. `localMs` is the wall clock's reading as if it were UTC:
 * 2026-03-29 02:30 in the zone is `Date.UTC(2026, 2, 29, 2, 30)`.
 * @throws RangeError if the zone is unknown
 */
export function localEdge(timeZone: string, localMs: number): LocalEdge {
  const { edges } = knownZone(timeZone);
  const known = edges.get(localMs);
  if (known !== undefined) return known;
  dropOldest(edges, edgeLimit);
  const edge = findEdge(timeZone, localMs);
  edges.set(localMs, edge);
  return edge;
}

function findEdge(timeZone: string, localMs: number): LocalEdge {
  const beforeMs = offsetMs(timeZone, localMs - furthestOffsetMs);
  const afterMs = offsetMs(timeZone, localMs + furthestOffsetMs);
  if (beforeMs === afterMs) return { firstMs: localMs - afterMs, lastMs: localMs - afterMs };
  const turnMs = offsetChangeMs(timeZone, localMs - furthestOffsetMs, localMs + furthestOffsetMs);
  const byOldMs = localMs - beforeMs;
  const byNewMs = localMs - afterMs;
  return {
    firstMs: byOldMs < turnMs ? byOldMs : Math.max(turnMs, byNewMs),
    lastMs: byNewMs >= turnMs ? byNewMs : Math.min(turnMs, byOldMs),
  };
}

/**
 * Returns the first instant with the offset of `laterMs`. The offset must change exactly once in between.
 * @throws RangeError if the zone is unknown
 */
export function offsetChangeMs(timeZone: string, earlierMs: number, laterMs: number): number {
  const newOffsetMs = offsetMs(timeZone, laterMs);
  let oldMs = earlierMs;
  let newMs = laterMs;
  while (newMs - oldMs > 1) {
    const middleMs = Math.floor((oldMs + newMs) / 2);
    if (offsetMs(timeZone, middleMs) === newOffsetMs) newMs = middleMs;
    else oldMs = middleMs;
  }
  return newMs;
}

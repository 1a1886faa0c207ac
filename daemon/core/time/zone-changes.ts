import { offsetChangeMs, offsetMs } from "./time-zone.ts";

/** A change of a zone's clock: from `atMs` on its offset from UTC is `offsetMs`. */
export interface ZoneChange {
  readonly atMs: number;
  readonly offsetMs: number;
}

const dayMs = 86_400_000;

/**
 * Returns the changes of the zone's offset in (fromMs, toMs), the earliest first. No zone changes twice within a day.
 * @throws RangeError if the zone is unknown
 */
export function zoneChanges(timeZone: string, fromMs: number, toMs: number): readonly ZoneChange[] {
  const changes: ZoneChange[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += dayMs) {
    const nextMs = Math.min(atMs + dayMs, toMs);
    const offset = offsetMs(timeZone, nextMs);
    if (offset === offsetMs(timeZone, atMs)) continue;
    const changeMs = offsetChangeMs(timeZone, atMs, nextMs);
    if (changeMs < toMs) changes.push({ atMs: changeMs, offsetMs: offset });
  }
  return changes;
}

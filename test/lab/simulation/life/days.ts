/** Wall clocks of time zones, from Node's own tables and independent of the daemon's code. */

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
const dayMs = 86_400_000;
/** No zone's clock is further from UTC than this. */
const furthestMs = 16 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();
/** Offsets change only at quarters of an hour and are constant within one. Only the newest are kept. */
const offsets = new Map<string, Map<number, number>>();
const keptOffsets = 4_000;

/** Returns what the wall clock shows, as ms since 1970 without a time zone. */
export function wallMs(timeZone: string, atMs: number): number {
  const fromMs = Math.floor(atMs / quarterMs) * quarterMs;
  let known = offsets.get(timeZone);
  if (known === undefined || known.size > keptOffsets) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  let offsetMs = known.get(fromMs);
  if (offsetMs === undefined) {
    offsetMs = shownMs(timeZone, fromMs) - fromMs;
    known.set(fromMs, offsetMs);
  }
  return atMs + offsetMs;
}

function shownMs(timeZone: string, atMs: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const date = { year: "numeric", month: "numeric", day: "numeric" } as const;
    const time = { hour: "numeric", minute: "numeric", second: "numeric" } as const;
    format = new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...date, ...time });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const day = Date.UTC(part("year"), part("month") - 1, part("day"));
  return day + (part("hour") * 60 + part("minute")) * minuteMs + part("second") * 1000;
}

/** Returns whether the zone's offset changes between these two times. */
export function turnsBetween(timeZone: string, fromMs: number, toMs: number): boolean {
  return wallMs(timeZone, fromMs) - fromMs !== wallMs(timeZone, toMs) - toMs;
}

/** Returns whether the zone's offset changes within half a day of `atMs`. */
export function turnsNear(timeZone: string, atMs: number): boolean {
  return turnsBetween(timeZone, atMs - dayMs / 2, atMs + dayMs / 2);
}

const edges = new Map<string, { readonly firstMs: number; readonly lastMs: number }>();

/**
 * The first instant at which the wall clock shows `showsMs` or later, and the last at which it comes to
 * show it. By looking at every minute where the clock turns.
 */
export function edgeOf(timeZone: string, showsMs: number) {
  const key = `${timeZone} ${showsMs}`;
  const known = edges.get(key);
  if (known !== undefined) return known;
  const guessMs = showsMs - (wallMs(timeZone, showsMs) - showsMs);
  let edge = { firstMs: guessMs, lastMs: guessMs };
  if (turnsNear(timeZone, guessMs)) {
    let firstMs = guessMs - furthestMs;
    while (wallMs(timeZone, firstMs) < showsMs) firstMs += minuteMs;
    let lastMs = guessMs + furthestMs;
    while (wallMs(timeZone, lastMs) !== showsMs && wallMs(timeZone, lastMs - minuteMs) >= showsMs) {
      lastMs -= minuteMs;
    }
    edge = { firstMs, lastMs };
  }
  if (edges.size > keptOffsets) edges.clear();
  edges.set(key, edge);
  return edge;
}

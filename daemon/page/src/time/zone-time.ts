/*
 * Local times of the gateway's zone, as date and time fields have them ("2026-12-06T18:00"), and Unix seconds.
 * The browser's own zone plays no part. Built on Intl, which has the rules of every zone.
 */

/** What a zone makes of a local time: it occurs once, twice (clocks put back), or never (put forward). */
export type LocalReading = "once" | "twice" | "skipped";

export interface LocalTime {
  /** Unix seconds. */
  readonly atS: number;
  readonly reading: LocalReading;
}

const dayS = 86_400;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Returns how far a zone's clocks are ahead of UTC at a time, seconds.
 * @throws RangeError for a zone that the browser does not know
 */
export function offsetS(atS: number, zone: string): number {
  const fields = new Map(
    formatOf(zone)
      .formatToParts(Math.floor(atS) * 1000)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const field = (name: Intl.DateTimeFormatPartTypes): number => fields.get(name) ?? 0;
  const localMs = Date.UTC(
    field("year"),
    field("month") - 1,
    field("day"),
    field("hour"),
    field("minute"),
    field("second"),
  );
  return localMs / 1000 - Math.floor(atS);
}

/** Returns a time as the text of a `datetime-local` field in the zone. */
export function localText(atS: number, zone: string): string {
  return textOf(atS + offsetS(atS, zone));
}

/**
 * Returns the time that a field's text means in the zone; null = the text is no date and time.
 * Of a time that occurs twice, `edge` "start" takes the last and "end" the first; a time that is skipped is
 * the moment at which the clocks are put forward. So the gateway reads the hours of a week, too.
 */
export function timeOfLocal(text: string, zone: string, edge: "start" | "end"): LocalTime | null {
  const localS = secondsOf(text);
  if (localS === null) return null;
  const before = offsetS(localS - dayS, zone);
  const after = offsetS(localS + dayS, zone);
  const fitting = [...new Set([before, after])]
    .map((offset) => localS - offset)
    .filter((atS) => atS + offsetS(atS, zone) === localS)
    .sort((left, right) => left - right);
  const first = fitting[0];
  const last = fitting.at(-1);
  if (first === undefined || last === undefined) {
    return { atS: changeBetween(localS - dayS, localS + dayS, zone), reading: "skipped" };
  }
  if (first === last) return { atS: first, reading: "once" };
  return { atS: edge === "start" ? last : first, reading: "twice" };
}

/** Returns when the day of a time begins in the zone, `days` days on. */
export function dayStart(atS: number, zone: string, days = 0): number {
  const localS = atS + offsetS(atS, zone) + days * dayS;
  const midnight = textOf(Math.floor(localS / dayS) * dayS);
  return timeOfLocal(midnight, zone, "end")?.atS ?? atS;
}

/** Returns the day of the week in the zone: 0 is Sunday. */
export function weekday(atS: number, zone: string): number {
  return new Date((atS + offsetS(atS, zone)) * 1000).getUTCDay();
}

/** Returns the first second of the new offset; the offsets of the two times differ. */
function changeBetween(fromS: number, toS: number, zone: string): number {
  let low = fromS;
  let high = toS;
  const old = offsetS(low, zone);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetS(middle, zone) === old) low = middle;
    else high = middle;
  }
  return high;
}

/** Returns the text of seconds that count local time as if it were UTC. */
function textOf(localS: number): string {
  return new Date(localS * 1000).toISOString().slice(0, 16);
}

function secondsOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? null : ms / 1000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}

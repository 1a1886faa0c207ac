import { dayText, locale, timeText } from "../../../texts/text.ts";
import { dayStart, localText, timeOfLocal, weekday } from "../../../time/zone-time.ts";

export const spanKinds = ["day", "week", "month"] as const;
export type SpanKind = (typeof spanKinds)[number];

export interface Tick {
  readonly atS: number;
  readonly label: string;
}

/** A stretch of the calendar of the gateway's zone. */
export interface Span {
  readonly fromS: number;
  /** The first second after it. */
  readonly toS: number;
  readonly title: string;
  readonly ticks: readonly Tick[];
}

const tickHours = 3;

/** Returns the day, week (from Monday) or month that contains a time. */
export function spanOf(kind: SpanKind, atS: number, zone: string): Span {
  switch (kind) {
    case "day":
      return daySpan(atS, zone);
    case "week": {
      const fromS = dayStart(atS, zone, -((weekday(atS, zone) + 6) % 7));
      return daysSpan(fromS, dayStart(fromS, zone, 7), { zone, label: weekLabel });
    }
    case "month": {
      const first = monthStart(localText(atS, zone), zone);
      const next = monthStart(localText(dayStart(first, zone, 32), zone), zone);
      const span = daysSpan(first, next, { zone, label: monthLabel });
      return { ...span, title: monthText(first, zone) };
    }
  }
}

/** Returns a time in the span before (-1) or after (1). */
export function shifted({ fromS, toS }: Span, by: -1 | 1, zone: string): number {
  return by === 1 ? toS : dayStart(fromS, zone, -1);
}

function daySpan(atS: number, zone: string): Span {
  const fromS = dayStart(atS, zone);
  const date = localText(fromS, zone).slice(0, 11);
  const ticks: Tick[] = [];
  for (let hour = tickHours; hour < 24; hour += tickHours) {
    const at = timeOfLocal(`${date}${String(hour).padStart(2, "0")}:00`, zone, "start");
    if (at !== null) ticks.push({ atS: at.atS, label: timeText(at.atS) });
  }
  return { fromS, toS: dayStart(fromS, zone, 1), title: dayText(fromS), ticks };
}

interface DayLabels {
  readonly zone: string;
  label(atS: number, zone: string): string;
}

function daysSpan(fromS: number, toS: number, { zone, label }: DayLabels): Span {
  const ticks: Tick[] = [];
  for (let atS = fromS; atS < toS; atS = dayStart(atS, zone, 1)) {
    ticks.push({ atS, label: label(atS, zone) });
  }
  const title = `${dayText(fromS)} – ${dayText(ticks.at(-1)?.atS ?? fromS)}`;
  return { fromS, toS, title, ticks };
}

function monthStart(local: string, zone: string): number {
  return timeOfLocal(`${local.slice(0, 8)}01T00:00`, zone, "end")?.atS ?? 0;
}

function weekLabel(atS: number, zone: string): string {
  const day = Number(localText(atS, zone).slice(8, 10));
  return `${day} ${labelOf(atS, zone, { weekday: "short" })}`;
}

/** Every fifth day has its number: more have no room on a phone. */
function monthLabel(atS: number, zone: string): string {
  const day = Number(localText(atS, zone).slice(8, 10));
  return day === 1 || day % 5 === 0 ? String(day) : "";
}

function monthText(atS: number, zone: string): string {
  return labelOf(atS, zone, { month: "long", year: "numeric" });
}

function labelOf(atS: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, { ...options, timeZone: zone }).format(atS * 1000);
}

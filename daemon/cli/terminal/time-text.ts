import { GatewayError } from "../../core/model/errors.ts";

/** The forms that {@link timeText} takes, for help and for messages. */
export const timeHelp = '2026-11-27, "2026-11-27 18:00", "friday 18:00", +3d or Unix seconds';

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

const dayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Reads `today`, `tomorrow` and days of the week (the next one that is not over), or returns null. */
function dayMsOf(text: string, nowMs: number): number | null {
  const parts = /^([a-z]+)(?: ([0-9]{2}):([0-9]{2}))?$/.exec(text.toLowerCase());
  const [, day = "", hour = "0", minute = "0"] = parts ?? [];
  if (Number(hour) > 23 || Number(minute) > 59) return null;
  const now = new Date(nowMs);
  const inDays = (days: number): number => {
    const date = now.getDate() + days;
    return new Date(
      now.getFullYear(),
      now.getMonth(),
      date,
      Number(hour),
      Number(minute),
    ).getTime();
  };
  if (day === "today") return inDays(0);
  if (day === "tomorrow") return inDays(1);
  const index = dayNames.indexOf(day);
  if (index < 0) return null;
  const ahead = (index - now.getDay() + 7) % 7;
  return inDays(ahead) > nowMs ? inDays(ahead) : inDays(ahead + 7);
}

/** Returns whether the day exists. JavaScript reads 30 February as 2 March, so that a window would end late. */
function isDayOfMonth(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * Returns a time that a person wrote as Unix seconds, in text. `2026-11-27 18:00`, `2026-11-27`, `friday 18:00`
 * and `tomorrow 11:00` are in the time zone of this machine, `…T18:00+01:00` has its own offset, `+3d` and
 * `+90m` count from now, and Unix seconds stay as they are.
 * @throws GatewayError `badParameters`, naming the field
 */
export function timeText(field: string, text: string, nowMs: number): string {
  if (/^[0-9]{9,11}$/.test(text) || text === "0") return text;
  const relative = /^\+([0-9]{1,5})([mhdw])$/.exec(text);
  if (relative !== null) {
    const seconds = Number(relative[1]) * (unitSeconds[relative[2] ?? ""] ?? 0);
    return String(Math.floor(nowMs / 1000) + seconds);
  }
  const dayMs = dayMsOf(text, nowMs);
  if (dayMs !== null) return String(Math.floor(dayMs / 1000));
  const isDate =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$/;
  // JavaScript would read a date without a time as UTC.
  const full = text.length === 10 ? `${text}T00:00` : text.replace(" ", "T");
  const parsed = isDate.test(text) && isDayOfMonth(text) ? Date.parse(full) : Number.NaN;
  if (Number.isNaN(parsed)) {
    const message = `${field}: write ${timeHelp}`;
    throw new GatewayError("badParameters", message, { field });
  }
  return String(Math.floor(parsed / 1000));
}

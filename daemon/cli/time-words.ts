import { GatewayError } from "../core/errors.ts";

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * A time as people write it, in Unix seconds as text: `2026-11-27 18:00` and `2026-11-27` in the
 * time zone of this machine, with an offset (`…T18:00+01:00`) as it says, `+3d`, `+90m` from now, or
 * Unix seconds.
 * @throws GatewayError `badParameters`, naming the field.
 */
export function timeText(field: string, text: string, nowMs: number): string {
  if (/^[0-9]{9,11}$/.test(text) || text === "0") return text;
  const relative = /^\+([0-9]{1,5})([mhdw])$/.exec(text);
  if (relative !== null) {
    const seconds = Number(relative[1]) * (unitSeconds[relative[2] ?? ""] ?? 0);
    return String(Math.floor(nowMs / 1000) + seconds);
  }
  const isDate =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$/;
  // A date alone would be read as UTC.
  const full = text.length === 10 ? `${text}T00:00` : text.replace(" ", "T");
  const parsed = isDate.test(text) ? Date.parse(full) : Number.NaN;
  if (Number.isNaN(parsed)) {
    const message = `${field}: write 2026-11-27, "2026-11-27 18:00", +3d or Unix seconds`;
    throw new GatewayError("badParameters", message, { field });
  }
  return String(Math.floor(parsed / 1000));
}

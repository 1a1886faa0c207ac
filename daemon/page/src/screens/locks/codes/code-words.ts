import type { Answer } from "../../../api/call.ts";
import { nowS } from "../../../api/gateway-time.ts";
import { dateTimeText, locale, texts } from "../../../texts/text.ts";
import type { Words } from "../lock-words.ts";

/** A code as the gateway lists it: never its digits. */
export type Code = Answer<"fetch_passwords">["passwords"][number];

/** V1.6 `operation` and `operation_stage`. */
export const operations = { add: 1, delete: 2, update: 3, freeze: 4, unfreeze: 5 } as const;
const stages = { waiting: 1, failed: 2 } as const;

export function isBeingRemoved({ operation }: Code): boolean {
  return operation === operations.delete;
}

/** Returns whether the code may still be in the lock. */
export function mayBeInLock({ at_lock }: Code): boolean {
  return at_lock === "enabled" || at_lock === "unknown";
}

/** How far a code has got: 0 saved, 1 in the lock, 2 confirmed; null = it is not on its way. */
export function stepOf(code: Code): 0 | 1 | 2 | null {
  if (isBeingRemoved(code) || code.frozen === 1) return null;
  if (code.operation_stage === stages.waiting) return code.at_lock === "enabled" ? 1 : 0;
  const isIn = code.operation_stage !== stages.failed && code.at_lock === "enabled";
  return isIn && code.confidence === "confirmed" ? 2 : null;
}

/** Returns a code's state in words. */
export function codeWords(code: Code): Words {
  const { codes } = texts.value.locks;
  if (code.operation_stage === stages.failed) {
    const reason = codes.reasons[code.reason ?? ""] ?? code.reason ?? "";
    return {
      level: "bad",
      text: `${isBeingRemoved(code) ? codes.notRemoved : codes.failed} ${reason}`,
    };
  }
  if (isBeingRemoved(code)) {
    return mayBeInLock(code)
      ? { level: "warn", text: codes.removingOpen }
      : { level: "wait", text: codes.removing };
  }
  if (code.operation_stage === stages.waiting) return waitingWords(code);
  if (code.frozen === 1) return { level: "off", text: codes.frozen };
  return doneWords(code);
}

function waitingWords(code: Code): Words {
  const { codes } = texts.value.locks;
  if (code.operation === operations.freeze) {
    return mayBeInLock(code)
      ? { level: "warn", text: codes.freezingOpen }
      : { level: "wait", text: codes.freezing };
  }
  if (code.at_lock === "enabled") return { level: "wait", text: codes.unconfirmed };
  return { level: "wait", text: codes.waiting };
}

function doneWords(code: Code): Words {
  const { codes } = texts.value.locks;
  const { begin, end } = code.permission;
  const isIn = code.at_lock === "enabled";
  if (code.permission_state === 1) {
    if (!isIn) return { level: "wait", text: codes.waiting };
    const isShown = code.confidence === "confirmed";
    return { level: "ok", text: isShown ? codes.confirmed : codes.accepted };
  }
  if (isIn && code.guard === "gateway") return { level: "bad", text: codes.overstays };
  if (begin !== null && begin > nowS()) {
    return { level: "off", text: codes.notYet(dateTimeText(begin)) };
  }
  if (end !== null && end <= nowS()) return { level: "off", text: codes.over };
  return { level: "off", text: code.weekly === undefined ? codes.over : codes.outside };
}

/** Returns when a code opens, in words. */
export function validityText({ permission, weekly, one_time }: Code): string {
  const { codes } = texts.value.locks;
  const { begin, end } = permission;
  const parts: string[] = [];
  if (weekly !== undefined) parts.push(weeklyText(weekly));
  if (begin !== null && end !== null) {
    parts.push(codes.fromTo(dateTimeText(begin), dateTimeText(end)));
  } else if (begin !== null) parts.push(codes.from(dateTimeText(begin)));
  else if (end !== null) parts.push(codes.until(dateTimeText(end)));
  if (one_time === 1) parts.push(codes.once);
  return parts.length > 0 ? parts.join(" · ") : codes.always;
}

type Weekly = NonNullable<Code["weekly"]>;
export type Day = Weekly["days"][number];

/** The days of a week, the first of the week first; Sunday has number 0. */
export const weekDays: readonly { readonly day: Day; readonly number: number }[] = (
  ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const
).map((day, at) => ({ day, number: (at + 1) % 7 }));

/** Returns a day's short name: "Mon". */
export function dayName(number: number): string {
  // 4 January 1970 was a Sunday.
  const atMs = (3 + number) * 86_400_000;
  return utcText({ weekday: "short" }, atMs);
}

function weeklyText({ days, start_minute, end_minute }: Weekly): string {
  const { codes } = texts.value.locks;
  const chosen = weekDays.filter(({ day }) => days.includes(day));
  const names =
    chosen.length === 7 ? codes.everyDay : chosen.map(({ number }) => dayName(number)).join(" ");
  const hours = `${minuteText(start_minute)} – ${minuteText(end_minute)}`;
  return `${names} ${hours}${end_minute <= start_minute ? ` ${codes.nextDay}` : ""}`;
}

/** Returns a minute of the day as people write it. */
function minuteText(minute: number): string {
  return utcText({ timeStyle: "short" }, minute * 60_000);
}

function utcText(options: Intl.DateTimeFormatOptions, atMs: number): string {
  return new Intl.DateTimeFormat(locale.value, { ...options, timeZone: "UTC" }).format(atMs);
}

/** Returns a minute of the day as the text of a `time` field: "08:00". */
export function clockText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Returns who keeps the code to its times; null = it has none. */
export function enforcerText(code: Code): string | null {
  const isLimited =
    code.permission.begin !== null || code.permission.end !== null || code.weekly !== undefined;
  return isLimited ? texts.value.locks.codes.enforcers[code.guard] : null;
}

/** Returns what a code is called: by its name, or by its number. */
export function nameOfCode({
  name,
  id,
  is_default,
}: Pick<Code, "name" | "id" | "is_default">): string {
  const { codes } = texts.value.locks;
  if (name !== "") return name;
  if (is_default === 1) return codes.administrator;
  return id === 0 ? codes.dynamic : codes.unnamed(id);
}

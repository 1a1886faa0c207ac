import type { Answer } from "../../../api/call.ts";
import { dateTimeText, locale } from "../../../texts/text.ts";
import type { Words } from "../lock-words.ts";
import { texts } from "../texts.ts";
import { type Day, days } from "./validity-reading.ts";

/** How a code is at its lock: never its digits, and its name only for who may know it. */
export type Code = Answer<"list_passwords">["passwords"][number];

/** Returns whether somebody has deleted the code; it is listed until the lock has confirmed that. */
export function isBeingDeleted({ operation }: Code): boolean {
  return operation === "delete";
}

/** Returns whether the code may still be in the lock and open. */
export function mayStillOpen({ at_lock }: Code): boolean {
  return at_lock === "enabled" || at_lock === "unknown";
}

/** How far a code has got: 0 saved, 1 in the lock, 2 confirmed; null = it is not on its way. */
export function stepOf({ stage }: Code): 0 | 1 | 2 | null {
  switch (stage) {
    case "waiting":
      return 0;
    case "inLock":
      return 1;
    case "confirmed":
      return 2;
    default:
      return null;
  }
}

/** Returns a code's state in words. */
export function codeWords(code: Code): Words {
  const { codes } = texts.value.locks;
  switch (code.stage) {
    case "waiting":
      return { level: "wait", text: codes.waiting };
    case "inLock":
      return code.operation_stage === "done"
        ? { level: "ok", text: codes.accepted }
        : { level: "wait", text: codes.unconfirmed };
    case "confirmed":
      return { level: "ok", text: codes.confirmed };
    case "failed":
      return { level: "bad", text: `${codes.failed} ${reasonText(code)}` };
    case "removing":
      return removingWords(code);
    case "closed":
      return closedWords(code);
  }
}

function removingWords(code: Code): Words {
  const { codes } = texts.value.locks;
  if (code.operation_stage === "failed") {
    return { level: "bad", text: `${codes.notRemoved} ${reasonText(code)}` };
  }
  const isOpen = mayStillOpen(code);
  if (code.is_frozen === 1 && !isBeingDeleted(code)) {
    return isOpen
      ? { level: "warn", text: codes.freezingOpen }
      : { level: "wait", text: codes.freezing };
  }
  if (!isBeingDeleted(code) && isOpen && code.overdue_since !== null) {
    return { level: "bad", text: codes.overstays(dateTimeText(code.overdue_since)) };
  }
  return isOpen
    ? { level: "warn", text: codes.removingOpen }
    : { level: "wait", text: codes.removing };
}

function closedWords(code: Code): Words {
  const { codes } = texts.value.locks;
  if (code.is_frozen === 1) return { level: "off", text: codes.frozen };
  if (code.is_used === 1) return { level: "off", text: codes.used };
  if (code.is_over === 1 || code.opens_from === null) return { level: "off", text: codes.over };
  return { level: "off", text: codes.notYet(dateTimeText(code.opens_from)) };
}

function reasonText({ reason }: Code): string {
  return reason === null ? "" : texts.value.locks.codes.reasons[reason];
}

/** Returns when a code opens, in words. */
export function validityText({ begin, end, weekly, is_one_time }: Code): string {
  const { codes } = texts.value.locks;
  const parts: string[] = [];
  if (weekly !== null) parts.push(weeklyText(weekly));
  if (begin !== null && end !== null) {
    parts.push(codes.fromTo(dateTimeText(begin), dateTimeText(end)));
  } else if (begin !== null) parts.push(codes.from(dateTimeText(begin)));
  else if (end !== null) parts.push(codes.until(dateTimeText(end)));
  if (is_one_time === 1) parts.push(codes.once);
  return parts.length > 0 ? parts.join(" · ") : codes.always;
}

type Weekly = NonNullable<Code["weekly"]>;

/** The days of a week, Monday first; Sunday has number 0. */
export const weekDays: readonly { readonly day: Day; readonly number: number }[] = days.map(
  (day, at) => ({ day, number: (at + 1) % 7 }),
);

/** Returns a day's short name: "Mon". */
export function dayName(number: number): string {
  // 4 January 1970 was a Sunday.
  return utcText({ weekday: "short" }, (3 + number) * 86_400_000);
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
export function enforcerText({ begin, end, weekly, enforced_by }: Code): string | null {
  const isLimited = begin !== null || end !== null || weekly !== null;
  return isLimited ? texts.value.locks.codes.enforcers[enforced_by] : null;
}

/** Returns what a code is called: by its name, or by its number. */
export function nameOfCode({ name, password_id: id }: Pick<Code, "name" | "password_id">): string {
  const { codes } = texts.value.locks;
  if (name !== undefined && name !== "") return name;
  return id === 0 ? codes.dynamic : codes.unnamed(id);
}

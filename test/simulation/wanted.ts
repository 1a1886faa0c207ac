/** A week as the API has it. Times between 00:00 and 04:30 are not drawn as edges: DST turns there. */
export interface WantedWeek {
  readonly days: readonly string[];
  readonly start_minute: number;
  readonly end_minute: number;
  readonly time_zone: string;
}

/** When a password is to open: Unix seconds, 0 = open on that side. */
export interface WantedWindow {
  readonly begin: number;
  readonly end: number;
  readonly week: WantedWeek | null;
}

/** What the cloud wants of one password, as it knows it from the gateway's answers and events alone. */
export interface Wanted {
  readonly id: number;
  /** Null = made at a keypad, and gone before anybody knew the digits. */
  code: string | null;
  /** The gateway was never told the digits; only the simulation knows them. */
  isHidden: boolean;
  window: WantedWindow;
  readonly isOneTime: boolean;
  isFrozen: boolean;
  isDeleted: boolean;
  isConsumed: boolean;
  /** True time of the last change. */
  changedMs: number;
}

export const permanent: WantedWindow = { begin: 0, end: 0, week: null };

const dayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;

/** Wall-clock minutes since the week began on Sunday, from Node's own tables, a quarter hour at a time. */
const wallClocks = new Map<string, { fromMs: number; minute: number }>();

function minuteOfWeek(timeZone: string, atMs: number): number {
  const fromMs = Math.floor(atMs / quarterMs) * quarterMs;
  let known = wallClocks.get(timeZone);
  if (known === undefined || known.fromMs !== fromMs) {
    known = { fromMs, minute: wallMinute(timeZone, fromMs) };
    wallClocks.set(timeZone, known);
  }
  return known.minute + Math.floor((atMs - fromMs) / minuteMs);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallMinute(timeZone: string, atMs: number): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const options = { timeZone, hourCycle: "h23", weekday: "long" } as const;
    format = new Intl.DateTimeFormat("en-GB", { ...options, hour: "2-digit", minute: "2-digit" });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = dayNames.indexOf((parts.get("weekday") ?? "").toLowerCase());
  return (day * 24 + Number(parts.get("hour"))) * 60 + Number(parts.get("minute"));
}

/** Is the window open at `atMs`? Told by the wall clock, in another way than the daemon's. */
export function opensAt({ begin, end, week }: WantedWindow, atMs: number): boolean {
  if (atMs < begin * 1_000) return false;
  if (end !== 0 && atMs >= end * 1_000) return false;
  if (week === null) return true;
  const at = minuteOfWeek(week.time_zone, atMs);
  const day = Math.floor(at / 1440);
  const minute = at % 1440;
  const isOn = (number: number) => week.days.includes(dayNames[(number + 7) % 7] ?? "");
  const { start_minute: start, end_minute: last } = week;
  if (last > start) return isOn(day) && minute >= start && minute < last;
  return (isOn(day) && minute >= start) || (isOn(day - 1) && minute < last);
}

/** May the password's code open the door at `atMs`? */
export function isWantedOpen(wanted: Wanted, atMs: number): boolean {
  if (wanted.isDeleted || wanted.isConsumed || wanted.isFrozen) return false;
  return opensAt(wanted.window, atMs);
}

/** What is wanted of one lock, and whose every code is that was ever given out for it. */
export class WantedLock {
  readonly passwords = new Map<number, Wanted>();
  /** Digits to the id of the password that has them now or had them last. */
  readonly owners = new Map<string, number>();
  /** Codes that were revoked and have been seen to be gone from the lock. */
  readonly buried = new Set<string>();
  /** True time since when a live code should not be. */
  readonly liveWronglyMs = new Map<string, number>();
  /** True time since when a code should be live and is not. */
  readonly missingMs = new Map<string, number>();
  /** Codes of the gateway's that a person took away. */
  readonly takenAway = new Set<string>();

  /** A code is somebody's again: of a new password, or of one that comes back with it. */
  own(code: string, id: number): void {
    this.owners.set(code, id);
    this.buried.delete(code);
  }

  /** Whose code it is, if it is the one that is wanted of its password now. */
  wantedBy(code: string): { readonly owner: Wanted | null; readonly isCurrent: boolean } | null {
    const id = this.owners.get(code);
    if (id === undefined) return null;
    const owner = this.passwords.get(id) ?? null;
    return { owner, isCurrent: owner !== null && owner.code === code };
  }
}

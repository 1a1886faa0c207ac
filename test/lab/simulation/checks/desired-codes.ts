import { edgeOf, turnsNear, wallMs } from "../life/days.ts";

/** A week as the API has it. */
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
  /** The gateway does not know the digits; only the simulation does. */
  isHidden: boolean;
  window: WantedWindow;
  isOneTime: boolean;
  isDuress: boolean;
  isFrozen: boolean;
  isDeleted: boolean;
  isConsumed: boolean;
  /** Made by a person at the lock: no snapshot removes it. */
  readonly isFromKeypad: boolean;
  /** True time of the last change. */
  changedMs: number;
}

export const permanent: WantedWindow = { begin: 0, end: 0, week: null };

export const dayNames = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
];
const minuteMs = 60_000;
const dayMs = 86_400_000;
const minutesPerDay = 1_440;
/** 1970-01-01 was a Thursday. */
const firstDay = 4;

/** Is the window open at `atMs`? Told by the wall clock, in another way than the daemon's. */
export function opensAt({ begin, end, week }: WantedWindow, atMs: number): boolean {
  if (atMs < begin * 1_000) return false;
  if (end !== 0 && atMs >= end * 1_000) return false;
  if (week === null) return true;
  const shownMs = wallMs(week.time_zone, atMs);
  const today = Math.floor(shownMs / dayMs);
  const { start_minute: start, end_minute: last } = week;
  const isOn = (day: number) => week.days.includes(dayNames[(day + firstDay) % 7] ?? "");
  const isOvernight = last <= start;
  if (turnsNear(week.time_zone, atMs)) {
    const edge = (day: number, minute: number) =>
      edgeOf(week.time_zone, day * dayMs + minute * minuteMs);
    // Least access: of a time that comes twice a begin is the last and an end the first.
    const isWhole = last - start === minutesPerDay;
    const beginMs = (day: number) =>
      isWhole && isOn(day - 1) ? edge(day, start).firstMs : edge(day, start).lastMs;
    const endMs = (day: number) =>
      isWhole && isOn(day + 1)
        ? edge(day, last).lastMs
        : edge(isOvernight ? day + 1 : day, last).firstMs;
    return [today - 2, today - 1, today, today + 1].some(
      (day) => isOn(day) && beginMs(day) <= atMs && atMs < endMs(day),
    );
  }
  const minute = Math.floor((shownMs % dayMs) / minuteMs);
  if (!isOvernight) return isOn(today) && minute >= start && minute < last;
  return (isOn(today) && minute >= start) || (isOn(today - 1) && minute < last);
}

/** Will it open again, if nobody changes it? */
export function isWantedOver(wanted: Wanted, atMs: number): boolean {
  const { isDeleted, isConsumed, window } = wanted;
  return isDeleted || isConsumed || (window.end !== 0 && atMs >= window.end * 1_000);
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
  /** The newest revision of each password, and of each slot's holder the newest that was applied. */
  readonly revisions = new Map<number, number>();
  readonly applied = new Map<number, { readonly holder: number; readonly revision: number }>();

  /** The lock was unpaired: nothing is wanted of it, and whatever is in it is a stranger's. */
  forget(): void {
    for (const one of [this.passwords, this.owners, this.liveWronglyMs, this.missingMs]) {
      one.clear();
    }
    this.buried.clear();
    this.takenAway.clear();
    this.revisions.clear();
    this.applied.clear();
  }

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

import { edgeOf, turnsNear, wallMs } from "../life/days.ts";

/** A week as the API has it. */
export interface WantedWeek {
  readonly days: readonly string[];
  readonly start_minute: number;
  readonly end_minute: number;
  readonly time_zone: string;
}

/** The window in which a password must open, in Unix seconds. 0 = no limit on that side. */
export interface WantedWindow {
  readonly begin: number;
  readonly end: number;
  readonly week: WantedWeek | null;
}

/** The desired state of one password, as the cloud knows it from the gateway's answers and events alone. */
export interface Wanted {
  readonly id: number;
  /** Null = the code was made at a keypad and removed before anybody knew the digits. */
  code: string | null;
  /** The gateway does not know the digits; only the simulation does. */
  isHidden: boolean;
  window: WantedWindow;
  isOneTime: boolean;
  isDuress: boolean;
  isFrozen: boolean;
  isDeleted: boolean;
  isConsumed: boolean;
  /** A person made the code at the lock, so no snapshot removes it. */
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

/** Returns whether the window is open at `atMs`. It works from the wall clock, independently of the daemon's code. */
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
    // A wall time that occurs twice gives the least access: a window begins at the second one and ends at the first.
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

/** Returns whether the password can never open again unless somebody changes it. */
export function isWantedOver(wanted: Wanted, atMs: number): boolean {
  const { isDeleted, isConsumed, window } = wanted;
  return isDeleted || isConsumed || (window.end !== 0 && atMs >= window.end * 1_000);
}

/** Returns whether the password's code may open the door at `atMs`. */
export function isWantedOpen(wanted: Wanted, atMs: number): boolean {
  if (wanted.isDeleted || wanted.isConsumed || wanted.isFrozen) return false;
  return opensAt(wanted.window, atMs);
}

/** The desired state of one lock, and the owner of every code that was ever issued for it. */
export class WantedLock {
  readonly passwords = new Map<number, Wanted>();
  /** Codes of people at a keypad whose digits the gateway was never shown. */
  readonly hiddenCodes = new Set<string>();
  /** Passwords of grants over several locks. */
  readonly grantIds = new Set<number>();
  /** For each code, the id of the password that has it now or had it last. */
  readonly owners = new Map<string, number>();
  /** Revoked codes that a check has already found absent from the lock. */
  readonly buried = new Set<string>();
  /** For each code that is live but should not be: since when, in true time. */
  readonly liveWronglyMs = new Map<string, number>();
  /** For each code that should be live but is not: since when, in true time. */
  readonly missingMs = new Map<string, number>();
  /** Codes of the gateway that a person deleted. */
  readonly takenAway = new Set<string>();
  /** The newest revision of each password; for each slot, its holder and the newest revision that was applied. */
  readonly revisions = new Map<number, number>();
  readonly applied = new Map<number, { readonly holder: number; readonly revision: number }>();

  /** Forgets an unpaired lock: no code is desired there, and every code in it counts as unmanaged. */
  forget(): void {
    for (const one of [this.passwords, this.owners, this.liveWronglyMs, this.missingMs]) {
      one.clear();
    }
    this.buried.clear();
    this.grantIds.clear();
    this.hiddenCodes.clear();
    this.takenAway.clear();
    this.revisions.clear();
    this.applied.clear();
  }

  /** Records that a password owns the code: a new password, or one that is restored with this code. */
  own(code: string, id: number, isHidden = false): void {
    this.owners.set(code, id);
    if (isHidden) this.hiddenCodes.add(code);
    this.buried.delete(code);
  }

  /** Returns the code's owner, and whether it is that password's current code. Null if the code was never issued. */
  wantedBy(code: string): { readonly owner: Wanted | null; readonly isCurrent: boolean } | null {
    const id = this.owners.get(code);
    if (id === undefined) return null;
    const owner = this.passwords.get(id) ?? null;
    return { owner, isCurrent: owner !== null && owner.code === code };
  }
}

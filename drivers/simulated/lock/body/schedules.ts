import type { HolidayRecord, MemoryFile, WeekDayRecord, YearDayRecord } from "./memory.ts";

const secondsPerDay = 86_400;

/** 2000-01-01 was a Saturday: bit 6 of the days mask. */
function dayBit(localSeconds: number): number {
  return 1 << ((Math.floor(localSeconds / secondsPerDay) + 6) % 7);
}

export function isInWeekDay(schedule: WeekDayRecord, localSeconds: number): boolean {
  const minute = Math.floor((localSeconds % secondsPerDay) / 60);
  return (
    (schedule.daysMask & dayBit(localSeconds)) !== 0 &&
    minute >= schedule.startHour * 60 + schedule.startMinute &&
    minute < schedule.endHour * 60 + schedule.endMinute
  );
}

export function isInYearDay(schedule: YearDayRecord, localSeconds: number): boolean {
  return localSeconds >= schedule.start && localSeconds < schedule.end;
}

/** Days 1 … 127, hours to 23, minutes to 59, the end later than the start on the same day. */
export function isValidWeekDay(schedule: WeekDayRecord): boolean {
  const { daysMask, startHour, startMinute, endHour, endMinute } = schedule;
  return (
    daysMask >= 1 &&
    daysMask <= 0x7f &&
    startHour <= 23 &&
    endHour <= 23 &&
    startMinute <= 59 &&
    endMinute <= 59 &&
    endHour * 60 + endMinute > startHour * 60 + startMinute
  );
}

/** The lock's schedules. Range checks of ids are the caller's. */
export class Schedules {
  readonly #file: MemoryFile;

  constructor(file: MemoryFile) {
    this.#file = file;
  }

  weekDay(userId: number, scheduleId: number): WeekDayRecord | null {
    return this.#file.memory.weekDays[`${userId}:${scheduleId}`] ?? null;
  }

  yearDay(userId: number, scheduleId: number): YearDayRecord | null {
    return this.#file.memory.yearDays[`${userId}:${scheduleId}`] ?? null;
  }

  holiday(scheduleId: number): HolidayRecord | null {
    return this.#file.memory.holidays[scheduleId] ?? null;
  }

  /** null clears it. */
  setWeekDay(userId: number, scheduleId: number, schedule: WeekDayRecord | null): void {
    put(this.#file.memory.weekDays, `${userId}:${scheduleId}`, schedule);
    this.#file.changed();
  }

  setYearDay(userId: number, scheduleId: number, schedule: YearDayRecord | null): void {
    put(this.#file.memory.yearDays, `${userId}:${scheduleId}`, schedule);
    this.#file.changed();
  }

  setHoliday(scheduleId: number, schedule: HolidayRecord | null): void {
    put(this.#file.memory.holidays, `${scheduleId}`, schedule);
    this.#file.changed();
  }

  weekDaysOf(userId: number): WeekDayRecord[] {
    return ofUser(this.#file.memory.weekDays, userId);
  }

  yearDaysOf(userId: number): YearDayRecord[] {
    return ofUser(this.#file.memory.yearDays, userId);
  }

  dropUser(userId: number): void {
    for (const table of [this.#file.memory.weekDays, this.#file.memory.yearDays]) {
      for (const key of Object.keys(table)) {
        if (key.startsWith(`${userId}:`)) delete table[key];
      }
    }
    this.#file.changed();
  }

  /** The operating mode of the holiday that runs now; null outside holidays or without a clock. */
  holidayMode(localSeconds: number | null): number | null {
    if (localSeconds === null) return null;
    const running = Object.values(this.#file.memory.holidays).find((holiday) =>
      isInYearDay(holiday, localSeconds),
    );
    return running?.operatingMode ?? null;
  }
}

function put<T>(table: Record<string, T>, key: string, value: T | null): void {
  if (value === null) delete table[key];
  else table[key] = value;
}

function ofUser<T>(table: Record<string, T>, userId: number): T[] {
  return Object.entries(table)
    .filter(([key]) => key.startsWith(`${userId}:`))
    .map(([, schedule]) => schedule);
}

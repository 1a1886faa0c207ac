/** Returns the days from 1970-01-01 to a date of the Gregorian calendar, negative before it; `month` from 1. */
export function dayNumber(year: number, month: number, day: number): number {
  // Years that begin in March have their leap day at the end, and all eras of 400 such years are alike.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leaps + dayOfYear - 719_468;
}

/** Returns the year of a day that is counted from 1970-01-01. */
export function yearOf(day: number): number {
  const year = Math.floor(day / 365.2425) + 1970;
  if (day < dayNumber(year, 1, 1)) return year - 1;
  return day < dayNumber(year + 1, 1, 1) ? year : year + 1;
}

/** Returns the weekday, 0 Sunday … 6 Saturday, of a day that is counted from 1970-01-01, a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

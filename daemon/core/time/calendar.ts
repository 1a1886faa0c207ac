/** Days since 1970-01-01 of a date of the Gregorian calendar, to either side; `month` from 1. */
export function dayNumber(year: number, month: number, day: number): number {
  // Years that begin in March have their leap day at the end, and eras of 400 of them are all alike.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leaps + dayOfYear - 719_468;
}

/** The year of a day counted from 1970-01-01. */
export function yearOf(day: number): number {
  const year = Math.floor(day / 365.2425) + 1970;
  if (day < dayNumber(year, 1, 1)) return year - 1;
  return day < dayNumber(year + 1, 1, 1) ? year : year + 1;
}

/** 0 Sunday … 6 Saturday, of a day counted from 1970-01-01, which was a Thursday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

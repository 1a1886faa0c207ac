/** The API's names of the days, from Sunday. */
export const weekdays = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

/** Returns the day that a name or its beginning (at least three letters) means, 0 = Sunday, or null. */
export function weekdayIndex(name: string): number | null {
  const wanted = name.toLowerCase();
  if (wanted.length < 3) return null;
  const index = weekdays.findIndex((day) => day.startsWith(wanted));
  return index < 0 ? null : index;
}

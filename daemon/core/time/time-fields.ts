/** The names of a record's fields that are times of past events, ms UTC. */
export type TimeFieldOf<T> = Extract<
  {
    [K in keyof T]-?: [Extract<T[K], number>] extends [never] ? never : K;
  }[keyof T],
  `${string}AtMs` | `${string}SinceMs`
>;

/** Lists each time field of a record. A missing field does not compile. */
export type TimeFieldsOf<T> = Readonly<Record<TimeFieldOf<T>, true>>;

/**
 * Returns the record with all its times at most `toMs`.
 * @returns the same record if no time was later
 */
export function withTimesUpTo<T extends object>(
  record: T,
  stamps: TimeFieldsOf<T>,
  toMs: number,
): T {
  const late = Object.entries(record).filter(
    ([name, value]) => name in stamps && typeof value === "number" && value > toMs,
  );
  if (late.length === 0) return record;
  return { ...record, ...Object.fromEntries(late.map(([name]) => [name, toMs])) };
}

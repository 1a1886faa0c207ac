/** The fields of a record that say when something was, ms UTC. */
export type TimeFieldOf<T> = Extract<
  {
    [K in keyof T]-?: [Extract<T[K], number>] extends [never] ? never : K;
  }[keyof T],
  `${string}AtMs` | `${string}SinceMs`
>;

/** Each stamp of a record: one that is left out does not compile. */
export type TimeFieldsOf<T> = Readonly<Record<TimeFieldOf<T>, true>>;

/**
 * The record with every one of its stamps no later than `toMs`.
 * @returns the same record when none was
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

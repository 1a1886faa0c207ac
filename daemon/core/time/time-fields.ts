/** The names of a record's fields that are times of past events, ms UTC. */
export type TimeFieldOf<T> = Extract<
  {
    [K in keyof T]-?: [Extract<T[K], number>] extends [never] ? never : K;
  }[keyof T],
  `${string}AtMs` | `${string}SinceMs`
>;

/**
 * What a time of the future means after a start whose time is behind the records.
 * - `history`: when something happened. People and the cloud see it, and it was right: it stays.
 * - `wait`: a wait, the age of a proof, or an order of frames counts from it: it becomes now.
 */
export type TimeKind = "history" | "wait";

/** Lists each time field of a record. A missing field does not compile. */
export type TimeFieldsOf<T> = Readonly<Record<TimeFieldOf<T>, TimeKind>>;

/** Which times of records become `nowMs`: waits that are later, and history that is later than `historyLimitMs`. */
export interface TimeLimit {
  readonly nowMs: number;
  readonly historyLimitMs: number;
}

/**
 * Returns the record without times that are later than the limit. The newest becomes now, each earlier one a
 * millisecond less: a clock that was written after it was measured still is.
 * @returns the same record if no time was later
 */
export function withTimesUpTo<T extends object>(
  record: T,
  stamps: TimeFieldsOf<T>,
  { nowMs, historyLimitMs }: TimeLimit,
): T {
  const kinds = new Map<string, TimeKind>(Object.entries(stamps));
  const late = Object.entries(record).flatMap(([name, value]): [string, number][] => {
    const limitMs = kinds.get(name) === "history" ? historyLimitMs : nowMs;
    return kinds.has(name) && typeof value === "number" && value > limitMs ? [[name, value]] : [];
  });
  if (late.length === 0) return record;
  const newestFirst = [...new Set(late.map(([, atMs]) => atMs))].sort((a, b) => b - a);
  const moved = late.map(([name, atMs]) => [name, nowMs - newestFirst.indexOf(atMs)]);
  return { ...record, ...Object.fromEntries(moved) };
}

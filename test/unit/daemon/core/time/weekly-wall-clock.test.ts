import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { WeeklySchedule, Window } from "../../../../../daemon/core/model/window.ts";
import { isOpen, nextChange } from "../../../../../daemon/core/time/window.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const { LATCHD_PROPERTY_RUNS: runs = "10000" } = process.env;
const numRuns = Number(runs);

/** UTC dates around which the clocks of a zone change (or do not). */
const places: readonly (readonly [zone: string, date: string])[] = [
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Asia/Kathmandu", "2026-06-10"],
  ["Pacific/Apia", "2011-12-30"],
  ["America/St_Johns", "2010-03-14"],
  ["America/St_Johns", "2010-11-07"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Africa/Casablanca", "2026-03-22"],
  ["America/Havana", "2026-03-08"],
  ["America/Havana", "2026-11-01"],
  ["Africa/Cairo", "2026-10-30"],
  ["Asia/Beirut", "2026-03-29"],
];

interface Table {
  readonly zone: string;
  readonly fromMs: number;
  /** Of each minute: the wall clock's days since 1970-01-01 and minute of the day. */
  readonly days: Int32Array;
  readonly minutes: Int32Array;
  /**
   * The table's minutes at which the wall clock comes to a minute, or is put forward over it; by the shown minute,
   * counted from 1970-01-01.
   */
  readonly reached: ReadonlyMap<number, readonly number[]>;
}

const tableDays = 12;

/** Returns what the wall clock shows, minute by minute, directly from Intl. */
function tableOf(zone: string, date: string): Table {
  const fromMs = Date.parse(`${date}T00:00:00Z`) - (tableDays / 2) * dayMs;
  const count = tableDays * 1440;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const days = new Int32Array(count);
  const minutes = new Int32Array(count);
  for (let index = 0; index < count; index += 1) {
    const shown = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(fromMs + index * minuteMs));
    assert.ok(shown !== null);
    const [month, day, year, hour, minute] = shown.slice(1).map(Number);
    days[index] = Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0) / dayMs;
    minutes[index] = (hour ?? 0) * 60 + (minute ?? 0);
  }
  const shown = Array.from(days, (day, index) => day * 1440 + (minutes[index] ?? 0));
  return { zone, fromMs, days, minutes, reached: reachedMinutes(shown) };
}

function reachedMinutes(shown: readonly number[]): Map<number, number[]> {
  const reached = new Map<number, number[]>();
  shown.forEach((now, index) => {
    const before = shown[index - 1] ?? now;
    for (let minute = Math.min(before + 1, now); minute <= now; minute += 1) {
      const indexes = reached.get(minute);
      if (indexes === undefined) reached.set(minute, [index]);
      else indexes.push(index);
    }
  });
  return reached;
}

/** Marks each minute of the table that is open, by the definition applied to the shown minutes. */
function bruteForce(table: Table, week: WeeklySchedule): boolean[] {
  const open = new Array<boolean>(table.days.length).fill(false);
  const [firstDay, lastDay] = [table.days[0] ?? 0, table.days.at(-1) ?? 0];
  // A zone may skip a day, and a night that begins on it ends on the next.
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!isOn(week, day)) continue;
    const [from, to] = stretchOf(table, week, day);
    if (from < to) open.fill(true, from, to);
  }
  return open;
}

function isOn({ daysMask }: WeeklySchedule, day: number): boolean {
  return (daysMask & (1 << new Date(day * dayMs).getUTCDay())) !== 0;
}

/** Returns the indexes in the table between which the stretch of a day is open. */
function stretchOf(table: Table, week: WeeklySchedule, day: number): [from: number, to: number] {
  const { startMinute, endMinute } = week;
  const reached = (minute: number) => table.reached.get(minute) ?? [];
  const isWhole = endMinute - startMinute === 1440;
  const overnight = endMinute <= startMinute ? 1440 : 0;
  const starts = reached(day * 1440 + startMinute);
  const ends = reached(day * 1440 + endMinute + overnight);
  const start = isWhole && isOn(week, day - 1) ? starts[0] : starts.at(-1);
  const end = isWhole && isOn(week, day + 1) ? ends.at(-1) : ends[0];
  // Stretches that begin before the table or end after it are in a part that is not compared.
  const firstShown = (table.days[0] ?? 0) * 1440 + (table.minutes[0] ?? 0);
  const outside = day * 1440 + startMinute < firstShown ? 0 : table.days.length;
  return [start ?? outside, end ?? outside];
}

describe("a weekly window beside the wall clock of its zone", () => {
  it("agrees with the wall clock minute by minute, whatever the zone and its changes", () => {
    const tables = places.map(([zone, date]) => tableOf(zone, date));
    const minute = fc.oneof(
      fc.integer({ min: 0, max: 1439 }),
      fc.constantFrom(0, 1, 60, 90, 119, 120, 121, 150, 179, 180, 181, 1380, 1439),
    );
    const bound = fc.option(fc.integer({ min: 2 * dayMs, max: (tableDays - 2) * dayMs }), {
      freq: 2,
    });
    fc.assert(
      fc.property(
        fc.record({
          // Name the table by its number: nobody can read a counterexample that prints a table.
          place: fc.nat(tables.length - 1),
          daysMask: fc.integer({ min: 1, max: 127 }),
          startMinute: minute,
          endMinute: fc.oneof(minute, fc.constant(1440)).map((end) => (end === 0 ? 1440 : end)),
          begin: bound,
          end: bound,
          probes: fc.array(fc.integer({ min: 2 * dayMs, max: (tableDays - 2) * dayMs - 1 }), {
            maxLength: 8,
          }),
        }),
        ({ place, daysMask, startMinute, endMinute, begin, end, probes }) => {
          const table = tables[place];
          assert.ok(table !== undefined);
          const week = { daysMask, startMinute, endMinute, timeZone: table.zone };
          const window: Window = {
            beginMs: begin === null ? null : table.fromMs + begin,
            endMs: end === null ? null : table.fromMs + end,
            weekly: week,
          };
          const open = bruteForce(table, week);
          const isOpenByScan = (sinceMs: number) =>
            (begin === null || sinceMs >= begin) &&
            (end === null || sinceMs < end) &&
            open[Math.floor(sinceMs / minuteMs)] === true;

          for (const sinceMs of probes) {
            assert.equal(isOpen(window, table.fromMs + sinceMs), isOpenByScan(sinceMs));
          }

          const edges = [begin ?? 0, end ?? 0];
          for (let index = 1; index < open.length; index += 1) {
            if (open[index] !== open[index - 1]) edges.push(index * minuteMs);
          }
          const untilMs = (tableDays - 2) * dayMs;
          const expected = [...new Set(edges)]
            .sort((one, other) => one - other)
            .filter((atMs) => atMs > 2 * dayMs && atMs < untilMs)
            .filter((atMs) => isOpenByScan(atMs) !== isOpenByScan(atMs - 1));
          const found: number[] = [];
          let at = nextChange(window, table.fromMs + 2 * dayMs);
          while (at !== null && at < table.fromMs + untilMs) {
            assert.notEqual(isOpen(window, at), isOpen(window, at - 1), "it flips");
            found.push(at - table.fromMs);
            const next = nextChange(window, at);
            assert.ok(next === null || next > at, "strictly later");
            at = next;
          }
          assert.deepEqual(found, expected);
        },
      ),
      { numRuns },
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { WeeklySchedule, Window } from "../../../../../daemon/core/model/window.ts";
import {
  hasEnded,
  isOpen,
  nextChange,
  nextIntervals,
  validateWindow,
} from "../../../../../daemon/core/time/window.ts";

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
function bruteForce(table: Table, weekly: WeeklySchedule): boolean[] {
  const { startMinute, endMinute, daysMask } = weekly;
  const isOn = (day: number) => (daysMask & (1 << new Date(day * dayMs).getUTCDay())) !== 0;
  const isWhole = endMinute - startMinute === 1440;
  const reached = (minute: number) => table.reached.get(minute) ?? [];
  const firstShown = (table.days[0] ?? 0) * 1440 + (table.minutes[0] ?? 0);
  const open = new Array<boolean>(table.days.length).fill(false);
  const [firstDay, lastDay] = [table.days[0] ?? 0, table.days.at(-1) ?? 0];
  // A zone may skip a day, and a night that begins on it ends on the next.
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!isOn(day)) continue;
    const overnight = endMinute <= startMinute ? 1440 : 0;
    const starts = reached(day * 1440 + startMinute);
    const ends = reached(day * 1440 + endMinute + overnight);
    const start = isWhole && isOn(day - 1) ? starts[0] : starts.at(-1);
    const end = isWhole && isOn(day + 1) ? ends.at(-1) : ends[0];
    // Stretches that begin before the table or end after it are in a part that is not compared.
    const isBefore = day * 1440 + startMinute < firstShown;
    const from = start ?? (isBefore ? 0 : table.days.length);
    const to = end ?? (isBefore ? 0 : table.days.length);
    if (from < to) open.fill(true, from, to);
  }
  return open;
}

function ms(text: string): number {
  return Date.parse(text);
}

function weekly(daysMask: number, startMinute: number, endMinute: number, timeZone: string) {
  return { beginMs: null, endMs: null, weekly: { daysMask, startMinute, endMinute, timeZone } };
}

function shown(window: Window, from: string, count: number): string[] {
  return nextIntervals(window, ms(from), count).map(
    ({ beginMs, endMs }) =>
      `${new Date(beginMs ?? 0).toISOString()} ${new Date(endMs ?? 0).toISOString()}`,
  );
}

describe("a window without a week", () => {
  it("is open from its begin until just before its end", () => {
    const window = { beginMs: 1000, endMs: 2000, weekly: null };
    assert.deepEqual(
      [999, 1000, 1999, 2000].map((atMs) => isOpen(window, atMs)),
      [false, true, true, false],
    );
    assert.equal(hasEnded(window, 1999), false);
    assert.equal(hasEnded(window, 2000), true);
  });

  it("changes at its begin, at its end and never again", () => {
    const window = { beginMs: 1000, endMs: 2000, weekly: null };
    assert.deepEqual(
      [0, 999, 1000, 1999, 2000].map((atMs) => nextChange(window, atMs)),
      [1000, 1000, 2000, 2000, null],
    );
  });

  it("is permanent without begin and end", () => {
    const window = { beginMs: null, endMs: null, weekly: null };
    assert.equal(isOpen(window, 5), true);
    assert.equal(nextChange(window, 5), null);
    assert.deepEqual(nextIntervals(window, 5, 3), [{ beginMs: null, endMs: null }]);
  });

  it("never opens if the end is not later than the begin", () => {
    const window = { beginMs: 2000, endMs: 2000, weekly: null };
    assert.equal(isOpen(window, 2000), false);
    assert.equal(nextChange(window, 0), null);
  });
});

describe("a weekly window", () => {
  it("begins in spring at the first instant after the gap that contains its start", () => {
    assert.deepEqual(shown(weekly(1, 150, 300, "Europe/Berlin"), "2026-03-28T00:00:00Z", 1), [
      "2026-03-29T01:00:00.000Z 2026-03-29T03:00:00.000Z",
    ]);
  });

  it("skips a stretch that is wholly in the gap", () => {
    assert.deepEqual(shown(weekly(1, 130, 170, "Europe/Berlin"), "2026-03-28T00:00:00Z", 1), [
      "2026-04-05T00:10:00.000Z 2026-04-05T00:50:00.000Z",
    ]);
  });

  it("ends at the first of two ends on the night the clocks go back", () => {
    assert.deepEqual(shown(weekly(0x40, 1320, 150, "Europe/Berlin"), "2026-10-24T00:00:00Z", 1), [
      "2026-10-24T20:00:00.000Z 2026-10-25T00:30:00.000Z",
    ]);
    assert.deepEqual(shown(weekly(1, 60, 120, "Europe/Berlin"), "2026-10-24T00:00:00Z", 1), [
      "2026-10-24T23:00:00.000Z 2026-10-25T00:00:00.000Z",
    ]);
  });

  it("begins at the last of two begins on the night the clocks go back", () => {
    assert.deepEqual(shown(weekly(1, 150, 300, "Europe/Berlin"), "2026-10-24T00:00:00Z", 1), [
      "2026-10-25T01:30:00.000Z 2026-10-25T04:00:00.000Z",
    ]);
  });

  it("does not open in autumn if its begin and its end both occur twice", () => {
    assert.deepEqual(shown(weekly(1, 150, 165, "Europe/Berlin"), "2026-10-24T00:00:00Z", 1), [
      "2026-11-01T01:30:00.000Z 2026-11-01T01:45:00.000Z",
    ]);
  });

  it("stays open over a midnight that occurs twice between two whole days", () => {
    const weekend = weekly(0x41, 0, 1440, "America/Havana");
    assert.deepEqual(shown(weekend, "2026-10-30T12:00:00Z", 1), [
      "2026-10-31T04:00:00.000Z 2026-11-02T05:00:00.000Z",
    ]);
    const sunday = weekly(1, 0, 1440, "America/Havana");
    assert.deepEqual(shown(sunday, "2026-10-30T12:00:00Z", 1), [
      "2026-11-01T05:00:00.000Z 2026-11-02T05:00:00.000Z",
    ]);
  });

  it("ends in spring when the clock is put forward over its end", () => {
    assert.deepEqual(shown(weekly(1, 60, 150, "Europe/Berlin"), "2026-03-28T00:00:00Z", 1), [
      "2026-03-29T00:00:00.000Z 2026-03-29T01:00:00.000Z",
    ]);
  });

  it("passes midnight into a day that is not in the mask", () => {
    assert.deepEqual(shown(weekly(0x40, 1320, 360, "Asia/Kathmandu"), "2026-06-10T00:00:00Z", 1), [
      "2026-06-13T16:15:00.000Z 2026-06-14T00:15:00.000Z",
    ]);
  });

  it("joins adjacent whole days, and never changes if every day is whole", () => {
    assert.deepEqual(shown(weekly(0x06, 0, 1440, "UTC"), "2026-06-10T00:00:00Z", 1), [
      "2026-06-15T00:00:00.000Z 2026-06-17T00:00:00.000Z",
    ]);
    assert.equal(nextChange(weekly(127, 0, 1440, "Europe/Berlin"), ms("2026-03-28")), null);
    assert.equal(nextChange(weekly(127, 600, 600, "Europe/Berlin"), ms("2026-03-28")), null);
  });

  it("finds a begin that is years away", () => {
    const window = { ...weekly(2, 540, 600, "Europe/Berlin"), beginMs: ms("2040-01-01T00:00:00Z") };
    assert.equal(nextChange(window, ms("2026-01-01")), ms("2040-01-02T08:00:00Z"));
  });

  it("never opens in an unknown zone", () => {
    const window = weekly(127, 0, 600, "Mars/Olympus");
    assert.equal(isOpen(window, 0), false);
    assert.equal(nextChange(window, 0), null);
  });

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

describe("the check of a window", () => {
  const sound = { daysMask: 62, startMinute: 540, endMinute: 1020, timeZone: "Europe/Berlin" };
  const fieldOf = (window: Partial<Window>) =>
    validateWindow({ beginMs: null, endMs: null, weekly: null, ...window })?.field ?? null;

  it("accepts permanent, limited, weekly and whole-day windows", () => {
    assert.equal(fieldOf({}), null);
    assert.equal(fieldOf({ beginMs: 0, endMs: 1 }), null);
    assert.equal(fieldOf({ weekly: sound }), null);
    assert.equal(fieldOf({ weekly: { ...sound, startMinute: 0, endMinute: 1440 } }), null);
    assert.equal(fieldOf({ weekly: { ...sound, startMinute: 1320, endMinute: 360 } }), null);
  });

  it("names the field that is wrong", () => {
    assert.equal(fieldOf({ beginMs: 1.5 }), "beginMs");
    assert.equal(fieldOf({ endMs: Number.MAX_SAFE_INTEGER }), "endMs");
    assert.equal(fieldOf({ beginMs: 5, endMs: 5 }), "endMs");
    assert.equal(fieldOf({ weekly: { ...sound, daysMask: 0 } }), "weekly.daysMask");
    assert.equal(fieldOf({ weekly: { ...sound, daysMask: 128 } }), "weekly.daysMask");
    assert.equal(fieldOf({ weekly: { ...sound, startMinute: 1440 } }), "weekly.startMinute");
    assert.equal(fieldOf({ weekly: { ...sound, endMinute: 1441 } }), "weekly.endMinute");
    assert.equal(fieldOf({ weekly: { ...sound, endMinute: 540 } }), "weekly.endMinute");
    assert.equal(fieldOf({ weekly: { ...sound, timeZone: "Europe/Bonn" } }), "weekly.timeZone");
  });

  it("refuses a week that never opens between begin and end", () => {
    const beginMs = ms("2026-06-13T00:00:00Z");
    assert.equal(fieldOf({ beginMs, endMs: beginMs + dayMs, weekly: sound }), "weekly");
  });
});

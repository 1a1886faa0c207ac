import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Window } from "../../../../../daemon/core/model/window.ts";
import {
  hasEnded,
  isOpen,
  nextChange,
  nextIntervals,
  validateWindow,
} from "../../../../../daemon/core/time/window.ts";

const dayMs = 86_400_000;

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

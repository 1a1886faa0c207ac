import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  toLockSchedules,
  toWeekDays,
} from "../../../../../daemon/core/enforcement/lock-schedules.ts";

const room = {
  yearDaySchedulesPerUser: 1,
  weekDaySchedulesPerUser: 2,
  takesSeveralDays: true,
  timeZone: "Europe/Berlin",
  nowMs: Date.parse("2026-11-23T00:00:00Z"),
};

function week(daysMask: number, startMinute: number, endMinute: number) {
  return { daysMask, startMinute, endMinute, timeZone: "Europe/Berlin" };
}

describe("a window as a lock's own schedules", () => {
  it("is a year-day schedule in local seconds if it has a begin and an end", () => {
    const window = {
      beginMs: Date.parse("2026-11-23T09:00:00+01:00"),
      endMs: Date.parse("2026-11-24T09:00:00+01:00"),
      weekly: null,
    };
    assert.deepEqual(toLockSchedules(window, room), {
      userType: "yearDay",
      yearDay: { localStartSeconds: 0x3296bd10, localEndSeconds: 0x32980e90 },
    });
  });

  it("has its begin rounded up and its end rounded down to the second", () => {
    const beginMs = Date.parse("2000-01-01T03:25:44.001Z");
    const endMs = Date.parse("2000-05-22T21:21:29.999Z");
    assert.deepEqual(
      toLockSchedules({ beginMs, endMs, weekly: null }, { ...room, timeZone: "UTC" }),
      {
        userType: "yearDay",
        yearDay: { localStartSeconds: 12_345, localEndSeconds: 12_345_689 },
      },
    );
  });

  it("has no schedule if an edge lies in the hour that comes twice", () => {
    const day = Date.parse("2026-10-25T12:00:00+01:00");
    const first = Date.parse("2026-10-25T02:16:00+02:00");
    const second = Date.parse("2026-10-25T02:16:00+01:00");
    for (const beginMs of [first, second]) {
      assert.equal(toLockSchedules({ beginMs, endMs: day, weekly: null }, room), null);
    }
    for (const endMs of [first, second]) {
      const beginMs = day - 86_400_000;
      assert.equal(toLockSchedules({ beginMs, endMs, weekly: null }, room), null);
    }
    const after = Date.parse("2026-10-25T03:00:00+01:00");
    const before = Date.parse("2026-10-25T01:59:59+02:00");
    assert.ok(toLockSchedules({ beginMs: before, endMs: after, weekly: null }, room) !== null);
  });

  it("has no weekly schedule if an edge lies in the hour that comes twice", () => {
    const open = { beginMs: null, endMs: null };
    const hasSchedules = (...days: Parameters<typeof week>) =>
      toLockSchedules({ ...open, weekly: week(...days) }, room) !== null;
    const [sunday, saturday, weekdays] = [1, 0x40, 0x3e];
    assert.equal(hasSchedules(sunday, 60, 150), false, "it ends in the repeated hour");
    assert.equal(
      hasSchedules(saturday, 1320, 150),
      false,
      "it ends there on the day after its begin",
    );
    assert.equal(hasSchedules(sunday, 120, 300), false, "it begins there");
    assert.equal(hasSchedules(sunday, 60, 180), true, "it ends after the repeated hour");
    assert.equal(hasSchedules(weekdays, 60, 150), true, "the clock is never turned on such a day");
    assert.equal(hasSchedules(sunday, 1320, 150), true, "it ends on a Monday");
  });

  it("is one week-day schedule for an interval inside the day", () => {
    const window = { beginMs: null, endMs: null, weekly: week(2, 945, 1015) };
    assert.deepEqual(toLockSchedules(window, room), {
      userType: "weekDay",
      weekDay: [{ daysMask: 2, startHour: 15, startMinute: 45, endHour: 16, endMinute: 55 }],
    });
  });

  it("keeps the bits of Sunday, Tuesday and Saturday", () => {
    assert.deepEqual(toWeekDays(week(0x45, 967, 1270), true), [
      { daysMask: 0x45, startHour: 16, startMinute: 7, endHour: 21, endMinute: 10 },
    ]);
  });

  it("is split at midnight, and the second part has the days moved on by one", () => {
    assert.deepEqual(toWeekDays(week(0x41, 1320, 360), true), [
      { daysMask: 0x41, startHour: 22, startMinute: 0, endHour: 23, endMinute: 59 },
      { daysMask: 0x03, startHour: 0, startMinute: 0, endHour: 6, endMinute: 0 },
    ]);
  });

  it("ends at 23:59 for whole days, because ZCL cannot express 24:00", () => {
    assert.deepEqual(toWeekDays(week(127, 0, 1440), true), [
      { daysMask: 127, startHour: 0, startMinute: 0, endHour: 23, endMinute: 59 },
    ]);
  });

  it("is one schedule per day for a lock that refuses several days in one", () => {
    assert.deepEqual(
      toWeekDays(week(0x45, 540, 600), false).map(({ daysMask }) => daysMask),
      [0x01, 0x04, 0x40],
    );
  });

  it("is null if only the gateway can enforce it", () => {
    const bounds = { beginMs: 1_800_000_000_000, endMs: 1_900_000_000_000 };
    const open = { beginMs: null, endMs: null };
    const day = week(2, 540, 600);
    assert.equal(toLockSchedules({ ...open, weekly: null }, room), null, "permanent");
    assert.equal(toLockSchedules({ ...bounds, weekly: day }, room), null, "both kinds");
    const none = { ...room, yearDaySchedulesPerUser: 0, weekDaySchedulesPerUser: 1 };
    assert.equal(toLockSchedules({ ...bounds, weekly: null }, none), null, "no year-day schedule");
    assert.equal(
      toLockSchedules({ ...open, weekly: week(2, 1320, 360) }, none),
      null,
      "more than the lock has",
    );
    assert.equal(
      toLockSchedules({ ...open, weekly: day }, { ...room, timeZone: "Asia/Kathmandu" }),
      null,
      "another zone",
    );
  });
});

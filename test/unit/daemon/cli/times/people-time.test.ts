import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { peopleTime } from "../../../../../daemon/cli/times/people-time.ts";
import { timeText } from "../../../../../daemon/cli/times/time-format.ts";
import { offsetMs } from "../../../../../daemon/core/time/time-zone.ts";

const berlin = "Europe/Berlin";
/** A Tuesday, 05:40 in Berlin. */
const nowMs = Date.parse("2026-12-01T04:40:00Z");

function read(text: string, timeZone = berlin, atMs = nowMs): string | null {
  const ms = peopleTime(text, { nowMs: atMs, timeZone }, "first");
  return ms === null ? null : new Date(ms).toISOString();
}

describe("a time that a person writes", () => {
  for (const [text, expected] of [
    ["18:00", "2026-12-01T17:00:00.000Z"],
    ["05:00", "2026-12-02T04:00:00.000Z"],
    ["6pm", "2026-12-01T17:00:00.000Z"],
    ["12 am", "2026-12-01T23:00:00.000Z"],
    ["today 18:00", "2026-12-01T17:00:00.000Z"],
    ["Tomorrow at 11:30", "2026-12-02T10:30:00.000Z"],
    ["friday 18:00", "2026-12-04T17:00:00.000Z"],
    ["this Fri 6:30 pm", "2026-12-04T17:30:00.000Z"],
    ["next friday 18:00", "2026-12-04T17:00:00.000Z"],
    ["tuesday 18:00", "2026-12-01T17:00:00.000Z"],
    ["tuesday 05:00", "2026-12-08T04:00:00.000Z"],
    ["next tuesday 18:00", "2026-12-08T17:00:00.000Z"],
    ["sunday", "2026-12-05T23:00:00.000Z"],
    ["30.11.2026 18:00", "2026-11-30T17:00:00.000Z"],
    ["1.12.2026", "2026-11-30T23:00:00.000Z"],
    ["2026-11-30 18:00:07", "2026-11-30T17:00:07.000Z"],
    ["2026-11-30T18:00", "2026-11-30T17:00:00.000Z"],
    ["2026/11/30 18:00", "2026-11-30T17:00:00.000Z"],
    ["2026-11-30T18:00+08:00", "2026-11-30T10:00:00.000Z"],
    ["2026-11-30T18:00Z", "2026-11-30T18:00:00.000Z"],
    ["2028-02-29", "2028-02-28T23:00:00.000Z"],
    ["+90m", "2026-12-01T06:10:00.000Z"],
    ["in 2 hours", "2026-12-01T06:40:00.000Z"],
    ["+1w", "2026-12-08T04:40:00.000Z"],
    ["1800000123", "2027-01-15T08:02:03.000Z"],
    ["now", "2026-12-01T04:40:00.000Z"],
  ] as const) {
    it(`reads "${text}" in the zone of the gateway`, () => assert.equal(read(text), expected));
  }

  for (const text of [
    "",
    "someday",
    "friday 25:00",
    "friday 8",
    "fr 08:00",
    "18:60",
    "13pm",
    "2026-13-01",
    "2026-02-29",
    "30.2.2026 12:00",
    "31.04.2026",
    "30/11/2026",
    "2026-11-30 8am tomorrow",
    "2026-02-30T08:00Z",
    "+3y",
    "1790000000000",
  ]) {
    it(`does not read "${text}"`, () => assert.equal(read(text), null));
  }

  it("is the moment at which the clocks are put forward, if they skip it", () => {
    assert.equal(read("2027-03-28 02:30"), "2027-03-28T01:00:00.000Z");
  });

  it("is the first or the last of two, if the clocks are put back over it", () => {
    const frame = { nowMs, timeZone: berlin };
    assert.equal(peopleTime("2027-10-31 02:30", frame, "first"), Date.parse("2027-10-31T00:30Z"));
    assert.equal(peopleTime("2027-10-31 02:30", frame, "last"), Date.parse("2027-10-31T01:30Z"));
  });

  it("means another moment in another zone, whatever the zone of the machine", () => {
    assert.equal(read("friday 18:00", "Asia/Shanghai"), "2026-12-04T10:00:00.000Z");
    assert.equal(read("friday 18:00", "America/New_York"), "2026-12-04T23:00:00.000Z");
    // In Kiritimati it is already Tuesday evening.
    assert.equal(read("18:00", "Pacific/Kiritimati"), "2026-12-02T04:00:00.000Z");
  });

  const zones = [berlin, "UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"];
  const moments = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });

  it("reads what latchctl prints as a moment with the same wall clock", () => {
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom(...zones),
        fc.constantFrom("first", "last"),
        (ms, timeZone, edge) => {
          const printed = timeText(ms, timeZone);
          const readMs = peopleTime(printed, { nowMs, timeZone }, edge) ?? assert.fail(printed);
          assert.equal(timeText(readMs, timeZone), printed);
          const hour = 3_600_000;
          assert.ok(Math.abs(readMs - ms) <= hour + 1000);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is within the coming week for a day of the week, and never over", () => {
    const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom(...zones),
        fc.nat(6),
        fc.nat(1439),
        (ms, timeZone, day, minute) => {
          const clock = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
          const frame = { nowMs: ms, timeZone };
          const readMs = peopleTime(`${days[day]} ${clock}`, frame, "last") ?? assert.fail();
          const eightDays = 8 * 86_400_000;
          assert.ok(readMs > ms && readMs - ms < eightDays);
          const local = new Date(readMs + offsetMs(timeZone, readMs));
          assert.equal(local.getUTCDay(), day);
        },
      ),
      { numRuns: 500 },
    );
  });
});

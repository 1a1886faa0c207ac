import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timeText } from "../../../../../daemon/cli/terminal/time-text.ts";

describe("times as people write them", () => {
  const nowMs = 1_800_000_000_000;
  const nextAt = (day: number, hour: number): number => {
    const now = new Date(nowMs);
    const date = now.getDate() + ((day - now.getDay() + 7) % 7);
    const at = new Date(now.getFullYear(), now.getMonth(), date, hour).getTime();
    return at > nowMs ? at : new Date(now.getFullYear(), now.getMonth(), date + 7, hour).getTime();
  };

  for (const [text, seconds] of [
    ["+3d", 1_800_000_000 + 3 * 86_400],
    ["+90m", 1_800_000_000 + 5400],
    ["1800000123", 1_800_000_123],
    ["0", 0],
    ["2027-01-15T08:00+01:00", Date.parse("2027-01-15T07:00Z") / 1000],
    ["2027-01-15 08:00", new Date(2027, 0, 15, 8).getTime() / 1000],
    ["2027-01-15", new Date(2027, 0, 15).getTime() / 1000],
    ["2028-02-29", new Date(2028, 1, 29).getTime() / 1000],
    ["sunday 18:00", nextAt(0, 18) / 1000],
    ["Monday", nextAt(1, 0) / 1000],
    ["tomorrow 11:00", new Date(2027, 0, new Date(nowMs).getDate() + 1, 11).getTime() / 1000],
  ] as const) {
    it(`read ${text}`, () => {
      assert.equal(timeText("permission_end", text, nowMs), String(seconds));
    });
  }

  it("mean the next such day, also on that day itself", () => {
    const friday = new Date(2027, 0, 15, 20).getTime();
    const read = (text: string) => Number(timeText("from", text, friday)) * 1000;
    assert.equal(read("friday 18:00"), new Date(2027, 0, 22, 18).getTime());
    assert.equal(read("friday 21:00"), new Date(2027, 0, 15, 21).getTime());
    assert.equal(read("today 21:00"), new Date(2027, 0, 15, 21).getTime());
  });

  for (const text of [
    "someday",
    "friday 25:00",
    "friday 8",
    "2027-13-01",
    "2027-02-29",
    "2027-02-30 12:00",
    "2027-04-31T08:00+01:00",
    "15.01.2027",
    "+3y",
    "2027-01-15 8am",
    "",
  ]) {
    it(`refuse ${text || "nothing"}`, () => {
      assert.throws(() => timeText("permission_end", text, nowMs), /permission_end: write/);
    });
  }
});

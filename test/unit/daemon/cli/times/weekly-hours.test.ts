import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { weeklyText } from "../../../../../daemon/cli/times/time-format.ts";
import { weeklyHours } from "../../../../../daemon/cli/times/weekly-hours.ts";

const berlin = "Europe/Berlin";
const all = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

describe("the hours of a week that a person writes", () => {
  for (const [text, days, start, end, zone] of [
    ["sat,sun 08:00-12:00", ["sunday", "saturday"], 480, 720, berlin],
    ["Saturday and Sunday 8:00 - 12:00", ["sunday", "saturday"], 480, 720, berlin],
    ["mon-fri 22:00-06:00", all.slice(1, 6), 1320, 360, berlin],
    ["fri-mon 07:00–09:30", ["sunday", "monday", "friday", "saturday"], 420, 570, berlin],
    ["daily 08:00-24:00", all, 480, 1440, berlin],
    ["daily 08:00-00:00", all, 480, 1440, berlin],
    ["weekend", ["sunday", "saturday"], 0, 1440, berlin],
    ["weekdays 09:00-17:00 Asia/Shanghai", all.slice(1, 6), 540, 1020, "Asia/Shanghai"],
  ] as const) {
    it(`reads "${text}"`, () => {
      const expected = { days, start_minute: start, end_minute: end, time_zone: zone };
      assert.deepEqual(weeklyHours(text, berlin), expected);
    });
  }

  for (const text of [
    "",
    "08:00-12:00",
    "sat 12:00",
    "sat 08:00-08:00",
    "sat 25:00-26:00",
    "sat 24:00-08:00",
    "sa,so 08:00-12:00",
    "funday 08:00-12:00",
    "sat 08:00-12:00 Middle/Earth",
  ]) {
    it(`does not read "${text}"`, () => assert.equal(weeklyHours(text, berlin), null));
  }

  it("are printed as they can be given", () => {
    for (const text of [
      "sat,sun 08:00-12:00",
      "mon,tue,fri 22:00-06:00",
      "daily",
      "daily 08:00-24:00",
    ]) {
      const { days, start_minute, end_minute } = weeklyHours(text, berlin) ?? assert.fail(text);
      assert.equal(weeklyText({ days, startMinute: start_minute, endMinute: end_minute }), text);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  daysIn,
  readValidity,
  type ValidityTexts,
  weekendOf,
} from "../../../../daemon/page/src/screens/locks/codes/validity-reading.ts";

const zone = "Europe/Berlin";
const at = (iso: string): number => Date.parse(iso) / 1000;
const nowS = at("2026-12-01T08:00:00Z");
const empty: ValidityTexts = {
  ...{ preset: "until", from: "", until: "", days: "", start: "08:00", end: "18:00" },
};
const read = (typed: Partial<ValidityTexts>) =>
  readValidity({ ...empty, ...typed }, { zone, nowS });

describe("the times of a code as they are typed", () => {
  it("last until the typed end, from now or from the typed begin", () => {
    const until = "2026-12-06T18:00";
    assert.deepEqual(read({ until }).validity, {
      ...{ beginS: null, endS: at("2026-12-06T17:00:00Z"), weekly: null, isOneTime: false },
    });
    const { validity } = read({ until, from: "2026-12-04T16:00" });
    assert.equal(validity?.beginS, at("2026-12-04T15:00:00Z"));
  });

  it("have no limit for a code that opens always, whatever was typed before", () => {
    const { validity } = read({ preset: "always", until: "2020-01-01T00:00" });
    assert.deepEqual(validity, { beginS: null, endS: null, weekly: null, isOneTime: false });
  });

  it("are once, until an end if there is one", () => {
    assert.equal(read({ preset: "once" }).validity?.isOneTime, true);
    const { validity } = read({ preset: "once", until: "2026-12-02T09:00" });
    assert.deepEqual([validity?.isOneTime, validity?.endS], [true, at("2026-12-02T08:00:00Z")]);
  });

  it("are the chosen days of each week, and hours up to midnight", () => {
    const { validity } = read({ preset: "weekly", days: "friday,monday", end: "00:00" });
    assert.deepEqual(validity?.weekly, {
      ...{ days: ["monday", "friday"], start_minute: 480, end_minute: 1440, time_zone: zone },
    });
  });

  for (const [what, typed, fault] of [
    ["no end", {}, "noEnd"],
    ["no end that is a time", { until: "2026-12" }, "noTime"],
    ["an end in the past", { until: "2026-12-01T08:59" }, "past"],
    ["an end before its begin", { from: "2026-12-06T18:00", until: "2026-12-05T18:00" }, "order"],
    ["no day of the week", { preset: "weekly" }, "noDays"],
    ["no hours", { preset: "weekly", days: "monday", start: "" }, "noHours"],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.deepEqual([read(typed).validity, read(typed).fault], [null, fault]);
    });
  }

  it("say when the clocks change at them", () => {
    const { notes } = read({ until: "2027-03-28T02:30" });
    assert.deepEqual(notes, [{ atS: at("2027-03-28T01:00:00Z"), reading: "skipped" }]);
  });
});

describe("the week-end", () => {
  for (const [day, from, until] of [
    ["2026-12-01T08:00:00Z", "2026-12-04T16:00", "2026-12-07T10:00"],
    ["2026-12-04T08:00:00Z", "2026-12-04T16:00", "2026-12-07T10:00"],
    ["2026-12-05T08:00:00Z", "2026-12-04T16:00", "2026-12-07T10:00"],
    ["2026-12-06T22:59:00Z", "2026-12-04T16:00", "2026-12-07T10:00"],
    ["2026-12-06T23:00:00Z", "2026-12-11T16:00", "2026-12-14T10:00"],
    ["2026-10-23T08:00:00Z", "2026-10-23T16:00", "2026-10-26T10:00"],
  ] as const) {
    it(`is from ${from} to ${until} if it is ${day}`, () => {
      assert.deepEqual(weekendOf(at(day), zone), { from, until });
    });
  }
});

describe("days in a text", () => {
  it("are named once and from Monday, and others are left out", () => {
    assert.deepEqual(daysIn("sunday,monday,sunday,someday,"), ["monday", "sunday"]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  dayStart,
  localText,
  offsetS,
  timeOfLocal,
  weekday,
} from "../../../../daemon/page/src/time/zone-time.ts";

const berlin = "Europe/Berlin";
const at = (iso: string): number => Date.parse(iso) / 1000;

describe("a local time of the gateway's zone", () => {
  for (const [text, zone, iso] of [
    ["2026-12-06T18:00", berlin, "2026-12-06T17:00:00Z"],
    ["2026-07-06T18:00", berlin, "2026-07-06T16:00:00Z"],
    ["2026-12-06T18:00", "Asia/Shanghai", "2026-12-06T10:00:00Z"],
    ["2026-12-06T18:00", "Asia/Kathmandu", "2026-12-06T12:15:00Z"],
    ["2026-12-06T18:00", "Pacific/Kiritimati", "2026-12-06T04:00:00Z"],
    ["2026-12-06T18:00:30", "UTC", "2026-12-06T18:00:30Z"],
  ] as const) {
    it(`is read as ${iso} if it is ${text} in ${zone}, and is written so again`, () => {
      assert.deepEqual(timeOfLocal(text, zone, "end"), { atS: at(iso), reading: "once" });
      assert.equal(localText(at(iso), zone), text.slice(0, 16));
    });
  }

  it("begins a window at its second and ends one at its first occurrence when clocks are put back", () => {
    const twice = "2026-10-25T02:30";
    assert.deepEqual(timeOfLocal(twice, berlin, "end"), {
      ...{ atS: at("2026-10-25T00:30:00Z"), reading: "twice" },
    });
    assert.deepEqual(timeOfLocal(twice, berlin, "start"), {
      ...{ atS: at("2026-10-25T01:30:00Z"), reading: "twice" },
    });
  });

  it("is the moment of the change when the clocks skip it", () => {
    for (const edge of ["start", "end"] as const) {
      assert.deepEqual(timeOfLocal("2026-03-29T02:30", berlin, edge), {
        ...{ atS: at("2026-03-29T01:00:00Z"), reading: "skipped" },
      });
    }
  });

  it("is read with a change of half an hour", () => {
    const lordHowe = "Australia/Lord_Howe";
    const read = timeOfLocal("2026-10-04T02:15", lordHowe, "end");
    assert.deepEqual(read, { atS: at("2026-10-03T15:30:00Z"), reading: "skipped" });
    assert.equal(localText(at("2026-10-03T15:30:00Z"), lordHowe), "2026-10-04T02:30");
  });

  it("agrees with the zone's offset at every hour of a year", () => {
    for (const zone of [berlin, "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"]) {
      for (let hour = 0; hour < 365 * 24; hour += 7) {
        const atS = at("2026-01-01T00:00:00Z") + hour * 3600;
        const read = timeOfLocal(localText(atS, zone), zone, "start");
        const isAgain = read?.reading === "twice";
        assert.ok(isAgain || read?.atS === atS, `${zone} ${new Date(atS * 1000).toISOString()}`);
      }
    }
  });

  it("is none if the text is no date and time", () => {
    for (const text of ["", "2026-12-06", "2026-13-01T10:00", "2026-12-06T25:00", "tomorrow"]) {
      assert.equal(timeOfLocal(text, berlin, "end"), null, text);
    }
  });
});

describe("a day of the gateway's zone", () => {
  it("has 23 hours when the clocks are put forward, and 25 when they are put back", () => {
    for (const [day, hours] of [
      ["2026-03-29T12:00:00Z", 23],
      ["2026-10-25T12:00:00Z", 25],
      ["2026-12-06T12:00:00Z", 24],
    ] as const) {
      const length = dayStart(at(day), berlin, 1) - dayStart(at(day), berlin);
      assert.equal(length / 3600, hours, day);
    }
  });

  it("begins at one o'clock where midnight is skipped", () => {
    const start = dayStart(at("2026-03-29T12:00:00Z"), "Asia/Beirut");
    assert.equal(localText(start, "Asia/Beirut"), "2026-03-29T01:00");
  });

  it("is another day of the week across the date line at the same moment", () => {
    const moment = at("2026-12-06T11:00:00Z");
    assert.equal(weekday(moment, "UTC"), 0);
    assert.equal(weekday(moment, "Pacific/Kiritimati"), 1);
    assert.equal(offsetS(moment, "Pacific/Kiritimati"), 14 * 3600);
  });
});

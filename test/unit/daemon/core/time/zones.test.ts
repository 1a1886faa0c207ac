import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { zoneDirectory, zoneFiles } from "../../../../../daemon/clock/zone-files.ts";
import { dayNumber, weekdayOf, yearOf } from "../../../../../daemon/core/time/calendar.ts";
import { readZoneFile } from "../../../../../daemon/core/time/zone-file.ts";
import { footerOffsets } from "../../../../../daemon/core/time/zone-footer.ts";
import { zoneOfRuntime } from "../../../../../daemon/core/time/zone-of-runtime.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fromMs = Date.UTC(1990, 0, 1);
const toMs = Date.UTC(2060, 0, 1);

/** Countries change their rules: the tables of the system and of Node may be of different years. */
const differingLimit = 8;

/** Returns the footer's offset, which must exist. */
function byFooter(text: string, atMs: number): number {
  const offsets = footerOffsets(text);
  assert.ok(offsets !== null && offsets !== "none", text);
  return offsets(atMs);
}

describe("zone files", () => {
  const source = zoneFiles(zoneDirectory);

  it("agree with Intl about every zone, before and after the footer applies", () => {
    const differing: string[] = [];
    let known = 0;
    for (const name of Intl.supportedValuesOf("timeZone")) {
      const ours = source(name);
      const theirs = zoneOfRuntime(name);
      if (ours === null) continue;
      known += 1;
      assert.ok(theirs, name);
      // Steps of a prime number of days and hours reach every season and every hour of the day.
      for (let atMs = fromMs; atMs < toMs; atMs += 97 * dayMs + 7 * hourMs) {
        if (ours(atMs) === theirs(atMs)) continue;
        differing.push(`${name} ${new Date(atMs).toISOString()}`);
        break;
      }
    }
    assert.ok(known > 300 || known === 0, `only ${known} zones are there`);
    assert.ok(differing.length <= differingLimit, differing.join("\n"));
  });

  it("change the offset in the same second as Intl", () => {
    for (const name of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]) {
      const ours = source(name);
      const theirs = zoneOfRuntime(name);
      if (ours === null) continue;
      assert.ok(theirs, name);
      for (let atMs = Date.UTC(2030, 0, 1); atMs < Date.UTC(2042, 0, 1); atMs += dayMs) {
        if (ours(atMs) === ours(atMs + dayMs)) continue;
        let [low, high] = [atMs, atMs + dayMs];
        while (high - low > 1000) {
          const middle = Math.floor((low + high) / 2000) * 1000;
          if (ours(middle) === ours(high)) high = middle;
          else low = middle;
        }
        assert.deepEqual([theirs(low), theirs(high)], [ours(low), ours(high)], name);
      }
    }
  });

  it("give no zone for a path outside the folder, a zone with leap seconds, or an unknown name", () => {
    for (const name of ["../../etc/passwd", "right/UTC", "posixrules", "zone.tab", "", "UTC/"]) {
      assert.equal(source(name), null, name);
    }
    assert.equal(zoneFiles("/nowhere")("UTC"), null);
  });

  it("are refused if they are truncated, whatever the bytes are", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, bytes, (head, tail) => {
        const header = Uint8Array.of(0x54, 0x5a, 0x69, 0x66, 0x32, ...new Uint8Array(39));
        assert.equal(readZoneFile(head), null);
        const offsets = readZoneFile(Uint8Array.of(...header, ...head, ...header, ...tail));
        assert.ok(offsets === null || typeof offsets(0) === "number");
      }),
    );
  });
});

describe("the footer of a zone file", () => {
  const summerMs = Date.UTC(2050, 6, 1);
  const winterMs = Date.UTC(2050, 0, 15);

  it("gives summer and winter time on both sides of the equator", () => {
    const berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
    assert.equal(byFooter(berlin, summerMs), 2 * hourMs);
    assert.equal(byFooter(berlin, winterMs), hourMs);
    const sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
    assert.equal(byFooter(sydney, summerMs), 10 * hourMs);
    assert.equal(byFooter(sydney, winterMs), 11 * hourMs);
  });

  it("gives a winter time that is the exception, and a change before midnight of its day", () => {
    assert.equal(byFooter("IST-1GMT0,M10.5.0,M3.5.0/1", winterMs), 0);
    assert.equal(byFooter("IST-1GMT0,M10.5.0,M3.5.0/1", summerMs), hourMs);
    const nuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
    const turnMs = Date.UTC(2050, 2, 27, 1);
    assert.equal(byFooter(nuuk, turnMs - 1), -2 * hourMs);
    assert.equal(byFooter(nuuk, turnMs), -hourMs);
  });

  it("counts days of the year with and without the 29th of February", () => {
    const marchMs = Date.UTC(2052, 2, 1);
    assert.equal(byFooter("AAA0BBB,J60/0,J300/0", marchMs - 1), 0);
    assert.equal(byFooter("AAA0BBB,J60/0,J300/0", marchMs), hourMs);
    assert.equal(byFooter("AAA0BBB,59/0,300/0", marchMs - dayMs), hourMs);
  });

  it("gives one offset for a zone without changes, and nothing for a text that is no rule", () => {
    assert.equal(byFooter("<+0545>-5:45", summerMs), 5.75 * hourMs);
    assert.equal(footerOffsets(""), "none");
    for (const text of ["CET", "CET-1CEST,M3.5.0", "x", "CET-1CEST"]) {
      assert.equal(footerOffsets(text), null, text);
    }
  });
});

describe("the calendar", () => {
  it("agrees with Date about days, years and weekdays", () => {
    fc.assert(
      fc.property(fc.integer({ min: -500_000, max: 2_900_000 }), (day) => {
        const date = new Date(day * dayMs);
        const year = date.getUTCFullYear();
        assert.equal(dayNumber(year, date.getUTCMonth() + 1, date.getUTCDate()), day);
        assert.equal(yearOf(day), year);
        assert.equal(weekdayOf(day), date.getUTCDay());
      }),
    );
  });
});

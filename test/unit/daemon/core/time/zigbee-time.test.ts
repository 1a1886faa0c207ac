import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  fromZigbeeLocal,
  fromZigbeeUtc,
  toZigbeeLocal,
  toZigbeeUtc,
  zoneShift,
} from "../../../../../daemon/core/time/zigbee-time.ts";

const zones = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];

describe("ZigBee local time", () => {
  it("changes in the same millisecond as the zone's clock, whatever was asked before", () => {
    const turnMs = Date.parse("2026-03-29T01:00:00Z");
    const nearby = fc.integer({ min: -1_800_000, max: 1_800_000 });
    fc.assert(
      fc.property(fc.array(nearby, { minLength: 1, maxLength: 20 }), (moments) => {
        for (const ms of [...moments, -1, 0]) {
          const wallMs = turnMs + ms + (ms < 0 ? 1 : 2) * 3_600_000;
          const seconds = Math.floor((wallMs - Date.UTC(2000, 0, 1)) / 1000);
          assert.equal(toZigbeeLocal(turnMs + ms, "Europe/Berlin"), seconds);
        }
      }),
    );
  });

  it("counts seconds of the wall clock since 2000", () => {
    const local = toZigbeeLocal(Date.parse("2026-11-23T09:00:00+01:00"), "Europe/Berlin");
    assert.equal(local, 0x3296bd10);
    assert.equal(fromZigbeeLocal(local, "Europe/Berlin"), Date.parse("2026-11-23T08:00:00Z"));
  });

  it("is null for a lock without a clock, and for years before 2020", () => {
    assert.equal(fromZigbeeLocal(0xffffffff, "UTC"), null);
    assert.equal(fromZigbeeLocal(Number.NaN, "UTC"), null);
    assert.equal(fromZigbeeLocal(631_151_999, "UTC"), null);
    assert.equal(fromZigbeeLocal(631_152_000, "UTC"), Date.parse("2020-01-01T00:00:00Z"));
    assert.equal(fromZigbeeUtc(0xffffffff), null);
    assert.equal(fromZigbeeUtc(toZigbeeUtc(1_800_000_000_999)), 1_800_000_000_000);
  });

  it("means the first of two equal times in autumn", () => {
    const second = Date.parse("2026-10-25T02:30:00+01:00");
    assert.equal(
      fromZigbeeLocal(toZigbeeLocal(second, "Europe/Berlin"), "Europe/Berlin"),
      Date.parse("2026-10-25T02:30:00+02:00"),
    );
  });

  it("means the first instant after the gap for a time that does not exist in spring", () => {
    const gap = Date.parse("2026-03-29T02:30:00Z") / 1000 - 946_684_800;
    assert.equal(fromZigbeeLocal(gap, "Europe/Berlin"), Date.parse("2026-03-29T01:00:00Z"));
  });

  it("gives the same wall clock after a conversion to UTC and back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 1_600_000_000, max: 2_500_000_000 }),
        (zone, unixSeconds) => {
          const local = toZigbeeLocal(unixSeconds * 1000, zone);
          const back = fromZigbeeLocal(local, zone);
          assert.ok(back !== null && back <= unixSeconds * 1000);
          assert.equal(toZigbeeLocal(back, zone), local);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the Time cluster's offsets", () => {
  it("keep the standard offset and the summer shift apart", () => {
    const summer = Date.parse("2026-07-01T00:00:00Z");
    const winter = Date.parse("2026-12-01T00:00:00Z");
    assert.deepEqual(zoneShift("Europe/Berlin", summer), { zoneSeconds: 3600, dstSeconds: 3600 });
    assert.deepEqual(zoneShift("Europe/Berlin", winter), { zoneSeconds: 3600, dstSeconds: 0 });
    assert.deepEqual(zoneShift("Australia/Lord_Howe", winter), {
      zoneSeconds: 37_800,
      dstSeconds: 1800,
    });
    assert.deepEqual(zoneShift("Asia/Kathmandu", summer), { zoneSeconds: 20_700, dstSeconds: 0 });
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TimeForLocks } from "../../../../../daemon/core/time/served-time.ts";

const at = (text: string) => ({ nowMs: Date.parse(text), state: "synced" }) as const;
const seconds = (text: string) => Date.parse(text) / 1000;

describe("TimeForLocks", () => {
  it("returns the present period of daylight saving time with its exact limits", () => {
    const { zoneSeconds, dst } = new TimeForLocks("Europe/Berlin").at(at("2026-07-01T12:00:00Z"));
    assert.equal(zoneSeconds, 3600);
    assert.deepEqual(dst, {
      startUnixSeconds: seconds("2026-03-29T01:00:00Z"),
      endUnixSeconds: seconds("2026-10-25T01:00:00Z"),
      shiftSeconds: 3600,
    });
  });

  it("returns the next period of daylight saving time in winter", () => {
    const { dst } = new TimeForLocks("Europe/Berlin").at(at("2026-11-23T12:00:00Z"));
    assert.equal(dst?.startUnixSeconds, seconds("2027-03-28T01:00:00Z"));
    assert.equal(dst?.endUnixSeconds, seconds("2027-10-31T01:00:00Z"));
  });

  it("returns a shift of half an hour south of the equator", () => {
    const { zoneSeconds, dst } = new TimeForLocks("Australia/Lord_Howe").at(
      at("2026-12-24T00:00:00Z"),
    );
    assert.equal(zoneSeconds, 37_800);
    assert.equal(dst?.shiftSeconds, 1800);
    assert.equal(dst?.startUnixSeconds, seconds("2026-10-03T15:30:00Z"));
  });

  it("returns no period in a zone without daylight saving time", () => {
    assert.equal(new TimeForLocks("Asia/Shanghai").at(at("2026-07-01T12:00:00Z")).dst, null);
  });

  it("searches again once the known period is over", () => {
    const source = new TimeForLocks("Europe/Berlin");
    source.at(at("2026-07-01T12:00:00Z"));
    const { dst } = source.at(at("2026-10-25T01:00:00Z"));
    assert.equal(dst?.startUnixSeconds, seconds("2027-03-28T01:00:00Z"));
  });

  it("returns a time that is not trusted while the time is lost", () => {
    const time = new TimeForLocks("Europe/Berlin");
    assert.equal(time.at({ nowMs: 0, state: "lost" }).isTrusted, false);
  });
});

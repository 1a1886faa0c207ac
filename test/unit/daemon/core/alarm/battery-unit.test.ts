import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batteryReading } from "../../../../../daemon/core/alarm/battery-unit.ts";
import { reduce } from "../../../../../daemon/core/event/reduce.ts";
import { aLock, aView, someCapabilities } from "../../../../support/records.ts";

const time = { nowMs: 1_800_000_000_000, state: "synced" } as const;

describe("the unit of a battery value", () => {
  it("is half percent for good once the lock has sent a value above 100", () => {
    const lock = aLock({
      capabilities: someCapabilities({ batteryUnitBasis: "model", batteryUnit: "wholePercent" }),
    });
    const first = batteryReading(lock, { kind: "battery", percent: 83, raw: 166 });
    assert.equal(first.percent, 83);
    assert.equal(first.lock.capabilities.batteryUnit, "halfPercent");
    assert.equal(first.lock.capabilities.batteryUnitBasis, "lock");
    const later = batteryReading(first.lock, { kind: "battery", percent: 20, raw: 20 });
    assert.equal(later.percent, 10);
  });

  it("is the driver's until the lock has proved one", () => {
    const lock = aLock({});
    assert.equal(batteryReading(lock, { kind: "battery", percent: 20, raw: 20 }).percent, 20);
    assert.equal(batteryReading(lock, { kind: "battery", percent: 7 }).percent, 7);
  });

  it("is whole percent if the cells proved it at pairing", () => {
    const capabilities = someCapabilities({
      batteryUnit: "wholePercent",
      batteryUnitBasis: "lock",
    });
    const lock = aLock({ capabilities });
    assert.equal(batteryReading(lock, { kind: "battery", percent: 10, raw: 20 }).percent, 20);
  });

  it("is stored even if the percentage has not changed", () => {
    const lock = aLock({ batteryPercent: 100 });
    const view = aView({ lock });
    const event = { kind: "battery", percent: 100, raw: 200 } as const;
    const effects = reduce({ view, event, time, code: null, sealedFor: "x" });
    assert.equal(effects.lock?.capabilities.batteryUnitBasis, "lock");
  });
});

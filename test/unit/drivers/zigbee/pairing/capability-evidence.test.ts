import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unitOf } from "../../../../../drivers/zigbee/pairing/battery-probe.ts";
import { judgedSleep } from "../../../../../drivers/zigbee/pairing/receiver-sleep.ts";
import { rangeOf } from "../../../../../drivers/zigbee/pairing/slot-range.ts";
import { quirksOf, standardQuirks } from "../../../../../drivers/zigbee/quirks/quirks.ts";

/** Power Configuration: percentage, voltage, number of cells, rated voltage of one. */
function power(percentage: number, voltage?: number, cells?: number, rated?: number) {
  const entries: [number, number | undefined][] = [
    [0x21, percentage],
    [0x20, voltage],
    [0x33, cells],
    [0x34, rated],
  ];
  return new Map(entries.filter((entry): entry is [number, number] => entry[1] !== undefined));
}

describe("the battery's scale at pairing", () => {
  it("is proved by a value above 100", () => {
    const whole = { batteryScale: "wholePercent" } as const;
    assert.deepEqual(unitOf(power(130, 52, 4), whole), { unit: "halfPercent", basis: "lock" });
  });

  it("is proved by new cells that read as 100", () => {
    assert.deepEqual(unitOf(power(100, 45, 3, 15), standardQuirks), {
      unit: "wholePercent",
      basis: "lock",
    });
    // At 1.3 V a cell is not new: 100 may be half percent.
    assert.deepEqual(unitOf(power(100, 39, 3, 15), standardQuirks), {
      unit: "halfPercent",
      basis: "assumed",
    });
    assert.deepEqual(unitOf(power(100, 255, 3), standardQuirks), {
      unit: "halfPercent",
      basis: "assumed",
    });
  });

  it("is the model's, and else the ZCL's and said to be assumed", () => {
    const irevo = quirksOf("06ffffffff", "ASSA ABLOY iRevo");
    assert.deepEqual(unitOf(power(60), irevo), { unit: "wholePercent", basis: "model" });
    const unknown = quirksOf("XYZ-1", "Nobody");
    assert.deepEqual(unitOf(power(60), unknown), { unit: "halfPercent", basis: "assumed" });
    const nimly = quirksOf("NimlyCode", "Onesti Products AS");
    assert.deepEqual(unitOf(power(20), nimly), { unit: "halfPercent", basis: "assumed" });
    const onesti = quirksOf("easyCodeTouch_v1", "Onesti Products AS");
    assert.deepEqual(unitOf(power(60), onesti), { unit: "wholePercent", basis: "model" });
    const datek = quirksOf("EasyCode903G2.1", "Datek Wireless");
    assert.deepEqual(unitOf(power(60), datek), { unit: "halfPercent", basis: "assumed" });
  });
});

describe("the sleep of a lock", () => {
  const claims = (listensWhenIdle: boolean, isMainsPowered: boolean) => ({
    listensWhenIdle,
    isMainsPowered,
  });

  const endDevice = { isRouter: false, isOnBattery: false };
  const router = { isRouter: true, isOnBattery: false };

  it("is assumed where it claims mains power and says that it has a battery", () => {
    assert.deepEqual(
      judgedSleep(claims(true, true), { ...endDevice, isOnBattery: true }, standardQuirks),
      {
        isSleepy: true,
        basis: "assumed",
      },
    );
  });

  it("is assumed where it claims to listen and has no mains power", () => {
    assert.deepEqual(judgedSleep(claims(true, false), endDevice, standardQuirks), {
      isSleepy: true,
      basis: "assumed",
    });
    assert.deepEqual(judgedSleep(null, endDevice, standardQuirks), {
      isSleepy: true,
      basis: "assumed",
    });
  });

  it("is ruled out by mains power and by a router", () => {
    assert.equal(judgedSleep(claims(true, true), endDevice, standardQuirks).isSleepy, false);
    assert.equal(judgedSleep(null, router, standardQuirks).isSleepy, false);
  });

  it("is certain where the descriptor says so", () => {
    assert.deepEqual(judgedSleep(claims(false, true), endDevice, standardQuirks), {
      isSleepy: true,
      basis: "lock",
    });
  });
});

describe("the slots of an ID Lock", () => {
  const idLock = quirksOf("ID Lock 150", "Datek");

  it("are those from 60 on for passwords, and those below for people", () => {
    assert.deepEqual(rangeOf(109, idLock), {
      pinUsers: 109,
      firstUserId: 60,
      lastUserId: 107,
      peoplesFirstUserId: 1,
    });
  });

  it("run from 1 where the lock has fewer", () => {
    assert.deepEqual(rangeOf(25, idLock), { pinUsers: 25, firstUserId: 1, lastUserId: 24 });
  });
});

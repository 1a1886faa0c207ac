import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeLockFrame } from "../../../../../drivers/zigbee/frames/lock-reports.ts";
import { YundingSequence } from "../../../../../drivers/zigbee/frames/yunding-frames.ts";
import { clusterIds, parseZclFrame } from "../../../../../drivers/zigbee/frames/zcl-frame.ts";
import type { Quirks } from "../../../../../drivers/zigbee/quirks/quirk-model.ts";
import { quirksOf, standardQuirks } from "../../../../../drivers/zigbee/quirks/quirks.ts";
import { assertHas, decode, only } from "./frame-room.ts";

describe("reports and alarms", () => {
  it("give lock and door state in the sequence of the frame", () => {
    assert.deepEqual(decode("18 01 0A 00 00 30 02 03 00 30 00"), [
      { kind: "lockState", lockState: "unlocked" },
      { kind: "doorState", doorState: "open" },
    ]);
  });

  it("are read behind arrays, structures and strings of the same frame", () => {
    const unlocked = [{ kind: "lockState", lockState: "unlocked" }];
    for (const before of [
      "AA 00 48 20 02 00 01 02",
      "AA 00 4C 02 00 20 01 42 02 61 62",
      "AA 00 50 21 01 00 01 02",
      "AA 00 51 48 01 00 20 01 00 07",
      "AA 00 48 20 FF FF",
      "AA 00 42 03 61 62 63",
    ]) {
      assert.deepEqual(decode(`18 01 0A ${before} 00 00 30 02`), unlocked, before);
    }
  });

  it("end where a list is cut, is of no known type, or nests without end", () => {
    for (const rest of [
      "48 20 02 00 01",
      "48 00 FF 00",
      "4C 01",
      `${"48 48 01 00 ".repeat(9)}20`,
    ]) {
      assert.deepEqual(decode(`18 01 0A AA 00 ${rest} 00 00 30 02`), [], rest);
    }
  });

  it("never take an undefined state for an opening", () => {
    assert.deepEqual(decode("18 01 0A 00 00 30 FF"), [
      { kind: "lockState", lockState: "undefined" },
    ]);
    assert.deepEqual(decode("18 01 0A 00 00 30 00"), [
      { kind: "lockState", lockState: "notFullyLocked" },
    ]);
  });

  it("count a battery in half percent, and in whole percent where the model does", () => {
    const power = clusterIds.powerConfiguration;
    const battery = (raw: string, quirks: Quirks) =>
      decode(`18 01 0A 21 00 20 ${raw}`, quirks, power);
    assert.deepEqual(battery("37", standardQuirks), [{ kind: "battery", percent: 28, raw: 0x37 }]);
    const yale = quirksOf("YRD220/240 TSDB", "Yale");
    assert.deepEqual(battery("37", yale), [{ kind: "battery", percent: 55, raw: 0x37 }]);
    assert.deepEqual(battery("FF", standardQuirks), []);
  });

  it("count a battery value above 100 in half percent, whatever is known of the model", () => {
    const power = clusterIds.powerConfiguration;
    const yale = quirksOf("YRD220/240 TSDB", "Yale");
    assert.deepEqual(decode("18 01 0A 21 00 20 7A", yale, power), [
      { kind: "battery", percent: 61, raw: 122 },
    ]);
  });

  it("give the lower of two readings for a battery whose scale is unknown", () => {
    const power = clusterIds.powerConfiguration;
    const nimly = quirksOf("NimlyPRO", "Onesti Products AS");
    assert.deepEqual(decode("18 01 0A 21 00 20 14", nimly, power), [
      { kind: "battery", percent: 10, raw: 20 },
    ]);
  });

  it("behind a manufacturer code are the vendor's own attributes", () => {
    assert.deepEqual(decode("1C 5F 11 01 0A 00 00 30 01"), []);
  });

  it("are read past attributes of every type", () => {
    const types =
      "10 F0 F0 01 02 03 04 05 06 07 08 11 F0 22 01 02 03 12 F0 27 01 02 03 04 05 06 07 08";
    assert.deepEqual(decode(`18 01 0A ${types} 00 00 30 02`), [
      { kind: "lockState", lockState: "unlocked" },
    ]);
  });

  it("take a battery alarm state for a low battery", () => {
    const power = clusterIds.powerConfiguration;
    assert.deepEqual(decode("18 01 0A 3E 00 1B 01 00 00 00", standardQuirks, power), [
      { kind: "batteryLowAlarm" },
    ]);
  });

  it("take a clear battery alarm state, or one of the mains alone, for a battery that is not low", () => {
    const power = clusterIds.powerConfiguration;
    for (const state of ["00 00 00 00", "00 00 00 40"]) {
      assert.deepEqual(decode(`18 01 0A 3E 00 1B ${state}`, standardQuirks, power), [
        { kind: "batteryLowAlarm", isOver: true },
      ]);
    }
    assert.deepEqual(decode("09 01 00 3A 01 00", standardQuirks, clusterIds.alarms), []);
  });

  it("read the operation from Onesti's attributes and skip the code", () => {
    const hex = "18 01 0A 01 01 41 04 31 32 33 34 00 01 1B 07 00 02 02";
    assert.deepEqual(only(decode(hex)), {
      kind: "operationEvent",
      source: "keypad",
      code: "unlock",
      userId: 7,
      localSeconds: null,
    });
  });

  it("read an alarm by the cluster that it names", () => {
    const alarms = clusterIds.alarms;
    assert.deepEqual(decode("09 01 00 04 01 01", standardQuirks, alarms), [
      { kind: "alarm", alarm: "wrongCodeEntryLimit" },
    ]);
    assert.deepEqual(decode("09 01 00 10 01 00", standardQuirks, alarms), [
      { kind: "batteryLowAlarm" },
    ]);
    assert.deepEqual(decode("09 01 00 02 01 01", standardQuirks, alarms), []);
  });

  it("read alarms about cluster FC00 as the operations of a Control4 module", () => {
    const alarms = clusterIds.alarms;
    const reported = (code: string) => decode(`09 01 00 ${code} 00 FC`, standardQuirks, alarms);
    assertHas(only(reported("13")), { kind: "operationEvent", source: "keypad", code: "unlock" });
    assertHas(only(reported("15")), { source: "manual", code: "manualLock" });
    assertHas(only(reported("18")), { source: "rf", code: "lock" });
    assertHas(only(reported("A1")), { kind: "alarm", alarm: "wrongCodeEntryLimit" });
    assert.deepEqual(reported("A9"), [{ kind: "batteryLowAlarm" }]);
    assert.deepEqual(reported("80"), []);
  });
});

/** A Yunding frame as it comes over the air, blank but for what is given. */
function yunding(sequence: number, bolt: number, length = 85): string {
  const frame = Buffer.alloc(length);
  frame.set([0x05, 0x5a, 0x12, sequence]);
  if (length > 80) frame[80] = bolt;
  return frame.toString("hex");
}

describe("a Yunding lock", () => {
  it("reports its bolt by two bits of a frame of its own", () => {
    const own = clusterIds.vendor;
    assert.deepEqual(decode(yunding(1, 0x23), standardQuirks, own), [
      { kind: "lockState", lockState: "locked" },
    ]);
    assert.deepEqual(decode(yunding(2, 0x20), standardQuirks, own), [
      { kind: "lockState", lockState: "unlocked" },
    ]);
    assert.deepEqual(decode(yunding(3, 0x21), standardQuirks, own), []);
  });

  it("reports nothing by frames of another length", () => {
    assert.deepEqual(decode(yunding(1, 0x20, 123), standardQuirks, clusterIds.vendor), []);
    assert.deepEqual(decode(yunding(1, 0, 84), standardQuirks, clusterIds.vendor), []);
  });

  it("does not count as locked because its report claims it", () => {
    const ford = quirksOf("Ford", "Yunding");
    assert.deepEqual(decode("18 6E 0A 00 00 30 01", ford), []);
    assert.deepEqual(decode("18 6E 0A 00 00 30 00", ford), [
      { kind: "lockState", lockState: "notFullyLocked" },
    ]);
  });

  it("keeps the newer state when an older frame comes late", () => {
    let nowMs = 0;
    const order = new YundingSequence(() => nowMs);
    assert.equal(order.isLate("0x1", 0x2d), false);
    assert.equal(order.isLate("0x1", 0x2c), true);
    assert.equal(order.isLate("0x1", 0x2e), false);
    // The count goes round, and begins again after the lock restarts.
    assert.equal(order.isLate("0x2", 0xff), false);
    assert.equal(order.isLate("0x2", 0x00), false);
    nowMs = 60_000;
    assert.equal(order.isLate("0x1", 0x01), false);
  });
});

describe("any bytes at all", () => {
  it("are decoded without a throw", () => {
    const quirks = fc.constantFrom(
      standardQuirks,
      quirksOf("YDM60", "Yale"),
      quirksOf("ID Lock 150", "Datek"),
      quirksOf("easyCodeTouch_v1", "Onesti"),
    );
    const cluster = fc.constantFrom(...Object.values(clusterIds));
    const header = fc.constantFrom("090120", "090121", "18010a", "180101", "090100", "");
    fc.assert(
      fc.property(
        header,
        fc.uint8Array({ maxLength: 40 }),
        cluster,
        quirks,
        (hex, tail, id, quirk) => {
          const frame = parseZclFrame(Buffer.concat([Buffer.from(hex, "hex"), tail]));
          if (frame !== null) decodeLockFrame(id, frame, quirk);
        },
      ),
    );
  });
});

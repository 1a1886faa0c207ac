import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LockEvent } from "../../../../../drivers/lock-driver.ts";
import { decodeLockFrame } from "../../../../../drivers/zigbee/frames/lock-reports.ts";
import { RecentFrames } from "../../../../../drivers/zigbee/frames/recent-frames.ts";
import { YundingSequence } from "../../../../../drivers/zigbee/frames/yunding-frames.ts";
import { clusterIds, parseZclFrame } from "../../../../../drivers/zigbee/frames/zcl-frame.ts";
import type { Quirks } from "../../../../../drivers/zigbee/quirks/quirk-model.ts";
import { quirksOf, standardQuirks } from "../../../../../drivers/zigbee/quirks/quirks.ts";

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

function decode(
  hex: string,
  quirks: Quirks = standardQuirks,
  clusterId: number = clusterIds.doorLock,
) {
  const frame = parseZclFrame(bytes(hex));
  assert.ok(frame !== null);
  return decodeLockFrame(clusterId, frame, quirks);
}

/** The only event, its code revealed so that it can be compared. */
function only(events: readonly LockEvent[]): object {
  assert.equal(events.length, 1);
  const event = events[0];
  assert.ok(event !== undefined);
  if (event.kind !== "programmingEvent" || event.pinCode === null || event.pinCode === "masked") {
    return event;
  }
  return { ...event, pinCode: event.pinCode.reveal() };
}

/** Compares the named fields alone. */
function assertHas(event: object, expected: object): void {
  const fields = Object.keys(expected).map((name) => [name, Reflect.get(event, name)]);
  assert.deepEqual(Object.fromEntries(fields), expected);
}

describe("operation events", () => {
  it("tell source, code, user and local time", () => {
    assert.deepEqual(only(decode("09 07 20 00 02 05 00 00 10 BD 96 32 00")), {
      kind: "operationEvent",
      source: "keypad",
      code: "unlock",
      userId: 5,
      localSeconds: 0x3296bd10,
    });
  });

  it("are read as far as they go", () => {
    const expected = { kind: "operationEvent", source: "manual", code: "manualUnlock" };
    for (const hex of [
      "09 07 20 02 0E",
      "09 07 20 02 0E FF",
      "09 07 20 02 0E FF FF",
      "09 07 20 02 0E FF FF 00 01",
    ]) {
      assert.deepEqual(only(decode(hex)), { ...expected, userId: null, localSeconds: null });
    }
  });

  it("are no events without a code", () => {
    assert.deepEqual(decode("09 07 20 00"), []);
  });

  it("have no user with FFFF, and no time with FFFFFFFF", () => {
    assert.deepEqual(only(decode("09 07 20 01 02 FF FF 00 FF FF FF FF 00")), {
      kind: "operationEvent",
      source: "rf",
      code: "unlock",
      userId: null,
      localSeconds: null,
    });
  });

  it("commands with a manufacturer code are the vendor's own and make no event", () => {
    for (const hex of ["0D 1D 10 07 20 03 02 09 00", "0D 5F 11 07 21 00 03 FF FF 00 00 00"]) {
      assert.deepEqual(decode(hex), []);
    }
  });

  it("events of Yale locks carry the user id in the high byte from 256 on", () => {
    const yale = quirksOf("YRD220/240 TSDB", "Yale");
    assertHas(only(decode("09 07 20 00 02 00 05 00", yale)), { userId: 5 });
    assertHas(only(decode("09 07 20 00 02 05 00 00", yale)), { userId: 5 });
    assertHas(only(decode("09 07 20 00 02 2C 01 00")), { userId: 300 });
  });

  it("are plain ZCL on a YDM60, where a wrong code and locking by hand are no openings", () => {
    const quirks = quirksOf("YDM60", "Yale");
    const codes = ["09 07 20 00 05 01 00", "09 07 20 00 01 03 00", "09 07 20 01 01 FF FF"];
    assert.deepEqual(
      codes.map((hex) => {
        const event = only(decode(hex, quirks));
        return [Reflect.get(event, "source"), Reflect.get(event, "code")];
      }),
      [
        ["keypad", "unlockFailurePinId"],
        ["keypad", "lock"],
        ["rf", "lock"],
      ],
    );
  });

  it("name a finger when their code lies behind the ZCL's last one", () => {
    assertHas(only(decode("09 07 20 02 10 00 00")), { source: "fingerprint", code: "lock" });
    assertHas(only(decode("09 07 20 02 11 00 00")), { source: "fingerprint", code: "unlock" });
  });
});

describe("programming events", () => {
  it("tell the code as text, zeros first", () => {
    assert.deepEqual(only(decode("09 08 21 00 02 05 00 04 30 30 31 32 00 01 10 BD 96 32 00")), {
      kind: "programmingEvent",
      source: "keypad",
      code: "pinCodeAdded",
      userId: 5,
      pinCode: "0012",
      userType: "unrestricted",
      userStatus: "occupiedEnabled",
      localSeconds: 0x3296bd10,
    });
  });

  it("have a masked code when every digit is hidden", () => {
    assertHas(only(decode("09 08 21 00 02 05 00 04 FF FF FF FF 00 01")), {
      pinCode: "masked",
    });
  });

  it("cut in the middle of the code have none", () => {
    assertHas(only(decode("09 08 21 00 02 05 00 04 31 32")), {
      userId: 5,
      pinCode: null,
      userType: null,
    });
  });

  it("events of Yale locks carry the user id in the high byte from 256 on", () => {
    const yale = quirksOf("YRD220/240 TSDB", "Yale");
    assertHas(only(decode("09 08 21 00 02 00 05 00", yale)), { userId: 5 });
    assertHas(only(decode("09 08 21 00 02 05 00 00", yale)), { userId: 5 });
    assertHas(only(decode("09 08 21 00 02 00 05 00")), { userId: 0x500 });
  });

  it("concern all users when a deletion names FF or FFFF", () => {
    assertHas(only(decode("09 08 21 00 03 FF FF 00")), { userId: "all" });
    assertHas(only(decode("09 08 21 00 03 FF 00 00")), { userId: "all" });
    assertHas(only(decode("09 08 21 00 02 FF FF 00")), { userId: null });
  });

  it("take FF for a user on a lock with more than 255 users", () => {
    const onesti = quirksOf("easyCodeTouch_v1", "Onesti Products AS");
    assertHas(only(decode("09 08 21 00 03 FF 00 00", onesti)), { userId: 255 });
  });

  it("concern no user when an ID Lock deletes user 0", () => {
    const idLock = quirksOf("ID Lock 150", "Datek");
    assertHas(only(decode("09 08 21 00 03 00 00 00", idLock)), { userId: null });
  });
});

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
    const told = (code: string) => decode(`09 01 00 ${code} 00 FC`, standardQuirks, alarms);
    assertHas(only(told("13")), { kind: "operationEvent", source: "keypad", code: "unlock" });
    assertHas(only(told("15")), { source: "manual", code: "manualLock" });
    assertHas(only(told("18")), { source: "rf", code: "lock" });
    assertHas(only(told("A1")), { kind: "alarm", alarm: "wrongCodeEntryLimit" });
    assert.deepEqual(told("A9"), [{ kind: "batteryLowAlarm" }]);
    assert.deepEqual(told("80"), []);
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

describe("repeated frames", () => {
  it("are known again for ten seconds", () => {
    let nowMs = 0;
    const recent = new RecentFrames(() => nowMs);
    const frame = bytes("09 07 20 00 02 05 00");
    assert.equal(recent.isRepeated("a", frame), false);
    nowMs = 9_999;
    assert.equal(recent.isRepeated("a", frame), true);
    assert.equal(recent.isRepeated("b", frame), false);
    nowMs = 10_000;
    assert.equal(recent.isRepeated("a", frame), false);
  });

  it("count as other frames with another sequence number", () => {
    const recent = new RecentFrames(() => 0);
    assert.equal(recent.isRepeated("a", bytes("09 07 20 00 02 05 00")), false);
    assert.equal(recent.isRepeated("a", bytes("09 08 20 00 02 05 00")), false);
  });

  it("are forgotten, oldest first, when there are too many", () => {
    const recent = new RecentFrames(() => 0);
    const frame = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 0xff);
    for (let n = 0; n < 600; n++) recent.isRepeated("a", frame(n));
    assert.equal(recent.isRepeated("a", frame(599)), true);
    assert.equal(recent.isRepeated("a", frame(0)), false);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LockEvent } from "../../../drivers/lock-driver.ts";
import { decodeLockFrame } from "../../../drivers/zigbee/lock-reports.ts";
import { lawful, type Quirks, quirksOf } from "../../../drivers/zigbee/quirks.ts";
import { RecentFrames } from "../../../drivers/zigbee/recent-frames.ts";
import { clusterIds, parseZclFrame } from "../../../drivers/zigbee/zcl-frame.ts";

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

function decode(hex: string, quirks: Quirks = lawful, clusterId: number = clusterIds.doorLock) {
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

  it("without a code are no events", () => {
    assert.deepEqual(decode("09 07 20 00"), []);
  });

  it("with FFFF have nobody, and with FFFFFFFF no time", () => {
    assert.deepEqual(only(decode("09 07 20 01 02 FF FF 00 FF FF FF FF 00")), {
      kind: "operationEvent",
      source: "rf",
      code: "unlock",
      userId: null,
      localSeconds: null,
    });
  });

  it("behind a manufacturer code are read the same", () => {
    assert.deepEqual(
      only(decode("0D 1D 10 07 20 03 02 09 00")),
      only(decode("09 07 20 03 02 09 00")),
    );
  });

  it("of models with the action first are read by their own layout", () => {
    const quirks = quirksOf("YDM60", "Yale");
    assert.deepEqual(only(decode("09 07 20 04 00 03", quirks)), {
      kind: "operationEvent",
      source: "fingerprint",
      code: "unlock",
      userId: 3,
      localSeconds: null,
    });
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

  it("with every digit hidden have a masked code", () => {
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

  it("of Yale carry the user in the high byte from 256 on", () => {
    const yale = quirksOf("YRD220/240 TSDB", "Yale");
    assertHas(only(decode("09 08 21 00 02 00 05 00", yale)), { userId: 5 });
    assertHas(only(decode("09 08 21 00 02 05 00 00", yale)), { userId: 5 });
    assertHas(only(decode("09 08 21 00 02 00 05 00")), { userId: 0x500 });
  });

  it("with FF or FFFF and a deletion concern everybody", () => {
    assertHas(only(decode("09 08 21 00 03 FF FF 00")), { userId: "all" });
    assertHas(only(decode("09 08 21 00 03 FF 00 00")), { userId: "all" });
    assertHas(only(decode("09 08 21 00 02 FF FF 00")), { userId: null });
  });

  it("take FF for a user where there are so many", () => {
    const onesti = quirksOf("easyCodeTouch_v1", "Onesti Products AS");
    assertHas(only(decode("09 08 21 00 03 FF 00 00", onesti)), { userId: 255 });
  });

  it("of ID Lock about user 0 and a deletion concern nobody in particular", () => {
    const idLock = quirksOf("ID Lock 150", "Datek");
    assertHas(only(decode("09 08 21 00 03 00 00 00", idLock)), { userId: null });
  });
});

describe("reports and alarms", () => {
  it("of lock and door state come in the order of the frame", () => {
    assert.deepEqual(decode("18 01 0A 00 00 30 02 03 00 30 00"), [
      { kind: "lockState", lockState: "unlocked" },
      { kind: "doorState", doorState: "open" },
    ]);
  });

  it("never take an undefined state for an opening", () => {
    assert.deepEqual(decode("18 01 0A 00 00 30 FF"), [
      { kind: "lockState", lockState: "undefined" },
    ]);
    assert.deepEqual(decode("18 01 0A 00 00 30 00"), [
      { kind: "lockState", lockState: "notFullyLocked" },
    ]);
  });

  it("of the battery count in half percent, and in whole percent where the model does", () => {
    const power = clusterIds.powerConfiguration;
    assert.deepEqual(decode("18 01 0A 21 00 20 37", lawful, power), [
      { kind: "battery", percent: 28 },
    ]);
    const yale = quirksOf("YRD220/240 TSDB", "Yale");
    assert.deepEqual(decode("18 01 0A 21 00 20 37", yale, power), [
      { kind: "battery", percent: 55 },
    ]);
    assert.deepEqual(decode("18 01 0A 21 00 20 FF", lawful, power), []);
  });

  it("of a battery alarm state count as a low battery", () => {
    const power = clusterIds.powerConfiguration;
    assert.deepEqual(decode("18 01 0A 3E 00 1B 01 00 00 00", lawful, power), [
      { kind: "batteryLowAlarm" },
    ]);
  });

  it("of Onesti's attributes tell the operation and skip the code", () => {
    const onesti = quirksOf("easyCodeTouch_v1", "Onesti Products AS");
    const hex = "18 01 0A 01 01 41 04 31 32 33 34 00 01 1B 07 00 02 02";
    assert.deepEqual(only(decode(hex, onesti)), {
      kind: "operationEvent",
      source: "keypad",
      code: "unlock",
      userId: 7,
      localSeconds: null,
    });
    assert.deepEqual(decode(hex), []);
  });

  it("of the Alarms cluster go by the cluster they are about", () => {
    const alarms = clusterIds.alarms;
    assert.deepEqual(decode("09 01 00 04 01 01", lawful, alarms), [
      { kind: "alarm", alarm: "wrongCodeEntryLimit" },
    ]);
    assert.deepEqual(decode("09 01 00 10 01 00", lawful, alarms), [{ kind: "batteryLowAlarm" }]);
    assert.deepEqual(decode("09 01 00 02 01 01", lawful, alarms), []);
  });
});

describe("any bytes at all", () => {
  it("are decoded without a throw", () => {
    const quirks = fc.constantFrom(
      lawful,
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

  it("with another sequence number are other frames", () => {
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

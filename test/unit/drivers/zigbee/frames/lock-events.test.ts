import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { quirksOf } from "../../../../../drivers/zigbee/quirks/quirks.ts";
import { assertHas, decode, only } from "./frame-room.ts";

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

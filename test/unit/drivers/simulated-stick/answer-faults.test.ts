import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PlainDevice } from "../../../support/radio/plain-device.ts";
import { dataRequest, formedStick, joined } from "../../../support/radio/virtual-stick.ts";
import { af, mtFrame, sys, util } from "../../../support/radio/znp-client.ts";

/** Byte of UTIL_GET_DEVICE_INFO that tells the device's state. */
const stateAt = 12;

describe("the firmware that restarts by itself", () => {
  it("sends SYS_RESET_IND, answers SYS, and refuses frames until it is started", () => {
    const { stick, client, time } = formedStick();
    client.frames.length = 0;
    stick.restartFirmware({ reason: "watchdog" });
    time.advance(200);
    assert.deepEqual(
      client.heard(sys, 0x80).map(([reason]) => reason),
      [2],
    );
    assert.equal(client.ask(sys, 0x01).length, 2);
    assert.equal(client.ask(util, 0x00)[stateAt], 0);
    assert.notEqual(client.ask(af, 0x01, dataRequest(0x1234, 7))[0], 0);
  });

  it("forgets its network when the flash is lost", () => {
    const { stick, time } = formedStick();
    stick.restartFirmware({ isFlashLost: true });
    time.advance(200);
    assert.equal(stick.isFormed, false);
  });
});

describe("the answers of the stick", () => {
  it("are withheld for the commands that are named, and for no other", () => {
    const { stick, client } = formedStick();
    stick.setFaults({ commands: { AF_DATA_REQUEST: "unanswered" } });
    client.frames.length = 0;
    client.write(mtFrame(0x20 | af, 0x01, dataRequest(0x1234, 7)));
    assert.deepEqual(client.frames, []);
    assert.equal(client.ask(sys, 0x01).length, 2);
  });

  it("are the status that is given, and the command is not carried out", () => {
    const { stick, client, time } = formedStick();
    stick.setFaults({ commands: { "AF_*": 0x10 } });
    assert.deepEqual([...client.ask(af, 0x01, dataRequest(0x1234, 7))], [0x10]);
    client.frames.length = 0;
    time.advance(10_000);
    assert.deepEqual(client.frames, []);
  });

  for (const [confirms, expected] of [
    ["normal", [0x00]],
    ["withheld", []],
    [0x11, [0x11]],
  ] as const) {
    it(`confirm a frame as the switch says: ${confirms}`, () => {
      const formed = formedStick();
      const device = joined(formed, new PlainDevice());
      const { stick, client, time } = formed;
      stick.setFaults({ confirms });
      client.frames.length = 0;
      const address = device.link?.networkAddress ?? 0;
      client.ask(af, 0x01, dataRequest(address, 7));
      time.advance(10_000);
      assert.deepEqual(
        client.heard(af, 0x80).map(([status]) => status),
        expected,
      );
    });
  }

  it("are refused as switches when a status is none", () => {
    const { stick } = formedStick();
    assert.throws(() => stick.setFaults({ commands: { AF_DATA_REQUEST: 256 } }), RangeError);
    assert.throws(() => stick.setFaults({ confirms: -1 }), RangeError);
  });
});

describe("a line that stalls", () => {
  it("passes everything in sequence when it works again", () => {
    const { stick, client, time } = formedStick();
    client.frames.length = 0;
    stick.stallLine(5_000);
    client.write(mtFrame(0x20 | sys, 0x01));
    client.write(mtFrame(0x20 | sys, 0x02));
    time.advance(4_000);
    assert.deepEqual(client.frames, []);
    time.advance(10_000);
    assert.deepEqual(
      client.frames.map(({ cmd1 }) => cmd1),
      [0x01, 0x02],
    );
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { realTime } from "../../../../drivers/simulated/simulation-time.ts";
import { SimulatedStick } from "../../../../drivers/simulated/stick/stick.ts";
import { formedStick, newStick, registerEndpoint } from "../../../support/radio/virtual-stick.ts";
import {
  appConfig,
  mtFrame,
  sys,
  u16,
  util,
  ZnpClient,
  zdo,
} from "../../../support/radio/znp-client.ts";

const ping = mtFrame(0x21, 0x01);

describe("the serial line", () => {
  it("answers with its firmware version", () => {
    const { client } = newStick({ firmwareRevision: 20250321, ieee: "00124b0000000001" });
    assert.deepEqual([...client.ask(sys, 0x01)], u16(0x0659));
    const version = Buffer.from(client.ask(sys, 0x02));
    assert.deepEqual([...version.subarray(0, 5)], [2, 1, 2, 7, 1]);
    assert.equal(version.readUInt32LE(5), 20250321);
    assert.deepEqual([...client.ask(sys, 0x04)], [1, 0, 0, 0, 0, 0x4b, 0x12, 0]);
  });

  it("refuses an address that is not an IEEE address", () => {
    assert.throws(() => newStick({ ieee: "0x00124B0000000001" }), RangeError);
  });

  it("finds frames again after noise that looked like a frame, once the line was idle", () => {
    const { client, time } = newStick();
    client.write(Uint8Array.of(0xfe, 200));
    client.write(ping);
    assert.deepEqual(client.frames, []);
    time.advance(1000);
    assert.equal(client.frames.length, 1);
  });

  it("sends and does nothing while it hangs", () => {
    const { stick, client } = newStick();
    stick.setFaults({ isMute: true });
    client.write(ping);
    stick.setFaults({ isMute: false });
    assert.deepEqual(client.frames, []);
    client.ask(sys, 0x01);
  });

  it("dies in mid-frame after as many bytes as planned", () => {
    const { stick } = newStick();
    const heard: number[] = [];
    let closings = 0;
    const end = stick.connect({
      write: (bytes) => heard.push(...bytes),
      close: () => {
        closings++;
      },
    });
    stick.planLineDeath({ afterBytes: 10, how: "isCut" });
    end.receive(ping);
    end.receive(ping);
    assert.equal(heard.length, 10);
    assert.equal(closings, 1);
  });

  it("stays dead when it hangs, until the host connects again", () => {
    const { stick, client } = newStick();
    stick.planLineDeath({ afterBytes: 3, how: "hangs" });
    client.write(ping);
    client.write(ping);
    assert.deepEqual(client.frames, []);
    assert.equal(client.isClosed, false);
    assert.equal(ZnpClient.attach(stick).ask(sys, 0x01).length, 2);
  });

  it("carries noise that a host tolerates", () => {
    const { stick, client } = newStick();
    stick.setFaults({ garbageToHost: 1 });
    for (let index = 0; index < 50; index++) client.write(ping);
    const answers = client.frames.filter(({ cmd0, cmd1 }) => cmd0 === 0x61 && cmd1 === 1);
    // Noise may end in a false start that swallows an answer, as on any real line.
    assert.ok(answers.length > 25, `${answers.length} of 50`);
  });

  it("takes the time of its speed in both directions", () => {
    const { stick, client, time } = newStick();
    stick.setFaults({ baudRate: 115_200 });
    client.write(ping);
    // Five bytes there and seven back, ten bits each.
    time.advance(1.0);
    assert.deepEqual(client.frames, []);
    time.advance(0.1);
    assert.equal(client.frames.length, 1);
  });

  it("refuses fault switches that make no sense, and changes none of them", () => {
    const { stick } = newStick();
    assert.throws(() => stick.setFaults({ isMute: true, lossToDevice: 2 }), RangeError);
    assert.equal(stick.faults.isMute, false);
  });

  it("forgets endpoints with a power cycle and keeps them when the host comes back", () => {
    const { stick, time } = formedStick();
    const again = ZnpClient.attach(stick);
    assert.equal(again.ask(util, 0x00)[12], 9);
    assert.deepEqual([...again.ask(zdo, 0x05, [0, 0, 0, 0])], [0]);
    time.advance(1);
    assert.equal(again.heard(zdo, 0x85)[0]?.[5], 1);
    stick.powerCycle();
    time.advance(200);
    registerEndpoint(again);
  });
});

describe("the serial line over TCP", () => {
  let stick: SimulatedStick;
  let port = 0;
  beforeEach(async () => {
    stick = new SimulatedStick({ time: realTime(1) });
    stick.open();
    ({ port } = await stick.listenTcp({ host: "127.0.0.1", port: 0 }));
  });
  afterEach(() => stick.close());

  it("serves the latest host, with the network as it was", async () => {
    const first = await ZnpClient.connectTcp(port);
    await first.client.request(appConfig, 0x05, [4]);
    await first.client.until(() => first.client.heard(zdo, 0xc0).at(-1)?.[0] === 9);
    const second = await ZnpClient.connectTcp(port);
    assert.equal((await second.client.request(util, 0x00))[12], 9);
    await first.client.until(() => first.client.isClosed);
    second.socket.destroy();
  });

  it("refuses connections while the stick is unplugged", async () => {
    const { client } = await ZnpClient.connectTcp(port);
    await stick.unplug();
    await client.until(() => client.isClosed);
    const refused = createConnection({ host: "127.0.0.1", port });
    const [error] = await once(refused, "error");
    assert.equal(error.code, "ECONNREFUSED");
    await stick.plugIn();
    const again = await ZnpClient.connectTcp(port);
    await again.client.until(() => again.client.heard(sys, 0x80).length === 1);
    again.socket.destroy();
  });

  it("is back by itself after the time that was set", async () => {
    await stick.unplug(50);
    const deadlineMs = performance.now() + 5000;
    for (;;) {
      const socket = createConnection({ host: "127.0.0.1", port });
      const isOpen = await once(socket, "connect").then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isOpen) return;
      assert.ok(performance.now() < deadlineMs);
    }
  });

  it("says what it needs for a pseudo terminal where socat is not installed", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nonexistent";
    try {
      await assert.rejects(stick.listenPty("/tmp/never"), /socat, which is not installed/);
    } finally {
      process.env["PATH"] = path;
    }
  });
});

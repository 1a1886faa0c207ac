import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PlainDevice } from "../../../support/radio/plain-device.ts";
import {
  formedStick,
  joined,
  newStick,
  type VirtualStick,
} from "../../../support/radio/virtual-stick.ts";
import {
  appConfig,
  ieee,
  sys,
  u16,
  util,
  type ZnpClient,
  zdo,
} from "../../../support/radio/znp-client.ts";

const key = Array.from({ length: 16 }, (_, index) => 0xa0 + index);
const extendedPanId = [1, 2, 3, 4, 5, 6, 7, 8];

function writeItem(client: ZnpClient, id: number, value: readonly number[]): void {
  const written = client.ask(sys, 0x1d, [...u16(id, 0, value.length), ...value]);
  assert.deepEqual([...written], [0]);
}

/** The outgoing frame counter that stands in flash. */
function storedFrameCounter(client: ZnpClient): number {
  const [status, , ...row] = client.ask(sys, 0x33, [1, ...u16(7, 0, 0), 12]);
  assert.equal(status, 0);
  return Buffer.from(row).readUInt32LE(0);
}

function networkOf(client: ZnpClient): { state: number; panId: number; channel: number } {
  const info = Buffer.from(client.ask(zdo, 0x50));
  return { state: info[2] ?? -1, panId: info.readUInt16LE(3), channel: info.at(-1) ?? -1 };
}

function states({ client }: VirtualStick): number[] {
  return client.heard(zdo, 0xc0).map(([state = -1]) => state);
}

describe("the simulated stick's network", () => {
  it("is formed from what the host wrote", () => {
    const formed = newStick();
    const { client, time } = formed;
    writeItem(client, 0x83, u16(0x1a62));
    writeItem(client, 0x2d, extendedPanId);
    writeItem(client, 0x62, key);
    client.ask(appConfig, 0x08, [1, 0, 0, 0x10, 0]);
    client.ask(appConfig, 0x08, [0, 0, 0, 0, 0]);
    assert.deepEqual([...client.ask(appConfig, 0x05, [4])], [0]);
    assert.equal(formed.stick.isFormed, false);
    time.advance(1000);
    assert.equal(states(formed).at(-1), 9);
    assert.deepEqual(networkOf(client), { state: 9, panId: 0x1a62, channel: 20 });
    assert.deepEqual([...client.ask(zdo, 0x50).subarray(7, 15)], extendedPanId);
    const [, , ...nib] = client.ask(sys, 0x1c, u16(0x21, 0));
    assert.deepEqual(nib.slice(36, 38), u16(0x1a62));
    assert.equal(nib[24], 20);
    assert.deepEqual(nib.slice(57, 65), extendedPanId);
    assert.deepEqual([...client.ask(sys, 0x1c, u16(0x3a, 0))], [0, 17, 0, ...key]);
    assert.deepEqual([...(client.heard(appConfig, 0x80)[0] ?? [])], [0, 4, 0]);
  });

  it("chooses what the host left open", () => {
    const { client } = formedStick({ ieee: "00124b00deadbeef" });
    const { panId, channel } = networkOf(client);
    assert.ok(panId > 0 && panId < 0xfffe);
    assert.equal(channel, 11);
    assert.deepEqual([...client.ask(zdo, 0x50).subarray(7, 15)], ieee("00124b00deadbeef"));
  });

  it("waits after a reset until the host starts it again", () => {
    const formed = formedStick();
    const { client, time } = formed;
    const before = networkOf(client);
    client.write(Uint8Array.of(0xfe, 1, 0x41, 0, 1, 0x41));
    time.advance(200);
    assert.deepEqual([...(client.heard(sys, 0x80)[0] ?? [])], [1, 2, 1, 2, 7, 1]);
    assert.equal(client.ask(util, 0x00)[12], 0);
    assert.deepEqual([...client.ask(zdo, 0x40, u16(100))], [0]);
    time.advance(1000);
    assert.deepEqual(networkOf(client), before);
  });

  it("comes up for hosts that resume by forming again", () => {
    const formed = formedStick();
    const before = networkOf(formed.client);
    formed.stick.powerCycle();
    formed.time.advance(200);
    formed.client.ask(appConfig, 0x05, [4]);
    formed.time.advance(1000);
    assert.deepEqual(networkOf(formed.client), before);
    assert.deepEqual([...(formed.client.heard(appConfig, 0x80).at(-1) ?? [])], [7, 4, 0]);
  });

  it("is gone after a reset with startup option 3", () => {
    const formed = formedStick();
    joined(formed, new PlainDevice());
    writeItem(formed.client, 0x03, [3]);
    formed.client.write(Uint8Array.of(0xfe, 1, 0x41, 0, 1, 0x41));
    formed.time.advance(200);
    assert.deepEqual(networkOf(formed.client), { state: 0, panId: 0xffff, channel: 0 });
    assert.equal(formed.client.ask(util, 0x00)[13], 0);
    assert.deepEqual([...formed.client.ask(sys, 0x1c, u16(0x03, 0))], [0, 1, 0]);
  });

  it("never uses a frame counter twice", () => {
    const formed = formedStick();
    const counters = [storedFrameCounter(formed.client)];
    for (let restart = 0; restart < 3; restart++) {
      formed.stick.powerCycle();
      formed.time.advance(200);
      formed.client.ask(zdo, 0x40, u16(0));
      formed.time.advance(1000);
      counters.push(storedFrameCounter(formed.client));
    }
    for (const [index, counter] of counters.entries()) {
      if (index > 0) assert.ok(counter > (counters[index - 1] ?? 0));
    }
  });

  it("answers a command that it does not know with an RPC error", () => {
    const { client } = newStick();
    client.write(Uint8Array.of(0xfe, 0, 0x21, 0x7f, 0x5e));
    client.write(Uint8Array.of(0xfe, 0, 0x3e, 0x01, 0x3f));
    client.write(Uint8Array.of(0xfe, 0, 0x21, 0x13, 0x32));
    const refusals = client.frames.map(({ cmd0, cmd1, data }) => [cmd0, cmd1, ...data]);
    assert.deepEqual(refusals, [
      [0x60, 0, 2, 0x21, 0x7f],
      [0x60, 0, 1, 0x3e, 0x01],
      [0x60, 0, 4, 0x21, 0x13],
    ]);
  });
});

describe("a stick that is started again with its file", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "network-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("gives a device that comes back its old address", async () => {
    const nvPath = join(directory, "stick.json");
    const first = formedStick({ nvPath });
    const address = joined(first, new PlainDevice()).address();
    await first.stick.close();
    const second = newStick({ nvPath });
    const device = new PlainDevice();
    assert.equal(second.stick.rejoin(device), "notFormed");
    second.client.ask(zdo, 0x40, u16(0));
    second.time.advance(1000);
    assert.equal(second.stick.rejoin(device), null);
    assert.equal(device.address(), address);
    await second.stick.close();
  });
});

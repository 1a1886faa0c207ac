import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  installCodeCrc,
  linkKeyOfInstallCode,
} from "../../../../drivers/simulated/stick/network/install-code.ts";
import { PlainDevice } from "../../../support/radio/plain-device.ts";
import { formedStick, joined, newStick } from "../../../support/radio/virtual-stick.ts";
import { appConfig, ieee, sys, u16, util, zdo } from "../../../support/radio/znp-client.ts";

const permitJoin = (seconds: number) => [0x0f, ...u16(0xfffc), seconds, 1];
/** Install code of the Base Device Behaviour specification's example. */
const code = Uint8Array.from(Buffer.from("83fed3407a939723a5c639b26916d505c3b5", "hex"));

describe("joining", () => {
  it("is refused before there is a network, and while it is not permitted", () => {
    const fresh = newStick();
    assert.equal(fresh.stick.join(new PlainDevice()), "notFormed");
    const { stick, client } = formedStick();
    client.ask(zdo, 0x36, permitJoin(0));
    assert.equal(stick.join(new PlainDevice()), "notPermitted");
  });

  it("is permitted for as long as the host said", () => {
    const { stick, client, time } = formedStick();
    client.ask(zdo, 0x36, permitJoin(60));
    time.advance(59_999);
    assert.equal(stick.isPermittingJoin, true);
    time.advance(1);
    assert.equal(stick.isPermittingJoin, false);
    assert.deepEqual(
      client.heard(zdo, 0xcb).map(([seconds]) => seconds),
      [254, 60, 0],
    );
  });

  it("reports the newcomer to the host, then its announcement", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    const address = u16(device.address());
    assert.deepEqual(
      [...(formed.client.heard(zdo, 0xca)[0] ?? [])],
      [...address, ...ieee(device.ieee), 0, 0],
    );
    assert.deepEqual(
      [...(formed.client.heard(zdo, 0xc1)[0] ?? [])],
      [...address, ...address, ...ieee(device.ieee), 0x80],
    );
    const order = formed.client.frames.map(({ cmd1 }) => cmd1);
    assert.ok(order.indexOf(0xca) < order.indexOf(0xc1));
  });

  it("gives a joined device a link key that the seed in flash explains", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const [, , ...seed] = formed.client.ask(sys, 0x1c, u16(0x0101, 0));
    const [, , ...row] = formed.client.ask(sys, 0x33, [1, ...u16(4, 0, 0), 20]);
    assert.deepEqual(row.slice(8, 16), ieee(device.ieee));
    const shift = row[18] ?? 0;
    const repeated = [...ieee(device.ieee), ...ieee(device.ieee)];
    const expected = repeated.map((byte, index) => byte ^ (seed[(index + shift) % 16] ?? 0));
    const answer = formed.client.ask(zdo, 0x25, ieee(device.ieee));
    assert.deepEqual([...answer], [0, ...ieee(device.ieee), ...expected]);
  });

  it("is refused when all places for children are taken", () => {
    const { stick } = formedStick({ childCapacity: 2 });
    assert.equal(stick.join(new PlainDevice({ ieee: "00158d0000000001" })), null);
    assert.equal(stick.join(new PlainDevice({ ieee: "00158d0000000002" })), null);
    assert.equal(stick.join(new PlainDevice({ ieee: "00158d0000000003" })), "tableFull");
    assert.equal(stick.join(new PlainDevice({ ieee: "00158d0000000001" })), null);
  });

  it("takes fifty devices, each with an address of its own", () => {
    const { stick, client, time } = formedStick();
    const devices = Array.from(
      { length: 50 },
      (_, index) => new PlainDevice({ ieee: `00158d00000001${(index + 16).toString(16)}` }),
    );
    for (const device of devices) assert.equal(stick.join(device), null);
    time.advance(1000);
    assert.equal(new Set(devices.map((device) => device.address())).size, 50);
    assert.equal(client.ask(util, 0x00)[13], 50);
    assert.deepEqual([...client.ask(util, 0x48, [0, 4])], u16(50));
  });

  it("reports to the host that a device has left of its own accord, and forgets it", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const address = device.address();
    device.link?.leave();
    formed.time.advance(50);
    const reported = [...u16(address), ...ieee(device.ieee), 0, 0, 0];
    assert.deepEqual([...(formed.client.heard(zdo, 0xc9)[0] ?? [])], reported);
    assert.equal(device.hasLeft, true);
    assert.equal(formed.stick.rejoin(device), "unknownDevice");
  });

  it("tells a device to leave when the host says so, once it has answered", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const address = device.address();
    formed.client.ask(zdo, 0x34, [...u16(address), ...ieee(device.ieee), 0]);
    assert.equal(device.hasLeft, false);
    formed.time.advance(100);
    assert.deepEqual([...(formed.client.heard(zdo, 0xb4)[0] ?? [])], [...u16(address), 0]);
    assert.equal(formed.client.heard(zdo, 0xc9).length, 1);
    assert.equal(device.hasLeft, true);
  });

  it("lets a device come back under a new address and announces it", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const before = device.address();
    assert.equal(formed.stick.rejoin(device, { withNewAddress: true }), null);
    formed.time.advance(50);
    assert.notEqual(device.address(), before);
    const announced = formed.client.heard(zdo, 0xc1).at(-1) ?? [];
    assert.deepEqual([...announced].slice(2, 4), u16(device.address()));
    assert.deepEqual([...formed.client.ask(util, 0x40, ieee(device.ieee))], u16(device.address()));
  });
});

describe("install codes", () => {
  const add = (address: string, format: number, bytes: Uint8Array) => [
    format,
    ...ieee(address),
    ...bytes,
  ];

  it("hash to the key of the specification's example", () => {
    const key = Buffer.from(linkKeyOfInstallCode(code)).toString("hex");
    assert.equal(key, "66b6900981e1ee3ca4206b6b861c02bb");
    assert.deepEqual([...installCodeCrc(code.subarray(0, 16))], [0xc3, 0xb5]);
  });

  it("let in the device that has the same one", () => {
    const { stick, client } = formedStick();
    const device = new PlainDevice();
    assert.deepEqual([...client.ask(appConfig, 0x04, add(device.ieee, 1, code))], [0]);
    assert.equal(stick.join(device), "unknownInstallCode");
    const other = Uint8Array.from(code, (byte) => byte ^ 1).subarray(0, 16);
    assert.equal(stick.join(device, { installCode: other }), "unknownInstallCode");
    assert.equal(stick.join(device, { installCode: code }), null);
  });

  it("may be given as the key they stand for", () => {
    const { stick, client } = formedStick();
    const device = new PlainDevice();
    const request = add(device.ieee, 2, linkKeyOfInstallCode(code));
    assert.deepEqual([...client.ask(appConfig, 0x04, request)], [0]);
    assert.equal(stick.join(device, { installCode: code.subarray(0, 16) }), null);
  });

  it("are refused with a wrong checksum or length", () => {
    const { client } = formedStick();
    const broken = Uint8Array.from(code, (byte, index) => (index === 3 ? byte ^ 1 : byte));
    assert.deepEqual([...client.ask(appConfig, 0x04, add("0".repeat(16), 1, broken))], [2]);
    const short = code.subarray(0, 5);
    assert.deepEqual([...client.ask(appConfig, 0x04, add("0".repeat(16), 2, short))], [2]);
  });

  it("can be made a condition for everybody", () => {
    const { stick, client } = formedStick();
    client.ask(appConfig, 0x06, [1]);
    assert.equal(stick.join(new PlainDevice()), "unknownInstallCode");
  });

  it("keep out a device that has one the host does not know", () => {
    const { stick } = formedStick();
    assert.equal(stick.join(new PlainDevice(), { installCode: code }), "unknownInstallCode");
  });
});

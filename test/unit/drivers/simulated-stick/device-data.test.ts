import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ObservedFrame } from "../../../../drivers/simulated/stick/network/radio-host.ts";
import { PlainDevice } from "../../../support/radio/plain-device.ts";
import { dataRequest, formedStick, joined } from "../../../support/radio/virtual-stick.ts";
import { af, sys, u16 } from "../../../support/radio/znp-client.ts";

const toLock = { profileId: 0x0104, clusterId: 0x0101, sourceEndpoint: 1, destinationEndpoint: 1 };

describe("data from devices", () => {
  it("reaches the endpoint of its profile only", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const payload = Uint8Array.of(1, 2, 3);
    device.link?.send({ ...toLock, destinationEndpoint: 2, payload });
    device.link?.send({ ...toLock, profileId: 0xc05e, payload });
    device.link?.send({ ...toLock, payload });
    formed.time.advance(50);
    assert.equal(formed.client.heard(af, 0x81).length, 1);
  });

  it("keeps its order, whatever each frame takes", () => {
    const formed = formedStick();
    formed.stick.setFaults({ radioDelayMs: { min: 1, max: 100 } });
    const device = joined(formed, new PlainDevice());
    formed.time.advance(500);
    for (let index = 0; index < 20; index++) {
      device.link?.send({ ...toLock, payload: Uint8Array.of(index) });
    }
    formed.time.advance(5000);
    const heard = formed.client.heard(af, 0x81).map((incoming) => incoming[17]);
    assert.deepEqual(
      heard,
      Array.from({ length: 20 }, (_, index) => index),
    );
  });

  it("is fetched in pieces when it is too long for one serial frame", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const payload = Uint8Array.from({ length: 240 }, (_, index) => index);
    device.link?.send({ ...toLock, payload });
    formed.time.advance(50);
    const incoming = Buffer.from(formed.client.heard(af, 0x82)[0] ?? []);
    assert.equal(incoming.readUInt16LE(5), device.address());
    const timestamp = [...incoming.subarray(20, 24)];
    assert.equal(incoming.readUInt16LE(25), 240);
    const fetch = (start: number, length: number) =>
      formed.client.ask(af, 0x12, [...timestamp, ...u16(start), length]);
    const pieces = [...fetch(0, 200).subarray(2), ...fetch(200, 40).subarray(2)];
    assert.deepEqual(pieces, [...payload]);
    assert.deepEqual([...fetch(0, 0)], [0, 0]);
    assert.deepEqual([...fetch(0, 10)], [1, 0]);
  });

  it("is lost at the rate that is set, in its own direction", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    formed.stick.setFaults({ lossFromDevice: 0.5 });
    for (let index = 0; index < 200; index++) {
      device.link?.send({ ...toLock, payload: Uint8Array.of(index) });
    }
    formed.time.advance(1000);
    const count = formed.client.heard(af, 0x81).length;
    assert.ok(count > 60 && count < 140, `${count} of 200`);
  });

  it("is shown to onlookers, both ways", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const seen: ObservedFrame[] = [];
    const stop = formed.stick.onFrame((frame) => seen.push(frame));
    formed.client.ask(af, 0x01, dataRequest(device.address(), 1));
    device.link?.send({ ...toLock, payload: Uint8Array.of(9) });
    formed.time.advance(50);
    stop();
    device.link?.send({ ...toLock, payload: Uint8Array.of(9) });
    formed.time.advance(50);
    assert.deepEqual(seen.map(({ direction }) => direction).sort(), ["fromDevice", "toDevice"]);
    assert.ok(seen.every((frame) => frame.ieee === device.ieee));
  });

  it("does not reach a stick that has no power, nor one that is not started yet", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    formed.stick.powerCycle();
    formed.time.advance(500);
    device.link?.send({ ...toLock, payload: Uint8Array.of(9) });
    formed.time.advance(50);
    assert.equal(formed.client.heard(af, 0x81).length, 0);
    assert.equal(formed.client.heard(sys, 0x80).length, 1);
  });
});

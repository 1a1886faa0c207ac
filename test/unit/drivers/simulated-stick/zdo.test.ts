import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PlainDevice } from "../../../support/radio/plain-device.ts";
import { formedStick, joined } from "../../../support/radio/virtual-stick.ts";
import { af, ieee, u16, zdo } from "../../../support/radio/znp-client.ts";

const coordinator = "00124b0014d2a1f7";
const ask = (address: number, ...rest: readonly number[]) => [...u16(address), ...rest];

describe("ZDO requests to a device", () => {
  it("are answered from its descriptors", () => {
    const formed = formedStick();
    const { client, time } = formed;
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    const address = device.address();
    client.ask(zdo, 0x02, ask(address, ...u16(address)));
    client.ask(zdo, 0x03, ask(address, ...u16(address)));
    client.ask(zdo, 0x05, ask(address, ...u16(address)));
    client.ask(zdo, 0x04, ask(address, ...u16(address), 1));
    client.ask(zdo, 0x04, ask(address, ...u16(address), 9));
    client.ask(zdo, 0x06, ask(address, ...u16(address, 0x0104), 1, ...u16(0x0101), 0));
    time.advance(100);
    assert.deepEqual(client.heard(zdo, 0x82), []);
    device.link?.poll();
    time.advance(100);
    const head = [...u16(address), 0, ...u16(address)];
    const [node] = client.heard(zdo, 0x82);
    const descriptor = [2, 0x40, 0x80, ...u16(0x1234), 80, ...u16(160, 0x2c00, 160), 0];
    assert.deepEqual([...(node ?? [])], [...head, ...descriptor]);
    assert.deepEqual([...(client.heard(zdo, 0x83)[0] ?? [])], [...head, 0x11, 0xc4]);
    assert.deepEqual([...(client.heard(zdo, 0x85)[0] ?? [])], [...head, 1, 1]);
    const simple = [1, ...u16(0x0104, 0x000a), 1, 2, ...u16(0, 0x0101), 1, ...u16(0x000a)];
    const [known, unknown] = client.heard(zdo, 0x84);
    assert.deepEqual([...(known ?? [])], [...head, simple.length, ...simple]);
    assert.deepEqual([...(unknown ?? [])], [...u16(address), 0x83, ...u16(address), 0]);
    assert.deepEqual([...(client.heard(zdo, 0x86)[0] ?? [])], [...head, 1, 1]);
  });

  it("are not answered while it is out of reach", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    device.isAwake = false;
    formed.client.ask(zdo, 0x05, ask(device.address(), ...u16(device.address())));
    formed.client.ask(zdo, 0x00, [...ieee(device.ieee), 0, 0]);
    formed.time.advance(20_000);
    assert.deepEqual(formed.client.heard(zdo, 0x85), []);
    assert.deepEqual(formed.client.heard(zdo, 0x80), []);
  });

  it("find its addresses, each from the other", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    formed.client.ask(zdo, 0x00, [...ieee(device.ieee), 0, 0]);
    formed.client.ask(zdo, 0x01, [...u16(device.address()), 1, 0]);
    formed.time.advance(100);
    const pair = [0, ...ieee(device.ieee), ...u16(device.address()), 0, 0];
    assert.deepEqual([...(formed.client.heard(zdo, 0x80)[0] ?? [])], pair);
    assert.deepEqual([...(formed.client.heard(zdo, 0x81)[0] ?? [])], pair);
  });

  it("bind its clusters, list the bindings and undo them", () => {
    const formed = formedStick();
    const { client, time } = formed;
    const device = joined(formed, new PlainDevice());
    const binding = [...ieee(device.ieee), 1, ...u16(0x0101), 3, ...ieee(coordinator), 1];
    const address = u16(device.address());
    client.ask(zdo, 0x21, [...address, ...binding]);
    time.advance(50);
    assert.deepEqual([...(client.heard(zdo, 0xa1)[0] ?? [])], [...address, 0]);
    assert.equal(device.bound[0]?.destinationIeee, coordinator);
    client.ask(zdo, 0x33, [...address, 0]);
    time.advance(50);
    const listed = [...address, 0, 1, 0, 1, ...binding];
    assert.deepEqual([...(client.heard(zdo, 0xb3)[0] ?? [])], listed);
    client.ask(zdo, 0x22, [...address, ...binding]);
    time.advance(50);
    assert.deepEqual([...(client.heard(zdo, 0xa2)[0] ?? [])], [...address, 0]);
    assert.equal(device.bound[1]?.isUnbind, true);
    client.ask(zdo, 0x33, [...address, 0]);
    time.advance(50);
    assert.deepEqual([...(client.heard(zdo, 0xb3)[1] ?? [])], [...address, 0, 0, 0, 0]);
  });

  it("may come as data to endpoint 0, and their answers raw", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    formed.client.ask(zdo, 0x3e, u16(0xffff));
    const payload = [0x2a, ...u16(device.address())];
    const request = [...u16(device.address()), 0, 0, ...u16(0x0005), 4, 0, 30, 3, ...payload];
    assert.deepEqual([...formed.client.ask(af, 0x01, request)], [0]);
    formed.time.advance(50);
    assert.deepEqual([...(formed.client.heard(af, 0x80)[0] ?? [])], [0, 0, 4]);
    const raw = formed.client.heard(zdo, 0xff)[0] ?? new Uint8Array(0);
    assert.deepEqual([...raw.subarray(0, 5)], [...u16(device.address()), 0, ...u16(0x8005)]);
    assert.equal(raw[6], 0x2a);
    assert.deepEqual([...raw.subarray(9)], [0, ...u16(device.address()), 1, 1]);
  });
});

describe("ZDO requests to the stick itself", () => {
  it("list the endpoints that the host has registered", () => {
    const { client, time } = formedStick();
    client.ask(zdo, 0x05, ask(0, 0, 0));
    client.ask(zdo, 0x02, ask(0, 0, 0));
    client.ask(zdo, 0x04, ask(0, 0, 0, 1));
    time.advance(1);
    assert.deepEqual([...(client.heard(zdo, 0x85)[0] ?? [])], [0, 0, 0, 0, 0, 1, 1]);
    assert.equal(client.heard(zdo, 0x82)[0]?.[5], 0);
    assert.deepEqual(
      [...(client.heard(zdo, 0x84)[0] ?? [])],
      [0, 0, 0, 0, 0, 8, 1, ...u16(0x0104, 5), 0, 0, 0],
    );
  });

  it("refuse an endpoint that is registered already, and forget one that is deleted", () => {
    const { client } = formedStick();
    const endpoint = [1, ...u16(0x0104, 5), 0, 0, 0, 0];
    assert.deepEqual([...client.ask(af, 0x00, endpoint)], [0xb8]);
    assert.deepEqual([...client.ask(af, 0x04, [1])], [0]);
    assert.deepEqual([...client.ask(af, 0x00, endpoint)], [0]);
  });

  it("list all children as neighbours, three at a time", () => {
    const formed = formedStick();
    const devices = [1, 2, 3, 4].map((index) =>
      joined(formed, new PlainDevice({ ieee: `00158d000000000${index}`, isRouter: index === 1 })),
    );
    for (const start of [0, 3]) formed.client.ask(zdo, 0x31, ask(0, start));
    formed.time.advance(1);
    const [first, second] = formed.client.heard(zdo, 0xb1);
    assert.deepEqual([...(first ?? []).slice(0, 6)], [0, 0, 0, 4, 0, 3]);
    assert.deepEqual([...(second ?? []).slice(0, 6)], [0, 0, 0, 4, 3, 1]);
    assert.deepEqual([...(first ?? []).slice(14, 22)], ieee(devices[0]?.ieee ?? ""));
    // Router, listening, child; then end device, listening, child.
    assert.equal(first?.[24], 0x15);
    assert.equal(first?.[24 + 22], 0x16);
  });

  it("keep groups of the stick's own endpoints", () => {
    const { client } = formedStick();
    const group = [242, ...u16(0x0b84)];
    assert.equal(client.ask(zdo, 0x4a, group)[0], 1);
    assert.deepEqual([...client.ask(zdo, 0x4b, [...group, 0])], [0]);
    assert.deepEqual([...client.ask(zdo, 0x4a, group).subarray(0, 3)], [0, ...u16(0x0b84)]);
    assert.deepEqual([...client.ask(zdo, 0x4c)], [1]);
    assert.deepEqual([...client.ask(zdo, 0x49, [242])], [1, ...u16(0x0b84)]);
    assert.deepEqual([...client.ask(zdo, 0x47, group)], [0]);
    assert.equal(client.ask(zdo, 0x4a, group)[0], 1);
  });

  it("move the network to another channel", () => {
    const { client, time } = formedStick();
    client.ask(zdo, 0x37, [...u16(0xffff), 15, 0, 0, 0, 1, 0xfe, 0, 0, 0]);
    time.advance(10);
    assert.equal(client.ask(zdo, 0x50).at(-1), 24);
  });

  it("give the network another key that its devices follow", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const key = Array.from({ length: 16 }, (_, index) => index + 1);
    assert.deepEqual([...formed.client.ask(zdo, 0x4e, [...u16(0xffff), 1, ...key])], [0]);
    assert.deepEqual([...formed.client.ask(zdo, 0x4f, [...u16(0xffff), 1])], [0]);
    formed.client.ask(zdo, 0x05, ask(device.address(), ...u16(device.address())));
    formed.time.advance(50);
    assert.equal(formed.client.heard(zdo, 0x85).length, 1);
  });
});

describe("a device that asks the stick", () => {
  it("finds the endpoint of the cluster it looks for", () => {
    const formed = formedStick();
    const { client, time, stick } = formed;
    client.ask(af, 0x00, [11, ...u16(0x0104, 5), 0, 0, 1, ...u16(0x000a), 0]);
    const device = joined(formed, new PlainDevice());
    const answers: number[][] = [];
    stick.onFrame(({ direction, frame }) => {
      if (direction === "toDevice") answers.push([frame.clusterId, ...frame.payload]);
    });
    device.link?.send({
      profileId: 0,
      clusterId: 0x0006,
      sourceEndpoint: 0,
      destinationEndpoint: 0,
      payload: Uint8Array.of(0x77, ...u16(0, 0x0104), 1, ...u16(0x000a), 0),
    });
    time.advance(50);
    assert.deepEqual(answers, [[0x8006, 0x77, 0, 0, 0, 1, 11]]);
  });
});

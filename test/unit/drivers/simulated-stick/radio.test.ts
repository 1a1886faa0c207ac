import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { indirectCapacity } from "../../../../drivers/simulated/stick/network/indirect.ts";
import { PlainDevice } from "../../../support/radio/plain-device.ts";
import {
  dataRequest,
  formedStick,
  joined,
  newStick,
  registerEndpoint,
} from "../../../support/radio/virtual-stick.ts";
import { af, ieee, u16, util, type ZnpClient, zdo } from "../../../support/radio/znp-client.ts";

/** Status and transaction of every confirmation so far. */
function confirmations(client: ZnpClient): number[][] {
  return client.heard(af, 0x80).map(([status = -1, , transaction = -1]) => [status, transaction]);
}

describe("data to devices that listen", () => {
  it("is confirmed before the answer comes", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const read = [0x00, 7, 0x00, ...u16(0x0005)];
    const request = [...u16(device.address()), 1, 1, ...u16(0), 9, 0, 30, read.length, ...read];
    assert.deepEqual([...formed.client.ask(af, 0x01, request)], [0]);
    assert.deepEqual(confirmations(formed.client), []);
    formed.time.advance(50);
    assert.deepEqual(confirmations(formed.client), [[0, 9]]);
    const incoming = Buffer.from(formed.client.heard(af, 0x81)[0] ?? []);
    assert.equal(incoming.readUInt16LE(4), device.address());
    const length = incoming[16] ?? 0;
    assert.equal(incoming.length, 17 + length + 3);
    assert.deepEqual([...incoming.subarray(17, 20)], [0x18, 7, 0x01]);
    assert.equal(incoming.readUInt16LE(17 + length), device.address());
    const order = formed.client.frames.map(({ cmd1 }) => cmd1);
    assert.ok(order.indexOf(0x80) < order.indexOf(0x81));
  });

  it("is confirmed with MAC no ack when nobody acknowledges", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    device.isAwake = false;
    formed.client.ask(af, 0x01, dataRequest(device.address(), 3));
    formed.time.advance(500);
    assert.deepEqual(confirmations(formed.client), [[0xe9, 3]]);
  });

  it("is confirmed with no route for an address that nobody has", () => {
    const formed = formedStick();
    formed.client.ask(af, 0x01, dataRequest(0x1234, 4));
    formed.time.advance(1000);
    assert.deepEqual(confirmations(formed.client), [[0xcd, 4]]);
  });

  it("keeps many requests in flight apart by their transaction", () => {
    const formed = formedStick();
    const devices = Array.from({ length: 16 }, (_, index) =>
      joined(formed, new PlainDevice({ ieee: `00158d00000001${(index + 16).toString(16)}` })),
    );
    for (const [index, device] of devices.entries()) {
      if (index % 4 === 0) device.isAwake = false;
      formed.client.ask(af, 0x01, dataRequest(device.address(), index + 1));
    }
    formed.time.advance(1000);
    const byTransaction = confirmations(formed.client).sort(([, a = 0], [, b = 0]) => a - b);
    assert.deepEqual(
      byTransaction,
      devices.map((_, index) => [index % 4 === 0 ? 0xe9 : 0, index + 1]),
    );
  });

  it("is refused from an endpoint that is not registered, and when it is too long", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const request = dataRequest(device.address(), 1);
    request[3] = 5;
    assert.deepEqual([...formed.client.ask(af, 0x01, request)], [0x02]);
    const long = Array.from({ length: 120 }, () => 0);
    const broadcast = dataRequest(0xfffd, 1, long);
    assert.deepEqual([...formed.client.ask(af, 0x01, broadcast)], [0x02]);
  });

  it("is refused while the stick is on no network, and when its buffers are full", () => {
    const idle = newStick();
    registerEndpoint(idle.client);
    assert.deepEqual([...idle.client.ask(af, 0x01, dataRequest(0x1234, 1))], [0xc2]);
    const formed = formedStick();
    const statuses = Array.from(
      { length: 81 },
      (_, index) => formed.client.ask(af, 0x01, dataRequest(0x1234, index))[0],
    );
    assert.deepEqual(statuses.slice(79), [0, 0x10]);
  });

  it("goes to all that listen when it is broadcast", () => {
    const formed = formedStick();
    const awake = joined(formed, new PlainDevice({ ieee: "00158d0000000001" }));
    const asleep = joined(formed, new PlainDevice({ ieee: "00158d0000000002", isSleepy: true }));
    const address = [...u16(0xfffd), 0, 0, 0, 0, 0, 0];
    const payload = [0x11, 1, 0];
    const tail = [...u16(0x0101), 7, 0, 30, ...u16(payload.length), ...payload];
    const request = [0x0f, ...address, 0xff, 0, 0, 1, ...tail];
    assert.deepEqual([...formed.client.ask(af, 0x02, request)], [0]);
    formed.time.advance(200);
    assert.deepEqual(confirmations(formed.client), [[0, 7]]);
    assert.deepEqual([awake.received.length, asleep.received.length], [1, 0]);
  });

  it("can be sent to an address of 64 bits and in pieces", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice());
    const payload = Array.from({ length: 300 }, (_, index) => index & 0xff);
    const head = [3, ...ieee(device.ieee), 1, 0, 0, 1, ...u16(0x0101), 8, 0, 30];
    assert.deepEqual([...formed.client.ask(af, 0x02, [...head, ...u16(300)])], [0]);
    for (const start of [0, 200]) {
      const piece = payload.slice(start, start + 200);
      const store = [...u16(start), piece.length, ...piece];
      assert.deepEqual([...formed.client.ask(af, 0x11, store)], [0]);
    }
    assert.deepEqual([...formed.client.ask(af, 0x11, [...u16(0), 0])], [0]);
    formed.time.advance(100);
    assert.deepEqual(confirmations(formed.client), [[0, 8]]);
    assert.deepEqual([...(device.received[0]?.payload ?? [])], payload);
  });
});

describe("data to a child that sleeps", () => {
  it("waits until the child polls", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    formed.client.ask(af, 0x01, dataRequest(device.address(), 5));
    formed.time.advance(7000);
    assert.deepEqual(confirmations(formed.client), []);
    device.link?.poll();
    formed.time.advance(50);
    assert.deepEqual(confirmations(formed.client), [[0, 5]]);
    assert.equal(device.received.length, 1);
  });

  it("expires after 7.68 s", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    formed.client.ask(af, 0x01, dataRequest(device.address(), 6));
    formed.time.advance(7679);
    assert.deepEqual(confirmations(formed.client), []);
    formed.time.advance(1);
    assert.deepEqual(confirmations(formed.client), [[0xf0, 6]]);
    device.link?.poll();
    formed.time.advance(50);
    assert.equal(device.received.length, 0);
  });

  it("is refused when the mailbox is full", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    for (let transaction = 0; transaction <= indirectCapacity; transaction++) {
      formed.client.ask(af, 0x01, dataRequest(device.address(), transaction));
    }
    formed.time.advance(1);
    assert.deepEqual(confirmations(formed.client), [[0xf1, indirectCapacity]]);
  });

  it("stays in the mailbox when the radio loses it, and comes with a later poll", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    formed.client.ask(af, 0x01, dataRequest(device.address(), 7));
    formed.stick.setFaults({ lossToDevice: 1 });
    device.link?.poll();
    formed.time.advance(50);
    assert.equal(device.received.length, 0);
    formed.stick.setFaults({ lossToDevice: 0 });
    device.link?.poll();
    formed.time.advance(50);
    assert.deepEqual(confirmations(formed.client), [[0, 7]]);
  });

  it("shares its mailbox with no broadcast to routers, such as the permission to join", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    formed.client.ask(zdo, 0x36, [0x0f, ...u16(0xfffc), 60, 1]);
    formed.time.advance(50);
    let count = 0;
    formed.stick.onFrame(() => {
      count++;
    });
    device.link?.poll();
    formed.time.advance(50);
    assert.equal(count, 0);
  });

  it("finds no route once the child is taken off the list of children, until it is put back", () => {
    const formed = formedStick();
    const device = joined(formed, new PlainDevice({ isSleepy: true }));
    const address = device.address();
    const listed = formed.client.ask(util, 0x4a, [...ieee(device.ieee), ...u16(address)]);
    assert.deepEqual([...listed.subarray(0, 5)], [...u16(address, 0), 1]);
    assert.deepEqual([...formed.client.ask(util, 0x63, ieee(device.ieee))], [0]);
    formed.client.ask(af, 0x01, dataRequest(address, 8));
    formed.time.advance(1000);
    assert.deepEqual(confirmations(formed.client), [[0xcd, 8]]);
    formed.client.ask(util, 0x64, [...ieee(device.ieee), ...u16(address), 1]);
    formed.client.ask(af, 0x01, dataRequest(address, 9));
    device.link?.poll();
    formed.time.advance(50);
    assert.deepEqual(confirmations(formed.client).at(-1), [0, 9]);
  });
});

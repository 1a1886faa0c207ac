import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { IConnackPacket, IPublishPacket } from "mqtt-packet";
import { ScriptedBroker } from "../../support/cloud/broker.ts";
import { TestGateways } from "./test-gateway.ts";

function seqOf(packet: IPublishPacket): number {
  return Number(JSON.parse(packet.payload.toString()).seq);
}

const limits: readonly (readonly [what: string, NonNullable<IConnackPacket["properties"]>])[] = [
  ["offers topic aliases", { topicAliasMaximum: 10 }],
  ["keeps no session", { sessionExpiryInterval: 0 }],
  ["takes one record at a time", { receiveMaximum: 1 }],
  ["sets a keep-alive of its own", { serverKeepAlive: 1 }],
  ["takes QoS 1 at most", { maximumQoS: 1 }],
  ["takes packets of 4 KiB at most", { maximumPacketSize: 4_096 }],
];

describe("CloudSync with a limited broker", () => {
  let broker: ScriptedBroker;
  const gateways = new TestGateways();

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
  });
  afterEach(async () => {
    await broker.stop();
    await gateways.close();
  });

  for (const [what, properties] of limits) {
    it(`delivers every record in sequence and receives commands if the broker ${what}`, async () => {
      const gateway = await gateways.make({ url: broker.url });
      await gateway.happen(20);
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome(properties);
      for (let seq = 1; seq <= 20; seq += 1) {
        const record = await connection.next("publish");
        assert.equal(seqOf(record), seq);
        assert.equal(record.topic, "latch/1/gw-1/up/event");
        assert.equal(record.qos, 1);
        connection.acknowledge(record);
      }
      connection.send({
        cmd: "publish",
        topic: "latch/1/gw-1/down/command",
        payload: JSON.stringify({ id: "c1", command: "list_locks", params: {} }),
        qos: 1,
        dup: false,
        retain: false,
        messageId: 7,
      });
      assert.equal((await connection.next("puback")).messageId, 7);
      await gateway.until(() => gateway.sync.state().cursor >= 20);
      assert.equal(broker.connections.length, 1);
    });
  }

  it("pings within the keep-alive that the broker sets", async () => {
    const gateway = await gateways.make({ url: broker.url });
    gateway.sync.start();
    const connection = await broker.nextConnection();
    await connection.welcome({ serverKeepAlive: 1 });
    await connection.next("pingreq");
    connection.send({ cmd: "pingresp" });
    await connection.next("pingreq");
    assert.equal(connection.isClosed, false);
  });

  for (const [code, why] of [
    [0x9a, /Retain not supported/],
    [0x9b, /QoS not supported/],
  ] as const) {
    it(`raises an alarm that says why, and keeps every record, after a CONNACK of 0x${code.toString(16)}`, async () => {
      const gateway = await gateways.make({ url: broker.url });
      await gateway.happen(2);
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.next("connect");
      connection.send({
        cmd: "connack",
        returnCode: code,
        reasonCode: code,
        sessionPresent: false,
      });
      await connection.closed();
      await gateway.until(() => gateway.sync.state().alarm !== null);
      assert.match(gateway.sync.state().alarm?.why ?? "", why);
      assert.equal(gateway.sync.state().backlog, 2);
    });
  }
});

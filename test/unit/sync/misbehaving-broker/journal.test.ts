import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { IPublishPacket } from "mqtt-packet";
import { idOf } from "../../../support/cloud/broker.ts";
import { BrokerScript, seqOf } from "./broker-script.ts";

describe("a misbehaving broker that receives the journal", () => {
  const script = new BrokerScript();

  for (const protocol of [5, 4] as const) {
    it(`has never more than 16 records from it unacknowledged (MQTT ${protocol})`, async () => {
      const gateway = await script.gateway({ protocol });
      await gateway.happen(500);
      gateway.sync.start();
      const connection = await script.broker.nextConnection();
      await connection.welcome();
      for (let seq = 1; seq <= 16; seq += 1) {
        assert.equal(seqOf(await connection.next("publish")), seq);
      }
      const sent = await script.publishesBeforeCommand(connection);
      assert.equal(sent.length, 16);
    });
  }

  it("is obeyed if it accepts fewer at a time", async () => {
    const gateway = await script.gateway();
    await gateway.happen(100);
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome({ receiveMaximum: 3 });
    for (let seq = 1; seq <= 60; seq += 1) {
      const record = await connection.next("publish");
      assert.equal(seqOf(record), seq);
      connection.acknowledge(record);
    }
    // The 60th PUBACK may still be on its way: 62 or 63 were sent, never more.
    const sent = await script.publishesBeforeCommand(connection);
    assert(sent.length <= 63, `${sent.length} records for 60 PUBACKs`);
  });

  it("gets the events of its absence only from the journal, in sequence", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.welcome();
    first.socket.destroy();
    await gateway.until(() => !gateway.sync.state().connected);
    for (let batch = 0; batch < 100; batch += 1) await gateway.happen(700);
    const second = await script.broker.nextConnection();
    await second.welcome();
    // Nothing waits inside the MQTT client: one window, and not a record more.
    for (let seq = 1; seq <= 16; seq += 1) {
      assert.equal(seqOf(await second.next("publish")), seq);
    }
    assert.equal((await script.publishesBeforeCommand(second)).length, 16);
    assert.equal(gateway.sync.state().backlog, 70_001);
  });

  it("gets a record again if its PUBACK was lost on a working connection", async () => {
    const gateway = await script.gateway({ acknowledgeTimeoutMs: 100 });
    await gateway.happen(3);
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.welcome();
    first.acknowledge(await first.next("publish"));
    await gateway.until(() => gateway.sync.state().lastError?.cause === "unacknowledged");
    const second = await script.broker.nextConnection();
    await second.welcome();
    assert.equal(seqOf(await second.next("publish")), 2);
    assert.equal(seqOf(await second.next("publish")), 3);
  });

  it("may acknowledge in any sequence, and a record counts only with all before it", async () => {
    const gateway = await script.gateway();
    await gateway.happen(4);
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.welcome();
    const records: IPublishPacket[] = [];
    for (let seq = 1; seq <= 4; seq += 1) records.push(await first.next("publish"));
    for (const index of [3, 2, 0]) first.acknowledge(records[index] ?? assert.fail());
    await gateway.until(() => gateway.sync.state().cursor === 1);
    first.socket.destroy();
    const second = await script.broker.nextConnection();
    await second.welcome();
    for (let seq = 2; seq <= 4; seq += 1) {
      assert.equal(seqOf(await second.next("publish")), seq);
    }
  });

  it("keeps the connection and gets replies while it refuses a record for its quota", async () => {
    const gateway = await script.gateway();
    await gateway.happen(1);
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.welcome();
    const refused = await first.next("publish");
    first.send({ cmd: "puback", messageId: idOf(refused), reasonCode: 0x97 });
    assert.deepEqual(await script.publishesBeforeCommand(first), [1]);
    const { connected, cursor, backlog } = gateway.sync.state();
    assert.deepEqual([connected, cursor], [true, 0]);
    assert.ok(backlog >= 1);
    assert.equal(script.broker.connections.length, 1);
  });

  it("gets records that nobody subscribes to until somebody does", async () => {
    const gateway = await script.gateway();
    await gateway.happen(3);
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    for (const reasonCode of [0x10, 0x00]) {
      for (let seq = 1; seq <= 3; seq += 1) {
        const record = await connection.next("publish");
        assert.equal(seqOf(record), seq);
        assert.equal(gateway.sync.state().cursor, 0);
        connection.send({ cmd: "puback", messageId: idOf(record), reasonCode: 0x10 });
      }
      if (reasonCode === 0x10) continue;
      for (let seq = 1; seq <= 3; seq += 1) {
        const record = await connection.next("publish");
        assert.equal(seqOf(record), seq);
        connection.acknowledge(record);
      }
    }
    await gateway.until(() => gateway.sync.state().cursor === 3);
  });

  it("gets the range of records without a subscriber after the wait, and the records once somebody subscribes", async () => {
    const gateway = await script.gateway({ unheardWaitMs: 0 });
    await gateway.happen(3);
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    for (let seq = 1; seq <= 3; seq += 1) {
      const record = await connection.next("publish");
      connection.send({ cmd: "puback", messageId: idOf(record), reasonCode: 0x10 });
    }
    await gateway.until(() => gateway.sync.state().cursor === 3);
    const birth = await connection.next("publish");
    assert.deepEqual(JSON.parse(birth.payload.toString()).unheard, { from: 1, to: 3 });
    connection.acknowledge(birth);
    await gateway.happen(1);
    for (const seq of [4, 1, 2, 3, 4]) {
      const record = await connection.next("publish");
      assert.equal(seqOf(record), seq);
      connection.acknowledge(record);
    }
    const after = await connection.next("publish");
    assert.equal("unheard" in JSON.parse(after.payload.toString()), false);
  });

  it("gets a journalGap for a record that is larger than its limit", async () => {
    const gateway = await script.gateway();
    await gateway.happen(1, { source_name: "x".repeat(2000) });
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome({ maximumPacketSize: 1000 });
    const record = await connection.next("publish");
    const { event, seq, detail } = JSON.parse(record.payload.toString());
    assert.deepEqual([event, seq, detail.reason], ["journalGap", 1, "tooLarge"]);
  });
});

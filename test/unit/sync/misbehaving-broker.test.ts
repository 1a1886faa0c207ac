import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { IPublishPacket } from "mqtt-packet";
import { GatewayError } from "../../../daemon/core/model/errors.ts";
import { Secret } from "../../../daemon/core/model/secret.ts";
import type { CloudSyncOptions } from "../../../sync/options.ts";
import { idOf, ScriptedBroker, type ScriptedConnection } from "../../support/cloud/broker.ts";
import { Gate } from "../../support/within.ts";
import { type TestGateway, TestGateways } from "./test-gateway.ts";

const commandTopic = "latch/1/gw-1/down/command";

function aCommand(id: string, messageId: number): IPublishPacket {
  const payload = JSON.stringify({ id, command: "add_password", params: {} });
  return {
    cmd: "publish",
    topic: commandTopic,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId,
  };
}

function seqOf(packet: IPublishPacket): number {
  return Number(JSON.parse(packet.payload.toString()).seq);
}

describe("CloudSync with a broker that misbehaves", () => {
  let broker: ScriptedBroker;
  const gateways = new TestGateways();

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
  });

  afterEach(async () => {
    // It would leave the farewell unanswered, and every test would wait for that.
    await broker.stop();
    await gateways.close();
  });

  function aGateway(options: Partial<CloudSyncOptions> = {}): Promise<TestGateway> {
    return gateways.make({ url: broker.url, ...options });
  }

  /** Lets whatever is on its way arrive: the gateway's answer to a ping comes after it. */
  async function publishesBeforeCommand(connection: ScriptedConnection): Promise<number[]> {
    connection.send(aCommand("fence", 9000));
    await connection.next("puback");
    return connection.received
      .filter((packet) => packet.cmd === "publish")
      .filter(({ topic }) => topic.endsWith("/up/event"))
      .map(seqOf);
  }

  describe("receiving the journal", () => {
    for (const protocol of [5, 4] as const) {
      it(`has never more than 16 records from it unacknowledged (MQTT ${protocol})`, async () => {
        const gateway = await aGateway({ protocol });
        await gateway.happen(500);
        gateway.sync.start();
        const connection = await broker.nextConnection();
        await connection.welcome();
        for (let seq = 1; seq <= 16; seq += 1) {
          assert.equal(seqOf(await connection.next("publish")), seq);
        }
        const sent = await publishesBeforeCommand(connection);
        assert.equal(sent.length, 16);
      });
    }

    it("is obeyed if it accepts fewer at a time", async () => {
      const gateway = await aGateway();
      await gateway.happen(100);
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome({ receiveMaximum: 3 });
      for (let seq = 1; seq <= 60; seq += 1) {
        const record = await connection.next("publish");
        assert.equal(seqOf(record), seq);
        connection.acknowledge(record);
      }
      // The 60th PUBACK may still be on its way: 62 or 63 were sent, never more.
      const sent = await publishesBeforeCommand(connection);
      assert(sent.length <= 63, `${sent.length} records for 60 PUBACKs`);
    });

    it("gets the events of its absence only from the journal, in sequence", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.welcome();
      first.socket.destroy();
      await gateway.until(() => !gateway.sync.state().connected);
      for (let batch = 0; batch < 100; batch += 1) await gateway.happen(700);
      const second = await broker.nextConnection();
      await second.welcome();
      // Nothing waits inside the MQTT client: one window, and not a record more.
      for (let seq = 1; seq <= 16; seq += 1) {
        assert.equal(seqOf(await second.next("publish")), seq);
      }
      assert.equal((await publishesBeforeCommand(second)).length, 16);
      assert.equal(gateway.sync.state().backlog, 70_001);
    });

    it("gets a record again if its PUBACK was lost on a working connection", async () => {
      const gateway = await aGateway({ acknowledgeTimeoutMs: 100 });
      await gateway.happen(3);
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.welcome();
      first.acknowledge(await first.next("publish"));
      await gateway.until(() => gateway.sync.state().lastError?.cause === "unacknowledged");
      const second = await broker.nextConnection();
      await second.welcome();
      assert.equal(seqOf(await second.next("publish")), 2);
      assert.equal(seqOf(await second.next("publish")), 3);
    });

    it("may acknowledge in any sequence, and a record counts only with all before it", async () => {
      const gateway = await aGateway();
      await gateway.happen(4);
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.welcome();
      const records: IPublishPacket[] = [];
      for (let seq = 1; seq <= 4; seq += 1) records.push(await first.next("publish"));
      for (const index of [3, 2, 0]) first.acknowledge(records[index] ?? assert.fail());
      await gateway.until(() => gateway.sync.state().cursor === 1);
      first.socket.destroy();
      const second = await broker.nextConnection();
      await second.welcome();
      for (let seq = 2; seq <= 4; seq += 1) {
        assert.equal(seqOf(await second.next("publish")), seq);
      }
    });

    it("keeps the connection and gets replies while it refuses a record for its quota", async () => {
      const gateway = await aGateway();
      await gateway.happen(1);
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.welcome();
      const refused = await first.next("publish");
      first.send({ cmd: "puback", messageId: idOf(refused), reasonCode: 0x97 });
      assert.deepEqual(await publishesBeforeCommand(first), [1]);
      const { connected, cursor, backlog } = gateway.sync.state();
      assert.deepEqual([connected, cursor], [true, 0]);
      assert.ok(backlog >= 1);
      assert.equal(broker.connections.length, 1);
    });

    it("gets records that nobody subscribes to until somebody does", async () => {
      const gateway = await aGateway();
      await gateway.happen(3);
      gateway.sync.start();
      const connection = await broker.nextConnection();
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
      const gateway = await aGateway({ unheardWaitMs: 0 });
      await gateway.happen(3);
      gateway.sync.start();
      const connection = await broker.nextConnection();
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
      const gateway = await aGateway();
      await gateway.happen(1, { source_name: "x".repeat(2000) });
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome({ maximumPacketSize: 1000 });
      const record = await connection.next("publish");
      const { event, seq, detail } = JSON.parse(record.payload.toString());
      assert.deepEqual([event, seq, detail.reason], ["journalGap", 1, "tooLarge"]);
    });
  });

  describe("sending commands", () => {
    it("gets its PUBACK only after the commit", async () => {
      const gateway = await aGateway();
      const begun = new Gate();
      const commit = new Gate();
      gateway.door.beforeCommit = () => {
        begun.open();
        return commit.opened;
      };
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      connection.send(aCommand("c1", 7));
      await begun.opened;
      await gateway.happen(1);
      await connection.next("publish");
      assert.equal(
        connection.received.some(({ cmd }) => cmd === "puback"),
        false,
      );
      commit.open();
      assert.equal(idOf(await connection.next("puback")), 7);
      assert.equal(gateway.door.executed.length, 1);
    });

    it("sends a command again after a failed commit, with all later ones, in sequence", async () => {
      const gateway = await aGateway();
      let failures = 0;
      gateway.door.beforeCommit = ({ id }) => {
        if (id !== "c2" || failures > 0) return;
        failures += 1;
        throw new GatewayError("busy", "the disk is behind");
      };
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.welcome();
      for (const [index, id] of ["c1", "c2", "c3"].entries()) first.send(aCommand(id, index + 1));
      await first.closed();
      const acknowledged = first.received.filter(({ cmd }) => cmd === "puback").map(idOf);
      assert.deepEqual(acknowledged, [1]);
      assert.equal(gateway.sync.state().alarm?.cause, "storeFailed");

      const second = await broker.nextConnection();
      await second.welcome();
      for (const [index, id] of ["c2", "c3"].entries()) {
        second.send({ ...aCommand(id, index + 1), dup: true });
        await second.next("puback");
      }
      assert.deepEqual(
        gateway.door.executed.map(({ id }) => id),
        ["c1", "c2", "c3"],
      );
    });

    it("gets no acknowledgement once the store has failed, and loses the connection", async () => {
      const gateway = await aGateway();
      gateway.door.beforeCommit = () => gateway.store.close();
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      connection.send(aCommand("c1", 7));
      connection.send(aCommand("c2", 8));
      await connection.closed();
      assert.deepEqual(
        connection.received.filter(({ cmd }) => cmd === "puback"),
        [],
      );
      assert.equal(gateway.sync.state().alarm?.cause, "storeFailed");
    });

    it("sees a command fail once if its handler throws, and the next ones carried out", async () => {
      const gateway = await aGateway();
      let tries = 0;
      gateway.door.beforeCommit = ({ id }) => {
        if (id !== "poison") return;
        tries += 1;
        throw new Error("a fault of ours");
      };
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      connection.send(aCommand("poison", 1));
      connection.send(aCommand("c2", 2));
      connection.send({ ...aCommand("poison", 3), dup: true });
      for (const messageId of [1, 2, 3]) {
        assert.equal(idOf(await connection.next("puback")), messageId);
      }
      assert.equal(tries, 1);
      const [answer] = await gateway.store.readJournal(1, 1);
      assert(answer?.entry.kind === "reply");
      assert.deepEqual([answer.entry.commandId, answer.entry.errNo], ["poison", 15000]);
      assert.deepEqual(
        gateway.door.executed.map(({ id }) => id),
        ["c2"],
      );
    });

    it("may send a command a hundred times, and it has one effect and its replies", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      for (let messageId = 1; messageId <= 100; messageId += 1) {
        connection.send({ ...aCommand("c1", messageId), dup: messageId > 1 });
      }
      for (let count = 1; count <= 100; count += 1) await connection.next("puback");
      assert.equal(gateway.door.executed.length, 1);
      assert.equal(gateway.head, 1);
      assert.equal(gateway.sync.state().received.repeats, 99);
    });

    it("may deliver in any sequence, and again, and each command has one effect", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      for (const [index, id] of ["c3", "c1", "c3", "c2", "c1"].entries()) {
        connection.send(aCommand(id, index + 1));
      }
      for (const messageId of [1, 2, 3, 4, 5]) {
        assert.equal(idOf(await connection.next("puback")), messageId);
      }
      assert.deepEqual(
        gateway.door.executed.map(({ id }) => id),
        ["c3", "c1", "c2"],
      );
      assert.equal(gateway.sync.state().received.repeats, 2);
    });

    it("may forget the session, and unconfirmed records come again and commands still arrive", async () => {
      const gateway = await aGateway();
      await gateway.happen(3);
      gateway.sync.start();
      const first = await broker.nextConnection();
      const { connect } = await first.welcome();
      assert.equal(connect.clean, false);
      first.acknowledge(await first.next("publish"));
      await gateway.until(() => gateway.sync.state().cursor === 1);
      first.socket.destroy();
      // `sessionPresent` is false in this welcome: it waits for the subscriptions to be made anew.
      const second = await broker.nextConnection();
      await second.welcome();
      for (const seq of [2, 3]) assert.equal(seqOf(await second.next("publish")), seq);
      second.send(aCommand("c1", 1));
      assert.equal(idOf(await second.next("puback")), 1);
      assert.equal(gateway.door.executed.length, 1);
    });

    it("may deliver one byte per packet", async () => {
      const gateway = await aGateway({ protocol: 4 });
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      for (const byte of connection.bytesOf(aCommand("c1", 7))) {
        connection.socket.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(idOf(await connection.next("puback")), 7);
      assert.equal(gateway.door.executed.length, 1);
    });

    it("is disconnected during a packet without end, and its session is dropped once", async () => {
      const gateway = await aGateway({ protocol: 4 });
      gateway.sync.start();
      const first = await broker.nextConnection();
      const { connect } = await first.welcome();
      assert.equal(connect.clean, false);
      const whole = first.bytesOf({ ...aCommand("c1", 7), payload: Buffer.alloc(3_000_000) });
      first.socket.write(whole.subarray(0, 2_000_000));
      await first.closed();
      await gateway.until(() => gateway.sync.state().lastError?.cause === "oversize");
      const second = await broker.nextConnection();
      const again = await second.welcome();
      assert.equal(again.connect.clean, true);
    });
  });

  describe("during the connect", () => {
    it("is tried again after it has answered busy", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      for (const reasonCode of [0x88, 0x89, 0x97, 0x9f]) {
        const refused = await broker.nextConnection();
        await refused.next("connect");
        refused.send({ cmd: "connack", reasonCode, sessionPresent: false });
        await refused.closed();
        await gateway.until(() => gateway.sync.state().lastError?.cause === "overloaded");
      }
      const connection = await broker.nextConnection();
      await connection.welcome();
      await gateway.until(() => gateway.sync.state().connected);
    });

    it("raises an alarm when it refuses the subscriptions, until it grants them", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      for (const granted of [0x87, 0x80, 0x00]) {
        const refusing = await broker.nextConnection();
        await refusing.next("connect");
        refusing.send({ cmd: "connack", reasonCode: 0, sessionPresent: true });
        const subscribe = await refusing.next("subscribe");
        refusing.send({ cmd: "suback", messageId: idOf(subscribe), granted: [1, granted] });
        await refusing.closed();
        await gateway.until(() => gateway.sync.state().alarm?.cause === "subscribeRefused");
      }
      const connection = await broker.nextConnection();
      await connection.welcome();
      await gateway.until(() => gateway.sync.state().connected);
      assert.equal(gateway.sync.state().alarm, null);
      assert.equal(gateway.sync.state().lastError?.cause, "subscribeRefused");
    });

    it("raises an alarm when it refuses name and password", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      const refusing = await broker.nextConnection();
      await refusing.next("connect");
      refusing.send({ cmd: "connack", reasonCode: 0x86, sessionPresent: false });
      await gateway.until(() => gateway.sync.state().alarm?.cause === "refused");
    });

    it("raises an alarm when another client connects with this gateway's id", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      const connection = await broker.nextConnection();
      await connection.welcome();
      connection.send({ cmd: "disconnect", reasonCode: 0x8e });
      await gateway.until(() => gateway.sync.state().alarm?.cause === "takenOver");
    });

    it("is disconnected if it never answers", async () => {
      const gateway = await aGateway({ connectTimeoutMs: 100 });
      gateway.sync.start();
      const mute = await broker.nextConnection();
      await mute.next("connect");
      await mute.closed();
      const halfMute = await broker.nextConnection();
      await halfMute.next("connect");
      halfMute.send({ cmd: "connack", reasonCode: 0, sessionPresent: false });
      await halfMute.next("subscribe");
      await halfMute.closed();
      await gateway.until(() => gateway.sync.state().lastError?.cause === "unreachable");
    });

    it("is disconnected if it is silent on an open connection", async () => {
      const gateway = await aGateway({ keepaliveSeconds: 1 });
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.welcome();
      first.socket.pause();
      await gateway.until(() => !gateway.sync.state().connected);
      assert.equal(gateway.sync.state().lastError?.cause, "cut");
      await (await broker.nextConnection()).welcome();
    });

    it("is not contacted for a while after it has sent garbage", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      const first = await broker.nextConnection();
      await first.next("connect");
      first.socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
      await first.closed();
      await (await broker.nextConnection()).welcome();
    });

    it("gets a name, a password, a will, and a session that outlives the connection", async () => {
      const gateway = await aGateway({
        username: "gw",
        password: new Secret("s3cret"),
        willDelaySeconds: 45,
      });
      gateway.sync.start();
      const { connect } = await (await broker.nextConnection()).welcome();
      assert.deepEqual(
        {
          clientId: connect.clientId,
          username: connect.username,
          password: connect.password?.toString(),
          clean: connect.clean,
          expiry: connect.properties?.sessionExpiryInterval,
          willTopic: connect.will?.topic,
          will: JSON.parse(String(connect.will?.payload)),
          retain: connect.will?.retain,
          delay: connect.will?.properties?.willDelayInterval,
        },
        {
          clientId: "gw-1",
          username: "gw",
          password: "s3cret",
          clean: false,
          expiry: 86_400,
          willTopic: "latch/1/gw-1/up/state",
          will: { state: "offline", event: "centerOfflineAlarm", boot: gateway.boot },
          retain: true,
          delay: 45,
        },
      );
      assert.equal(
        gateway.log.some((line) => line.includes("s3cret")),
        false,
      );
    });
  });

  describe("reached by options that can never work", () => {
    it("is never contacted", async () => {
      await assert.rejects(aGateway({ url: "http://127.0.0.1" }), /url must be mqtt/);
      await assert.rejects(aGateway({ window: 0 }), /window must be/);
      await assert.rejects(aGateway({ prefix: "a/#" }), /prefix must be/);
    });

    it("causes an alarm, and no exception, if only TLS can find the fault", async () => {
      const gateway = await aGateway({
        url: broker.url.replace("mqtt:", "mqtts:"),
        ca: "no PEM at all",
        cert: "nor this",
      });
      gateway.sync.start();
      await gateway.until(() => gateway.sync.state().alarm?.cause === "refused");
    });
  });
});

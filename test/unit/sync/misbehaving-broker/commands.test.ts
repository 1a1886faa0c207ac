import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GatewayError } from "../../../../daemon/core/model/errors.ts";
import { idOf } from "../../../support/cloud/broker.ts";
import { Gate } from "../../../support/within.ts";
import { aCommand, BrokerScript, seqOf } from "./broker-script.ts";

describe("a misbehaving broker that sends commands", () => {
  const script = new BrokerScript();

  it("gets its PUBACK only after the commit", async () => {
    const gateway = await script.gateway();
    const begun = new Gate();
    const commit = new Gate();
    gateway.executor.beforeCommit = () => {
      begun.open();
      return commit.opened;
    };
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
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
    assert.equal(gateway.executor.executed.length, 1);
  });

  it("sends a command again after a failed commit, with all later ones, in sequence", async () => {
    const gateway = await script.gateway();
    let failures = 0;
    gateway.executor.beforeCommit = ({ id }) => {
      if (id !== "c2" || failures > 0) return;
      failures += 1;
      throw new GatewayError("busy", "the disk is behind");
    };
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.welcome();
    for (const [index, id] of ["c1", "c2", "c3"].entries()) first.send(aCommand(id, index + 1));
    await first.closed();
    const acknowledged = first.received.filter(({ cmd }) => cmd === "puback").map(idOf);
    assert.deepEqual(acknowledged, [1]);
    assert.equal(gateway.sync.state().alarm?.cause, "storeFailed");

    const second = await script.broker.nextConnection();
    await second.welcome();
    for (const [index, id] of ["c2", "c3"].entries()) {
      second.send({ ...aCommand(id, index + 1), dup: true });
      await second.next("puback");
    }
    assert.deepEqual(
      gateway.executor.executed.map(({ id }) => id),
      ["c1", "c2", "c3"],
    );
  });

  it("gets no acknowledgement once the store has failed, and loses the connection", async () => {
    const gateway = await script.gateway();
    gateway.executor.beforeCommit = () => gateway.store.close();
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
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
    const gateway = await script.gateway();
    let tries = 0;
    gateway.executor.beforeCommit = ({ id }) => {
      if (id !== "poison") return;
      tries += 1;
      throw new Error("a fault of ours");
    };
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
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
      gateway.executor.executed.map(({ id }) => id),
      ["c2"],
    );
  });

  it("may send a command a hundred times, and it has one effect and its replies", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    for (let messageId = 1; messageId <= 100; messageId += 1) {
      connection.send({ ...aCommand("c1", messageId), dup: messageId > 1 });
    }
    for (let count = 1; count <= 100; count += 1) await connection.next("puback");
    assert.equal(gateway.executor.executed.length, 1);
    assert.equal(gateway.head, 1);
    assert.equal(gateway.sync.state().received.repeats, 99);
  });

  it("may deliver in any sequence, and again, and each command has one effect", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    for (const [index, id] of ["c3", "c1", "c3", "c2", "c1"].entries()) {
      connection.send(aCommand(id, index + 1));
    }
    for (const messageId of [1, 2, 3, 4, 5]) {
      assert.equal(idOf(await connection.next("puback")), messageId);
    }
    assert.deepEqual(
      gateway.executor.executed.map(({ id }) => id),
      ["c3", "c1", "c2"],
    );
    assert.equal(gateway.sync.state().received.repeats, 2);
  });

  it("may forget the session, and unconfirmed records come again and commands still arrive", async () => {
    const gateway = await script.gateway();
    await gateway.happen(3);
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    const { connect } = await first.welcome();
    assert.equal(connect.clean, false);
    first.acknowledge(await first.next("publish"));
    await gateway.until(() => gateway.sync.state().cursor === 1);
    first.socket.destroy();
    // `sessionPresent` is false in this CONNACK: the broker waits for new subscriptions.
    const second = await script.broker.nextConnection();
    await second.welcome();
    for (const seq of [2, 3]) assert.equal(seqOf(await second.next("publish")), seq);
    second.send(aCommand("c1", 1));
    assert.equal(idOf(await second.next("puback")), 1);
    assert.equal(gateway.executor.executed.length, 1);
  });

  it("may deliver one byte per packet", async () => {
    const gateway = await script.gateway({ protocol: 4 });
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    for (const byte of connection.bytesOf(aCommand("c1", 7))) {
      connection.socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(idOf(await connection.next("puback")), 7);
    assert.equal(gateway.executor.executed.length, 1);
  });

  it("is disconnected during a packet without end, and its session is dropped once", async () => {
    const gateway = await script.gateway({ protocol: 4 });
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    const { connect } = await first.welcome();
    assert.equal(connect.clean, false);
    const whole = first.bytesOf({ ...aCommand("c1", 7), payload: Buffer.alloc(3_000_000) });
    first.socket.write(whole.subarray(0, 2_000_000));
    await first.closed();
    await gateway.until(() => gateway.sync.state().lastError?.cause === "oversize");
    const second = await script.broker.nextConnection();
    const again = await second.welcome();
    assert.equal(again.connect.clean, true);
  });
});

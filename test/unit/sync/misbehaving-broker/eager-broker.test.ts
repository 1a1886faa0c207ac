import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { idOf } from "../../../support/cloud/broker.ts";
import { Gate } from "../../../support/within.ts";
import { aCommand, BrokerScript, seqOf } from "./broker-script.ts";

const commands = 200;

/** A command that names a lock; its number is the message's. */
function about(uuid: string, command: string, messageId: number) {
  const body = { id: `c${messageId}`, command, params: { uuid, password_id: 1 } };
  return { ...aCommand("", messageId), payload: JSON.stringify(body) };
}

describe("a broker that sends commands without waiting for their PUBACKs", () => {
  const script = new BrokerScript();

  it("has its PUBACKs for records read while all its commands wait for the disk", async () => {
    const gateway = await script.gateway();
    const commit = new Gate();
    gateway.executor.beforeCommit = () => commit.opened;
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    for (let number = 1; number <= commands; number += 1) {
      connection.send(aCommand(`c${number}`, number));
    }
    for (let record = 1; record <= 40; record += 1) {
      await gateway.happen(1);
      connection.acknowledge(await connection.next("publish"));
    }
    await gateway.until(() => gateway.sync.state().cursor === 40);
    assert.equal(
      connection.received.some(({ cmd }) => cmd === "puback"),
      false,
    );
    commit.open();
  });

  it("gets the PUBACKs in the sequence of the messages, though a revocation was carried out first", async () => {
    const gateway = await script.gateway();
    const commit = new Gate();
    const begun = new Gate();
    gateway.executor.beforeCommit = () => {
      begun.open();
      return commit.opened;
    };
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    connection.send(about("0xa4c1380000000002", "add_password", 1));
    await begun.opened;
    for (let number = 2; number <= 20; number += 1) {
      connection.send(about("0xa4c1380000000002", "add_password", number));
    }
    connection.send(about("0xa4c1380000000001", "delete_password", 21));
    // This PUBACK comes behind the revocation on the line.
    await gateway.happen(1);
    const record = await connection.next("publish");
    assert.equal(seqOf(record), 1);
    connection.acknowledge(record);
    await gateway.until(() => gateway.sync.state().cursor === 1);
    commit.open();
    const acknowledged: number[] = [];
    for (let count = 1; count <= 21; count += 1) {
      acknowledged.push(idOf(await connection.next("puback")));
    }
    assert.deepEqual(
      acknowledged,
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
    const executed = gateway.executor.executed.map(({ id }) => id);
    assert.deepEqual(executed.slice(0, 3), ["c1", "c21", "c2"]);
  });
});

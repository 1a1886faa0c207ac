import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maxWaitingEvents, Publisher } from "../../../../sync/home-assistant/publisher.ts";
import type { Connection, PublishOptions } from "../../../../sync/link/connection.ts";

/** A connection that takes a few publications at a time, and acknowledges when the test says so. */
class SlowConnection implements Connection {
  readonly window = 4;
  readonly maximumPacketBytes = 1_000_000;
  readonly sent: string[] = [];
  readonly #waiting: (() => void)[] = [];

  get room(): number {
    return this.window - this.#waiting.length;
  }

  publish(
    topic: string,
    body: string,
    _options: PublishOptions,
    onAcknowledged: (hasSubscriber: boolean) => void,
  ): void {
    assert.ok(this.room > 0, "there is room in the window");
    this.sent.push(`${topic} ${body}`);
    this.#waiting.push(() => onAcknowledged(true));
  }

  acknowledge(): void {
    for (const done of this.#waiting.splice(0)) done();
  }

  drop(): void {}
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function aPublisher() {
  const faults: unknown[] = [];
  const refused: string[] = [];
  const publisher = new Publisher({
    onFault: (cause) => faults.push(cause),
    onRefused: (topic) => refused.push(topic),
  });
  const connection = new SlowConnection();
  return { publisher, connection, faults, refused };
}

const message = (topic: string, body = "") => ({ topic, body, isRetained: false });

describe("the queue to Home Assistant's broker", () => {
  it("keeps to the window of the connection", async () => {
    const { publisher, connection } = aPublisher();
    publisher.attach(connection);
    publisher.add("all", async () => Array.from({ length: 10 }, (_, at) => message(`t${at}`)));
    await turns();
    assert.equal(connection.sent.length, 4);
    for (let round = 0; round < 3; round += 1) {
      connection.acknowledge();
      await turns();
    }
    assert.equal(connection.sent.length, 10);
    await publisher.idle();
  });

  it("does a job once however often it was asked for, with what is true when its turn comes", async () => {
    const { publisher, connection } = aPublisher();
    publisher.attach(connection);
    for (let at = 0; at < 4; at += 1) publisher.send(message(`event${at}`));
    let value = 0;
    for (value = 1; value <= 50; value += 1) {
      publisher.add("state", async () => [message("state", String(value))]);
    }
    await turns();
    connection.acknowledge();
    await turns();
    assert.deepEqual(connection.sent.slice(4), ["state 51"]);
  });

  it("sends events before states, and drops the oldest beyond the limit", async () => {
    const { publisher, connection } = aPublisher();
    publisher.attach(connection);
    publisher.add("first", async () => Array.from({ length: 4 }, () => message("state")));
    await turns();
    publisher.add("second", async () => [message("state")]);
    for (let at = 0; at < maxWaitingEvents + 5; at += 1) publisher.send(message("event", `${at}`));
    connection.acknowledge();
    await turns();
    assert.equal(connection.sent[4], "event 5");
    assert.equal(publisher.droppedEvents, 5);
  });

  it("keeps nothing while there is no connection", async () => {
    const { publisher, connection } = aPublisher();
    publisher.send(message("event"));
    publisher.add("state", async () => [message("state")]);
    publisher.attach(connection);
    await turns();
    assert.deepEqual(connection.sent, []);
    await publisher.idle();
  });

  it("ends the wait for it when the connection is lost", async () => {
    const { publisher, connection } = aPublisher();
    publisher.attach(connection);
    publisher.send(message("event"));
    const idle = publisher.idle();
    await turns();
    publisher.detach();
    await idle;
    assert.equal(publisher.isConnected, false);
  });

  it("does the next job after one that fails", async () => {
    const { publisher, connection, faults } = aPublisher();
    publisher.attach(connection);
    publisher.add("bad", () => Promise.reject(new Error("no store")));
    await turns();
    publisher.add("good", async () => [message("state")]);
    await turns();
    assert.deepEqual([faults.length, connection.sent], [1, ["state "]]);
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { TestBroker } from "../../../support/cloud/broker.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { type TestGateway, TestGateways } from "../test-gateway.ts";

describe("messages that are refused", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let gateway: TestGateway;
  const gateways = new TestGateways();

  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
    gateway = await gateways.make({ url: broker.url, protocol: 4 });
  });
  afterEach(async () => {
    await gateways.close();
    await cloud.close();
    await broker.stop();
  });

  async function start(): Promise<void> {
    gateway.sync.start();
    await cloud.online("gw-1");
  }

  const fence = async () => {
    assert.equal((await cloud.command("gw-1", "add_password", {})).ErrNo, 0);
  };

  const alarms = () =>
    cloud
      .gateway("gw-1")
      .records.filter(({ fields }) => fields["event"] === "refusedMessageAlarm")
      .map(({ fields }) => fields["detail"]);

  it("are reported to the cloud once for many if they are retained", async () => {
    const body = JSON.stringify({ id: "c1", command: "add_password", params: {} });
    await cloud.sendBody("gw-1", "command", body, { retain: true });
    await start();
    await fence();
    // Each connection brings it again.
    broker.dropConnections();
    await gateway.until(() => gateway.sync.state().received.retained === 2);
    await fence();
    assert.deepEqual(alarms(), [
      { kind: "retained", count: 1, topic: "command", reason: "the message is retained" },
    ]);
    assert.equal(
      gateway.executor.executed.some(({ id }) => id === "c1"),
      false,
    );
  });

  it("are reported to the cloud if they are malformed without an id, the last ones when the gateway stops", async () => {
    await start();
    for (const body of ["{", "[]", '{"command":"add_password"}']) {
      await cloud.sendBody("gw-1", "command", body);
    }
    await fence();
    assert.deepEqual(alarms(), [
      { kind: "malformed", count: 1, topic: "command", reason: "body is not JSON in UTF-8" },
    ]);
    await gateway.sync.stop();
    const last = (await gateway.store.readJournal(1, 100)).at(-1);
    assert(last?.entry.kind === "event");
    assert.equal(last.entry.detail?.["count"], 2);
  });
});

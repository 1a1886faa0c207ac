import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { CloudSyncOptions } from "../../../../sync/options.ts";
import { TestBroker } from "../../../support/cloud/broker.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { type TestGateway, TestGateways } from "../test-gateway.ts";

const startMs = 1_700_000_000_000;

describe("the gateway's presence", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  const gateways = new TestGateways();

  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
  });

  afterEach(async () => {
    await gateways.close();
    await cloud.close();
    await broker.stop();
  });

  const options = (): CloudSyncOptionsWithoutDigest => ({
    url: broker.url,
    protocol: 4,
    offlineAlarmAfterMs: 45_000,
  });
  type CloudSyncOptionsWithoutDigest = Omit<CloudSyncOptions, "digest">;

  async function aGateway(): Promise<TestGateway> {
    const gateway = await gateways.make(options());
    gateway.sync.start();
    await cloud.online("gw-1");
    return gateway;
  }

  async function loss(gateway: TestGateway, lastingMs: number): Promise<void> {
    await broker.kill();
    await gateway.until(() => !gateway.sync.state().connected);
    gateway.clock.nowMs += lastingMs;
    await broker.restart();
    await gateway.until(() => gateway.sync.state().connected);
    // The broker has lost its subscriptions: the cloud requests the records from before it subscribed again.
    await cloud.replay("gw-1", 1);
  }

  it("has events after a loss, with the times of its begin and end", async () => {
    const gateway = await aGateway();
    gateway.clock.nowMs = startMs + 10_000;
    await loss(gateway, 100_000);
    const lost = await cloud.event("gw-1", "centerOfflineAlarm");
    const back = await cloud.event("gw-1", "clearCenterOfflineAlarm");
    assert.deepEqual([lost.time, back.time], [1_700_000_010, 1_700_000_110]);
    assert.deepEqual([lost.uuid, back.detail], ["gw-1", { offline_s: 100 }]);
    assert.equal(back.seq, lost.seq + 1);
  });

  it("has no event after a loss shorter than the limit, nor at the first start", async () => {
    const gateway = await aGateway();
    await loss(gateway, 44_000);
    await gateway.happen(1);
    const view = await cloud.upTo("gw-1", 1);
    assert.deepEqual(
      view.records.map(({ fields }) => fields["event"]),
      ["lockerOpenAlarm"],
    );
  });

  it("has an event after a stop, with the time of the stop", async () => {
    const gateway = await aGateway();
    gateway.clock.nowMs = startMs + 5_000;
    await gateway.sync.stop();
    const next = gateways.over(gateway.store, options());
    next.clock.nowMs = startMs + 65_000;
    next.sync.start();
    const lost = await cloud.event("gw-1", "centerOfflineAlarm");
    const back = await cloud.event("gw-1", "clearCenterOfflineAlarm");
    assert.deepEqual([lost.time, back.time], [1_700_000_005, 1_700_000_065]);
  });

  it("is published again on request and periodically, with a fresh digest", async () => {
    const gateway = await gateways.make({ ...options(), refreshMs: 200 });
    gateway.sync.start();
    await cloud.online("gw-1");
    const view = cloud.gateway("gw-1");
    await cloud.until("a second birth", () => (view.presences.length >= 3 ? true : null));
    const quiet = await gateways.make({ ...options() });
    quiet.sync.start();
    await quiet.until(() => quiet.sync.state().connected);
    const from = view.presences.length;
    quiet.sync.refresh();
    quiet.sync.refresh();
    await cloud.until("a fresh birth", () =>
      view.presences.slice(from).some(({ fields }) => fields["boot"] === quiet.boot) ? true : null,
    );
  });
});

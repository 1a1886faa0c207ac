import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BrokerAndCloud } from "./broker-and-cloud.ts";

describe("CloudSync with a broker that comes and goes", () => {
  const rig = new BrokerAndCloud();

  it("catches up after the broker was away, in sequence and without a hole", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    await gateway.happen(10);
    await rig.cloud.upTo("gw-1", 10);
    await rig.broker.kill();
    await gateway.until(() => !gateway.sync.state().connected);
    for (let batch = 0; batch < 20; batch += 1) await gateway.happen(100);
    assert.equal(gateway.sync.state().backlog, 2000);
    await rig.broker.restart();
    await gateway.until(() => gateway.sync.state().backlog === 0);
    assert.deepEqual(
      rig.sentNumbers(),
      Array.from({ length: 2010 }, (_, index) => index + 1),
    );
  });

  it("loses nothing while connections are cut again and again", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    for (let round = 1; round <= 8; round += 1) {
      await gateway.happen(50);
      await rig.cloud.upTo("gw-1", round * 50 - 25);
      rig.broker.dropConnections();
    }
    const view = await rig.cloud.upTo("gw-1", 400);
    assert.deepEqual(view.gaps, []);
  });

  it("starts while there is no broker, and connects when it comes", async () => {
    await rig.broker.kill();
    const gateway = await rig.gateway();
    gateway.sync.start();
    await gateway.happen(5);
    await gateway.until(() => gateway.sync.state().lastError !== null);
    assert.equal(gateway.sync.state().lastError?.cause, "unreachable");
    await rig.broker.restart();
    await gateway.until(() => gateway.sync.state().connected);
  });

  it("stops at once while there is no broker", async () => {
    const gateway = await rig.gateway();
    await rig.broker.kill();
    gateway.sync.start();
    await gateway.happen(5);
    await gateway.sync.stop();
    assert.equal(gateway.sync.state().backlog, 5);
  });
});

describe("CloudSync with a cloud that acknowledges", () => {
  const rig = new BrokerAndCloud();

  it("moves the cursor only when the cloud acknowledges", async () => {
    const gateway = await rig.gateway({ acknowledge: "cloud" });
    await gateway.happen(10);
    gateway.sync.start();
    const { epoch } = await rig.cloud.upTo("gw-1", 10);
    assert(epoch !== null);
    assert.equal(gateway.sync.state().cursor, 0);
    await rig.cloud.acknowledge("gw-1", epoch, 7);
    await gateway.until(() => gateway.sync.state().cursor === 7);
    const second = await rig.restarted(gateway);
    second.sync.start();
    await rig.cloud.until("records 8 … 10 again", () =>
      rig.cloud.gateway("gw-1").repeats === 3 ? true : null,
    );
  });

  it("ignores acknowledgements of records that were never made, and of another epoch", async () => {
    const gateway = await rig.gateway({ acknowledge: "cloud" });
    await gateway.happen(10);
    gateway.sync.start();
    const { epoch } = await rig.cloud.upTo("gw-1", 10);
    assert(epoch !== null);
    await rig.cloud.acknowledge("gw-1", epoch, 11);
    await rig.cloud.acknowledge("gw-1", "another", 10);
    await gateway.until(() => gateway.sync.state().received.rejected === 2);
    assert.equal(gateway.sync.state().cursor, 0);
  });

  it("sends records again that the cloud does not acknowledge", async () => {
    const gateway = await rig.gateway({ acknowledge: "cloud", cloudTimeoutMs: 100 });
    await gateway.happen(3);
    gateway.sync.start();
    const view = await rig.cloud.upTo("gw-1", 3);
    await rig.cloud.until("all of them again", () => (view.repeats >= 3 ? view : null));
  });
});

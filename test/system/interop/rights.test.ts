import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { connectAsync } from "mqtt";
import { Cloud } from "../../support/cloud/cloud.ts";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { projectRoot } from "../../support/project-root.ts";
import { within } from "../../support/within.ts";
import { TestGateways } from "../../unit/sync/test-gateway.ts";

/** The rules as docs/fleet.md prints them. */
async function rulesOfTheDocs(): Promise<string> {
  const text = await readFile(join(projectRoot(), "docs", "fleet.md"), "utf8");
  const rules = /```acl\n([\s\S]*?)```/.exec(text)?.[1];
  assert(rules !== undefined, "docs/fleet.md has rules");
  return rules;
}

describe("mosquitto with the rights of docs/fleet.md", () => {
  let broker: Mosquitto;
  const gateways = new TestGateways();

  before(async () => {
    broker = await Mosquitto.start({
      config: ["acl_file %d/acl"],
      files: { acl: await rulesOfTheDocs() },
    });
  });
  after(() => broker.stop());
  afterEach(() => gateways.close());

  for (const protocol of [5, 4] as const) {
    it(`lets a gateway and its cloud do everything they need (MQTT ${protocol === 5 ? "5" : "3.1.1"})`, async () => {
      const cloud = await Cloud.connect({
        url: broker.url,
        protocol,
        mqtt: { username: "cloud" },
        clientId: `ingest-${protocol}`,
      });
      const gateway = await gateways.make({ url: broker.url, protocol });
      await gateway.happen(3);
      gateway.sync.start();
      await cloud.online("gw-1");
      assert.equal((await cloud.command("gw-1", "add_password", {})).ErrNo, 0);
      await cloud.upTo("gw-1", 4);
      await gateway.sync.stop();
      await cloud.offline("gw-1");
      await cloud.close();
    });
  }

  it("limits every gateway to its own topics, and denies everybody the wildcard", async () => {
    const cloud = await Cloud.connect({ url: broker.url, mqtt: { username: "cloud" } });
    const stranger = await connectAsync(broker.url, { clientId: "gw-2", protocolVersion: 5 });
    const received: string[] = [];
    stranger.on("message", (topic) => received.push(topic));
    const own = new Promise<void>((resolve) => stranger.on("message", () => resolve()));
    // mosquitto accepts every subscription, but it delivers only messages on allowed topics.
    for (const topic of ["latch/1/gw-1/+/+", "latch/1/+/down/+", "#", "latch/1/gw-2/down/+"]) {
      await stranger.subscribeAsync(topic, { qos: 1 });
    }
    for (const topic of ["latch/1/gw-1/up/event", "latch/1/gw-2/down/command"]) {
      await assert.rejects(stranger.publishAsync(topic, "{}", { qos: 1 }), topic);
    }
    await cloud.send("gw-1", "add_password", {});
    await cloud.send("gw-2", "add_password", {});
    await within(15_000, "the stranger's own command", () => own);
    assert.deepEqual([...new Set(received)], ["latch/1/gw-2/down/command"]);
    assert.deepEqual(cloud.gateway("gw-1").malformed, []);
    await stranger.endAsync(true);
    await cloud.close();
  });
});

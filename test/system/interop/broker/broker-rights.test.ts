import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { connectAsync, type MqttClient } from "mqtt";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";
import { within } from "../../../support/within.ts";
import { TestGateways } from "../../../unit/sync/test-gateway.ts";

const gateway = "gw-1";

describe("the access list in docs/broker", () => {
  for (const protocol of [5, 4] as const) {
    it(`lets gateway and cloud work, and denies another gateway reading and writing (MQTT ${protocol})`, async () => {
      const acl = await readFile("docs/broker/mosquitto.acl", "utf8");
      const broker = await Mosquitto.start({ config: ["acl_file %d/acl"], files: { acl } });
      const gateways = new TestGateways();
      const cloud = await Cloud.connect({ url: broker.url, protocol, mqtt: { username: "cloud" } });
      const intruder: MqttClient = await connectAsync(broker.url, {
        username: "gw-2",
        protocolVersion: protocol,
      });
      const received: string[] = [];
      intruder.on("message", (topic) => void received.push(topic));
      try {
        for (const topic of ["#", "latch/1/+/up/+", `latch/1/${gateway}/up/event`]) {
          await intruder.subscribeAsync(topic, { qos: 1 }).catch(() => {});
        }
        const own = await gateways.make({ url: broker.url, protocol, username: gateway });
        own.sync.start();
        await cloud.online(gateway);
        await own.happen(3);
        await cloud.upTo(gateway, 3);
        const body = JSON.stringify({ id: "evil", command: "remote_unlock", params: {} });
        const topic = `latch/1/${gateway}/down/command`;
        await intruder.publishAsync(topic, body, { qos: 1 }).catch(() => {});
        assert.equal((await cloud.command(gateway, "add_password", {})).ErrNo, 0);
        assert.deepEqual(
          own.executor.executed.map(({ command }) => command),
          ["add_password"],
        );
        assert.deepEqual(received, []);
        // The gateway does receive the messages that are addressed to it.
        await cloud.sendBody("gw-2", "command", "{}");
        await intruder.subscribeAsync("latch/1/gw-2/down/+", { qos: 1 });
        await cloud.sendBody("gw-2", "command", "{}");
        await within(10_000, "its own command", async () => {
          while (received.length === 0) await new Promise((wake) => setTimeout(wake, 10));
        });
        assert.equal(own.sync.state().alarm, null);
      } finally {
        await intruder.endAsync(true);
        await gateways.close();
        await cloud.close();
        await broker.stop();
      }
    });
  }
});

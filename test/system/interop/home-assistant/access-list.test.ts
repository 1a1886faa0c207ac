import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { HomeHouse, homeGatewayId } from "../../../support/home-assistant/home-house.ts";
import { ToolClient } from "../../../support/home-assistant/tool-client.ts";
import { projectRoot } from "../../../support/project-root.ts";

const page = readFileSync(join(projectRoot(), "docs", "home-assistant.md"), "utf8");
const accessList = /```\n(user latchd\n[^`]+)```/.exec(page)?.[1] ?? "";
const topic = "zigbee2mqtt/Front door";

describe("the access list of docs/home-assistant.md, at a real mosquitto", {
  timeout: 180_000,
}, () => {
  let home: HomeHouse;
  let lock: VirtualLock;

  before(async () => {
    assert.ok(accessList.includes("user homeassistant"), "the page has the access list");
    home = await HomeHouse.open(
      { username: "latchd", remote: true },
      {},
      { config: ["acl_file %d/acl"], files: { acl: accessList }, toolName: "homeassistant" },
    );
    lock = await home.pair("Front door");
  });
  after(() => home.close());

  const findings = async () => JSON.stringify((await home.must("doctor"))["findings"]);

  it("lets the gateway announce itself, and refuses nothing that it publishes", async () => {
    await home.slot("Front door", 3, "available");
    await home.tool.newest("the lock's discovery", discoveryTopic(), (body) => body || null);
    await home.tool.newest("the gateway's state", `latchd/${homeGatewayId}/state`, (body) => body);
    assert.ok((await findings()).includes("homeAssistantConnected"));
  });

  it("lets Home Assistant set codes, unlock and open the network", async () => {
    const pin = { user: 3, user_enabled: true, pin_code: "483726" };
    await home.tool.publish(`${topic}/set`, JSON.stringify({ pin_code: pin }), { qos: 1 });
    await home.until("the code at the lock", () => (lock.storedUser(3) === null ? null : true));
    await home.tool.publish(`${topic}/set`, "UNLOCK");
    await home.until("the lock to unlock", () => (lock.lockState === "unlocked" ? true : null));
    await home.tool.publish(`latchd/${homeGatewayId}/set`, "PAIR");
    await home.until("the network to open", () =>
      home.house.stick.isPermittingJoin ? true : null,
    );
  });

  it("lets nobody else read a state or write a command", async () => {
    const stranger = await ToolClient.connect(home.broker.url, { username: "stranger" });
    await stranger.publish(`${topic}/set`, "LOCK", { qos: 1 });
    await stranger.publish(`${topic}/set`, '{"pin_code": {"user": 3, "pin_code": null}}', {
      qos: 1,
    });
    // What Home Assistant sends afterwards is carried out afterwards.
    await home.tool.publish(`${topic}/get`, '{"pin_code": {"user": 50000}}', { qos: 1 });
    await home.tool.newest("the answer", topic, (body) => (body.includes('"50000"') ? true : null));
    assert.deepEqual([lock.lockState, lock.storedUser(3) === null], ["unlocked", false]);
    assert.deepEqual(stranger.heard, []);
    await stranger.close();
  });

  function discoveryTopic(): string {
    return `homeassistant/lock/latchd_0x${lock.ieee}_lock/config`;
  }
});

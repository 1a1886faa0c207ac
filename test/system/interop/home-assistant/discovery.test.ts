import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { discoveryFaults } from "../../../support/home-assistant/component-schemas.ts";
import { HomeHouse, homeGatewayId } from "../../../support/home-assistant/home-house.ts";
import { fieldsOf, retainedAt } from "../../../support/home-assistant/tool-client.ts";

const state = "zigbee2mqtt/Front door";
const availability = `latchd/${homeGatewayId}/availability`;

describe("a gateway in Home Assistant, on a real mosquitto", { timeout: 300_000 }, () => {
  let home: HomeHouse;
  let lock: VirtualLock;
  let uuid = "";

  const discovered = async () =>
    [...(await retainedAt(home.broker.url))].filter(([topic]) => topic.endsWith("/config"));
  /** Waits until the broker retains what is wanted. */
  const until = (what: string, look: (retained: ReadonlyMap<string, string>) => boolean) =>
    home.until(what, async () => (look(await retainedAt(home.broker.url)) ? true : null));
  const online = () => until("the gateway online", (all) => all.get(availability) === "online");

  before(async () => {
    home = await HomeHouse.open({ remote: true });
    lock = await home.pair("Front door");
    uuid = `0x${lock.ieee}`;
  });
  after(() => home.close());

  it("announces itself and its lock with messages that the published schemas accept", async () => {
    await home.until("every entity", async () =>
      (await discovered()).length === 17 ? true : null,
    );
    for (const [topic, body] of await discovered()) {
      assert.deepEqual(discoveryFaults(topic, body), []);
    }
    await online();
  });

  it("shows the lock's state, and never a digit of a code", async () => {
    await home.slot("Front door", 2, "available");
    const fields = await home.tool.newest("the lock's state", state, (body) => fieldsOf(body));
    assert.equal(fields["state"], "LOCK");
    assert.deepEqual(fields["users"] === undefined, false);
    lock.turnKnob("unlock");
    await home.tool.newest("the unlocked state", state, (body) =>
      fieldsOf(body)["state"] === "UNLOCK" ? true : null,
    );
    lock.turnKnob("lock");
    await home.tool.newest("the locked state", state, (body) =>
      fieldsOf(body)["state"] === "LOCK" ? true : null,
    );
  });

  it("locks and unlocks, because the configuration allows it", async () => {
    await home.tool.publish(`${state}/set`, "UNLOCK");
    await home.until("the lock to unlock", () => (lock.lockState === "unlocked" ? true : null));
    await home.tool.publish(`${state}/set`, '{"state": "LOCK"}');
    await home.until("the lock to lock", () => (lock.lockState === "locked" ? true : null));
  });

  it("opens the network for a minute when its button is pressed", async () => {
    await home.tool.publish(`latchd/${homeGatewayId}/set`, "PAIR");
    await home.until("the network to open", () =>
      home.house.stick.isPermittingJoin ? true : null,
    );
    await home.must("permit_join", { seconds: 0 });
  });

  it("announces everything again after Home Assistant has started", async () => {
    const before = home.tool.heard.length;
    await home.tool.publish("homeassistant/status", "online");
    const isLock = (topic: string) => topic === `homeassistant/lock/latchd_${uuid}_lock/config`;
    await home.tool.next(
      "the lock's discovery",
      ({ topic }) => (isLock(topic) ? true : null),
      before,
    );
  });

  it("comes back after a restart of a broker that forgot everything", async () => {
    await home.broker.restart();
    await online();
    await home.until("every entity", async () =>
      (await discovered()).length === 17 ? true : null,
    );
    await until("the lock's state", (all) => all.has(state));
  });

  it("takes another name to another topic, and leaves nothing behind", async () => {
    await home.must("rename_lock", { uuid, name: "Main/door" });
    await until(
      "the new topic alone",
      (all) => all.has("zigbee2mqtt/Main-door") && !all.has(state),
    );
    await home.must("rename_lock", { uuid, name: "Front door" });
    await until("the old name again", (all) => all.has(state) && !all.has("zigbee2mqtt/Main-door"));
    assert.equal((await discovered()).length, 17);
  });

  it("is offline by its will if it is killed, and online after the next start", async () => {
    await home.daemon.kill();
    await until("the will", (all) => all.get(availability) === "offline");
    await home.start({ remote: true });
    await online();
  });

  it("is gone from Home Assistant after it is switched off, and loads nothing of it afterwards", async () => {
    const second = await home.pair("Back door");
    await until("the second lock", (all) => all.has("zigbee2mqtt/Back door"));
    await home.must("remove_lock", { uuid: `0x${second.ieee}`, confirm: true });
    await until("the removal", (all) => [...all.keys()].every((topic) => !topic.includes("Back")));
    assert.equal((await discovered()).length, 17);
    await home.daemon.stop();
    await home.start({ enabled: false });
    await until("nothing at all", (all) => all.size === 0);
    await home.until("the end of the line", () =>
      home.daemon.logLines.some((line) => line.includes("removed everything that was published"))
        ? true
        : null,
    );
    await home.daemon.stop();
    await home.start({ enabled: false });
    await home.must("list_locks");
    assert.ok(home.daemon.logLines.every((line) => !line.includes("home-assistant")));
  });
});

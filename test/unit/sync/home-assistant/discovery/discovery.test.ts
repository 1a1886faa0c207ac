import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { discoveryOf } from "../../../../../sync/home-assistant/discovery/discovery-base.ts";
import { gatewayDevice } from "../../../../../sync/home-assistant/discovery/gateway-discovery.ts";
import { lockDevice } from "../../../../../sync/home-assistant/discovery/lock-discovery.ts";
import type { HomeSettings } from "../../../../../sync/home-assistant/settings.ts";
import { discoveryFaults } from "../../../../support/home-assistant/component-schemas.ts";
import { aLock } from "../../../../support/records.ts";

const settings: HomeSettings = {
  isEnabled: true,
  gatewayId: "gw.1",
  gatewayName: "Staircase B",
  version: "1.2.3",
  discoveryPrefix: "homeassistant",
  baseTopic: "zigbee2mqtt",
  managesCodes: true,
  hasNames: false,
  isRemoteAllowed: true,
};
const page = "https://192.168.1.9:8480/";

function messagesOf(name: string) {
  const lock = lockDevice(aLock({ name }), { settings, name, page });
  return [...discoveryOf(settings, lock), ...discoveryOf(settings, gatewayDevice(settings, page))];
}

describe("a discovery message", () => {
  it("is valid by the published schema of its component, whatever the lock's name is", () => {
    for (const name of ["front door", "前门", "Tür 1-2", "0x00124b0000000001"]) {
      const messages = messagesOf(name);
      assert.equal(messages.length, 17);
      assert.deepEqual(
        messages.flatMap(({ topic, body }) => discoveryFaults(topic, body)),
        [],
      );
      assert.ok(messages.every(({ isRetained }) => isRetained));
    }
  });

  it("is valid for a lock and a gateway of which little is known", () => {
    const bare = aLock({ manufacturer: "", model: "", firmware: "" });
    const device = lockDevice(bare, { settings, name: "door", page: null });
    for (const { topic, body } of discoveryOf(settings, device)) {
      assert.deepEqual(discoveryFaults(topic, body), []);
    }
  });

  it("has ids of its own for each entity", () => {
    const messages = messagesOf("front door");
    const fields = (key: string) => messages.map(({ body }) => JSON.parse(body)[key]);
    for (const values of [
      fields("unique_id"),
      fields("default_entity_id"),
      messages.map(({ topic }) => topic),
    ]) {
      assert.equal(new Set(values).size, messages.length);
    }
  });

  it("has what Lock Code Manager and keymaster look for", () => {
    const [lock] = messagesOf("front door");
    const { device, state_topic, command_topic } = JSON.parse(lock?.body ?? "");
    assert.deepEqual(device.identifiers, ["zigbee2mqtt_0x00124b0000000001"]);
    assert.equal(state_topic, `zigbee2mqtt/${device.name}`);
    assert.equal(command_topic, `${state_topic}/set`);
  });

  it("is found to be wrong by the schemas if a field is wrong", () => {
    const [lock] = messagesOf("front door");
    const value = JSON.parse(lock?.body ?? "");
    for (const change of [
      { object_id: "front_door" },
      { state_topic: "zigbee2mqtt/#" },
      { entity_category: "main" },
      { device: {} },
      { command_topic: undefined },
      { default_entity_id: "sensor.x" },
    ]) {
      const body = JSON.stringify({ ...value, ...change });
      assert.notDeepEqual(discoveryFaults(lock?.topic ?? "", body), [], JSON.stringify(change));
    }
  });
});

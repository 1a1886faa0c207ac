import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { homeTopicOf, topicNames } from "../../../../../sync/home-assistant/dialect/topics.ts";

const one: LockId = "0xa4c1380000000001";
const other: LockId = "0xa4c1380000000002";
const prefixes = { gatewayId: "gw-1", baseTopic: "zigbee2mqtt", discoveryPrefix: "homeassistant" };

describe("the name of a lock in its topics", () => {
  it("is the lock's own", () => {
    assert.equal(topicNames([{ lock: one, name: "Front door" }]).get(one), "Front door");
  });

  it("has none of the characters that MQTT uses itself", () => {
    for (const [name, wanted] of [
      ["Flat 1/2", "Flat 1-2"],
      ["a+b#c", "a-b-c"],
      ["前门", "前门"],
      ["", one],
    ] as const) {
      assert.equal(topicNames([{ lock: one, name }]).get(one), wanted);
    }
  });

  it("has the end of the address if another lock has the same name, or Zigbee2MQTT uses it", () => {
    const names = topicNames([
      { lock: one, name: "Door" },
      { lock: other, name: "Door" },
    ]);
    assert.deepEqual([...names.values()], ["Door 0001", "Door 0002"]);
    assert.equal(topicNames([{ lock: one, name: "bridge" }]).get(one), "bridge 0001");
  });
});

describe("a topic of Home Assistant's broker", () => {
  it("is recognised only if the gateway subscribed to it", () => {
    const kinds = (topic: string) => homeTopicOf(prefixes, topic);
    assert.deepEqual(kinds("zigbee2mqtt/Front door/set"), { kind: "set", name: "Front door" });
    assert.deepEqual(kinds("zigbee2mqtt/Front door/get"), { kind: "get", name: "Front door" });
    assert.deepEqual(kinds("latchd/gw-1/set"), { kind: "gatewaySet" });
    assert.deepEqual(kinds("homeassistant/status"), { kind: "status" });
    for (const topic of ["zigbee2mqtt/a/b/set", "zigbee2mqtt/a", "zigbee2mqtt//set", "x/a/set"]) {
      assert.equal(kinds(topic), null, topic);
    }
  });
});

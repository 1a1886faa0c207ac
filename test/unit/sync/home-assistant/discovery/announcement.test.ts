import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import {
  type Announced,
  announcedIn,
  announcedText,
  topicsToClear,
} from "../../../../../sync/home-assistant/discovery/announcement.ts";

const one: LockId = "0xa4c1380000000001";
const other: LockId = "0xa4c1380000000002";

function announced(changes: Partial<Announced> = {}): Announced {
  return {
    discoveryPrefix: "homeassistant",
    baseTopic: "zigbee2mqtt",
    gatewayId: "gw-1",
    locks: new Map([[one, "Front door"]]),
    ...changes,
  };
}

describe("what the broker must forget", () => {
  it("is nothing while everything is as it was announced", () => {
    assert.deepEqual(topicsToClear([announced()], announced()), []);
  });

  it("is each topic of a lock that was unpaired, and none of another lock", () => {
    const both = announced({
      locks: new Map([
        [one, "Front door"],
        [other, "Back door"],
      ]),
    });
    const topics = topicsToClear([both], announced());
    assert.equal(topics.length, 14);
    assert.ok(topics.includes("zigbee2mqtt/Back door"));
    assert.ok(topics.includes("zigbee2mqtt/Back door/availability"));
    assert.ok(topics.includes(`homeassistant/lock/latchd_${other}_lock/config`));
    assert.ok(topics.every((topic) => !topic.includes(one) && !topic.includes("Front door")));
  });

  it("is only the old topic of a lock that has another name", () => {
    const renamed = announced({ locks: new Map([[one, "Main door"]]) });
    assert.deepEqual(topicsToClear([announced()], renamed), [
      "zigbee2mqtt/Front door",
      "zigbee2mqtt/Front door/availability",
    ]);
  });

  it("is nothing of a name that another lock has now", () => {
    const swapped = announced({
      locks: new Map([
        [one, "Main door"],
        [other, "Front door"],
      ]),
    });
    assert.deepEqual(topicsToClear([announced()], swapped), []);
  });

  it("is everything once Home Assistant is switched off", () => {
    const topics = topicsToClear([announced()], null);
    assert.equal(topics.length, 21);
    assert.ok(topics.includes("latchd/gw-1/availability"));
  });

  it("is also what was announced with another prefix", () => {
    const topics = topicsToClear([announced({ discoveryPrefix: "ha" })], announced());
    assert.equal(topics.length, 17);
    assert.ok(topics.every((topic) => topic.startsWith("ha/")));
  });
});

describe("the stored text of what was announced", () => {
  it("is read as it was written", () => {
    const all = [announced(), announced({ baseTopic: "home/z2m", gatewayId: null })];
    assert.deepEqual(announcedIn(announcedText(all)), all);
  });

  it("counts as nothing if it is damaged", () => {
    for (const text of [undefined, null, 4, "", "{", "{}", "[4]", '[{"locks": {}}]']) {
      assert.deepEqual(announcedIn(text), []);
    }
  });
});

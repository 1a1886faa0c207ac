import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDownTopic, parseUpTopic, topicsOf } from "../../../sync/topics.ts";

describe("topics", () => {
  const topics = topicsOf("latch/1", "gw-7");

  it("begin with the prefix and the gateway's id", () => {
    assert.deepEqual(topics, {
      command: "latch/1/gw-7/down/command",
      sync: "latch/1/gw-7/down/sync",
      reply: "latch/1/gw-7/up/reply",
      event: "latch/1/gw-7/up/event",
      state: "latch/1/gw-7/up/state",
    });
  });

  it("refuse a gateway id that MQTT would read as more than one level", () => {
    for (const id of ["", "a/b", "+", "#", "a\0"]) assert.throws(() => topicsOf("latch/1", id));
  });

  it("are recognised on the way down only if they are the gateway's own", () => {
    assert.equal(parseDownTopic(topics, "latch/1/gw-7/down/command"), "command");
    assert.equal(parseDownTopic(topics, "latch/1/gw-7/down/sync"), "sync");
    assert.equal(parseDownTopic(topics, "latch/1/gw-8/down/command"), null);
    assert.equal(parseDownTopic(topics, "latch/1/gw-7/up/event"), null);
  });

  it("show the cloud whose message it is", () => {
    assert.deepEqual(parseUpTopic("latch/1", topics.event), { gatewayId: "gw-7", kind: "event" });
    assert.deepEqual(parseUpTopic("latch/1", topics.reply), { gatewayId: "gw-7", kind: "reply" });
    for (const foreign of [
      "latch/1/gw-7/down/command",
      "latch/1/gw-7/up/event/x",
      "latch/2/g/up/event",
      "latch/1//up/event",
    ]) {
      assert.equal(parseUpTopic("latch/1", foreign), null);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestBroker } from "../../support/cloud/broker.ts";
import { soak } from "./soak.ts";

describe("the gateway while line, broker and daemon fail", () => {
  it("loses nothing and does nothing twice", async () => {
    const broker = await TestBroker.start();
    try {
      const report = await soak(broker, {
        seed: 5,
        locks: 2,
        events: 40,
        commands: 20,
        kills: 2,
        limitMs: 60_000,
      });
      assert.deepEqual([report.isComplete, report.daemonKills, report.commands], [true, 2, 20]);
    } finally {
      await broker.stop();
    }
  });
});

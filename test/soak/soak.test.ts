import assert from "node:assert/strict";
import { it } from "node:test";
import { TestBroker } from "../support/broker.ts";
import { soak } from "./soak.ts";

it("nothing is lost and nothing done twice while line, broker and daemon fail", async () => {
  const broker = await TestBroker.start();
  try {
    const report = await soak(broker, {
      seed: 5,
      locks: 2,
      events: 60,
      commands: 40,
      kills: 3,
      limitMs: 60_000,
    });
    assert.deepEqual([report.daemonKills, report.commands], [3, 40]);
    assert(report.events >= 60);
  } finally {
    await broker.stop();
  }
});

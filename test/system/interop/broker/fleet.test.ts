import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fleet } from "../../../lab/fleet/fleet.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";

describe("a fleet of sixty gateways", () => {
  it("reconnects over time after its broker was killed, and loses nothing", async () => {
    const broker = await Mosquitto.start();
    try {
      const firstMaxMs = 4_000;
      const plan = { processes: 2, gatewaysEach: 30, eventsEach: 9, firstMaxMs, limitMs: 60_000 };
      const report = await fleet(broker, plan);
      assert.deepEqual([report.gateways, report.events], [60, 540]);
      assert(report.peakConnectsPerSecond <= report.configuredPerSecond);
    } finally {
      await broker.stop();
    }
  });
});

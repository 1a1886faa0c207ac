import assert from "node:assert/strict";
import { it } from "node:test";
import { fleet } from "../../../lab/fleet/fleet.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";

it("sixty gateways come back spread out after their broker was killed, and lose nothing", async () => {
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

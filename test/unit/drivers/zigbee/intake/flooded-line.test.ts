import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { intakeLimits } from "../../../../../drivers/zigbee/intake/line-intake.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";
import { openingMessage } from "../../../../support/wire/door-frames.ts";
import { Gate } from "../../../../support/within.ts";

const af = { subsystem: 4, incoming: 0x81 } as const;
const flood = 2_000;

describe("the driver with 2,000 openings in one chunk from the stick", { timeout: 180_000 }, () => {
  let disk = new Gate();
  const rig = new ZigbeeRig({
    quirks: [{ model: /./, quirks: { spacingMs: 0 } }],
    eventsStored: () => disk.opened,
  });
  let lock: VirtualLock;
  before(async () => {
    disk.open();
    await rig.open();
    lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
    await rig.pair(lock);
  });
  after(() => rig.close());

  const openings = () =>
    rig.listener.reported(idOf(lock)).filter(({ kind }) => kind === "operationEvent").length;
  const counted = () =>
    rig.listener
      .reported(idOf(lock))
      .flatMap((event) => (event.kind === "folded" ? event.operations : []))
      .reduce((sum, { count }) => sum + count, 0);

  it("clears a code while the openings wait for the disk, and then reports or counts each of them", async () => {
    const { devices } = await rig.driver.network(false);
    const peer = devices.find(({ uuid }) => uuid === idOf(lock))?.networkAddress ?? 0;
    disk = new Gate();
    for (let number = 0; number < flood; number += 1) {
      const payload = Uint8Array.from(openingMessage(peer, 1, number));
      rig.house.stick.tellHost(af.subsystem, af.incoming, payload);
    }
    await rig.listener.until("the first opening", () => (openings() > 0 ? true : undefined));
    const cleared = await rig.perform(lock, { name: "clearPinCode", userId: 1 }, 30_000);
    assert.equal(cleared.kind, "done");
    assert.ok(openings() <= intakeLimits.unstoredFrames, String(openings()));
    disk.open();
    await rig.listener.until("all openings", () =>
      openings() + counted() >= flood ? true : undefined,
    );
    assert.equal(openings() + counted(), flood);
    assert.ok(openings() > intakeLimits.unstoredFrames);
  });
});

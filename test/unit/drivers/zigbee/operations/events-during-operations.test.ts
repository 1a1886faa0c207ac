import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const rig = new ZigbeeRig();
const code = "135790";
let lock: VirtualLock;

before(async () => {
  await rig.open();
  lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { answerDelayMs: [40, 40] } });
  await rig.pair(lock);
  lock.programAtKeypad({ userId: 1, code });
});
after(() => rig.close());

const openings = () =>
  rig.listener
    .reported(idOf(lock))
    .filter((event) => event.kind === "operationEvent" && event.code === "unlock").length;

describe("an event during an operation", () => {
  it("is reported completely, although its frames have the sequence number of a request", async () => {
    // Two turns round the 8 bits of the sequence, while eight numbers are waited for.
    const numbers = 512;
    const ask = async () => {
      let asked = 0;
      while (openings() < numbers) {
        const answer = await rig.perform(lock, { name: "getUserStatus", userId: 1 });
        assert.equal(answer.kind, "done");
        asked += 1;
      }
      return asked;
    };
    const asking = Promise.all(Array.from({ length: 8 }, ask));
    for (let number = 1; number <= numbers; number += 1) {
      lock.keypad(code);
      await rig.listener.until(`opening ${number}`, () => openings() >= number || undefined);
    }
    assert.ok((await asking).every((asked) => asked > 0));
    assert.equal(openings(), numbers);
  });
});

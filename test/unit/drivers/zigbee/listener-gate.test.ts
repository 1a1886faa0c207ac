import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLockId, type LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../../../drivers/lock-driver.ts";
import { EventSequence } from "../../../../drivers/zigbee/frames/event-sequence.ts";
import { ListenerGate } from "../../../../drivers/zigbee/listener-gate.ts";
import { ListenerRecord, LogRecord } from "../../../support/radio/zigbee-rig.ts";

const lock = (number: number): LockId => {
  const id = `0x${number.toString(16).padStart(16, "0")}`;
  assert.ok(isLockId(id));
  return id;
};

const opening: LockEvent = {
  kind: "operationEvent",
  source: "keypad",
  code: "unlock",
  userId: null,
  localSeconds: null,
};

describe("the gate before the driver's listener", () => {
  it("keeps calls until there is a listener, and makes them in sequence", () => {
    const gate = new ListenerGate(new LogRecord());
    const listener = new ListenerRecord();
    for (const number of [1, 2, 3]) gate.notify((to) => to.left(lock(number)));
    assert.equal(gate.open(listener), 0);
    gate.notify((to) => to.left(lock(4)));
    assert.deepEqual(listener.gone, [1, 2, 3, 4].map(lock));
  });

  it("keeps the oldest thousand, and counts the others", () => {
    const gate = new ListenerGate(new LogRecord());
    const listener = new ListenerRecord();
    for (let number = 1; number <= 1_003; number += 1) gate.notify((to) => to.left(lock(number)));
    assert.equal(gate.open(listener), 3);
    assert.equal(listener.gone.length, 1_000);
    assert.equal(listener.gone.at(-1), lock(1_000));
  });

  it("continues after a listener that throws, and logs it", () => {
    const log = new LogRecord();
    const gate = new ListenerGate(log);
    const listener = new ListenerRecord();
    gate.notify(() => {
      throw new Error("broken");
    });
    gate.notify((to) => to.left(lock(1)));
    gate.open(listener);
    assert.deepEqual(listener.gone, [lock(1)]);
    assert.match(log.text, /a listener of the driver failed/);
  });
});

describe("an opening that waits for its listener", () => {
  it("is reported before it counts as on disk, and acknowledged after that", async () => {
    const gate = new ListenerGate(new LogRecord());
    const listener = new ListenerRecord();
    const order: string[] = [];
    const events = new EventSequence(gate, async () => {
      order.push(`asked the disk after ${listener.events.length}`);
    });
    events.emit(lock(1), opening);
    const acknowledged = new Promise<void>((resolve) => {
      events.runAfter(() => {
        order.push("acknowledged");
        resolve();
      });
    });
    assert.deepEqual(order, []);
    gate.open(listener);
    await acknowledged;
    assert.deepEqual(order, ["asked the disk after 1", "acknowledged"]);
  });
});

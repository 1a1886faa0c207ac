import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { activityIds, sentenceOf } from "../../../../../daemon/core/logs/activity-log.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const otherLock: LockId = "0x00124b0000000002";
const kitchen = { home_id: "h1", room_id: "kitchen" };
const outerDoor = { home_id: "h1" };

let room: CommandRoom;
beforeEach(async () => {
  room = await CommandRoom.open();
  for (const home_id of ["h1", "h2"]) {
    await room.call("add_home", { home_id });
    await room.call("bind_center", { home_id });
    await room.call("add_room", {
      ...{ home_id, room_id: "kitchen", room_name: "Kitchen", room_description: "" },
    });
  }
  await room.addLock({ name: "Front" });
  await room.addLock({ lock: otherLock });
});
afterEach(async () => {
  assert.deepEqual(room.faults, []);
  await room.close();
});

const move = (to: object, uuid: LockId = aLockId) => room.errNo("move_lock", { uuid, ...to });

function place(): readonly unknown[] {
  const binding = room.store.get("binding", [aLockId]);
  return [binding?.homeId, binding?.roomId];
}

describe("move_lock", () => {
  it("takes a lock from nowhere to a room, to the outer door, and to another home", async () => {
    assert.equal(await move(kitchen), 0);
    assert.deepEqual(place(), ["h1", "kitchen"]);
    assert.equal(await move(outerDoor), 0);
    assert.deepEqual(place(), ["h1", null]);
    assert.equal(await move({ ...kitchen, home_id: "h2" }), 0);
    assert.deepEqual(place(), ["h2", "kitchen"]);
  });

  it("leaves a lock where it is when the new place is taken or does not exist", async () => {
    await move(outerDoor);
    await move(kitchen, otherLock);
    assert.equal(await move(kitchen), 15008);
    assert.equal(await move({ home_id: "h1", room_id: "attic" }), 15012);
    assert.equal(await move({ home_id: "h3" }), 15006);
    await room.call("add_home", { home_id: "h3" });
    assert.equal(await move({ home_id: "h3" }), 15006, "a home without a gateway");
    assert.deepEqual(place(), ["h1", null]);
  });

  it("changes nothing and notes nothing when it is repeated", async () => {
    for (const _ of [1, 2, 3]) assert.equal(await move(kitchen), 0);
    const { tail, head } = room.store.activityRange();
    const lines = await room.store.readActivities(tail, head - tail + 1);
    const ofLock = lines.filter(({ lock }) => lock === aLockId);
    assert.deepEqual(
      ofLock.map((line) => [line.opId, sentenceOf(line), line.homeId, line.roomId]),
      [[activityIds.lockMoved, "partner moved lock Front", "h1", "kitchen"]],
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorTable } from "../../../../../daemon/core/model/errors.ts";
import { fresh, own, twoHomes } from "../../../../support/rigs/two-homes.ts";

const { permissionDenied } = errorTable;

describe("an installer who is limited to homes", () => {
  it("cannot take a lock out of its homes, and moves it to another room of them", async () => {
    const room = await twoHomes();
    const before = room.store.get("binding", [own]);
    const { ErrNo, ErrMsg } = await room.call("unbind_lock", { uuid: own });
    assert.equal(ErrNo, permissionDenied.errNo);
    assert.match(ErrMsg, /move_lock/);
    assert.deepEqual(room.store.get("binding", [own]), before);
    const free = { uuid: own, home_id: "h1", room_id: "free" };
    assert.equal(await room.errNo("move_lock", free), 0);
    assert.equal(room.store.get("binding", [own])?.roomId, "free");
    assert.equal(await room.errNo("show_lock", { uuid: own }), 0);
    await room.close();
  });

  it("takes a lock that was paired in its session out of a home again", async () => {
    const room = await twoHomes();
    const place = { uuid: fresh, home_id: "h1", room_id: "free" };
    assert.equal(await room.errNo("move_lock", place), 0);
    assert.equal(await room.errNo("unbind_lock", { uuid: fresh }), 0);
    assert.equal(await room.errNo("show_lock", { uuid: fresh }), 0);
    await room.close();
  });
});

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { put } from "../../../../../daemon/store/store.ts";
import { aLock } from "../../../../support/records.ts";
import { GrantDesk, lockNumber } from "./grant-desk.ts";

let desk: GrantDesk;

afterEach(() => desk.desk.close());

describe("grant_create", () => {
  it("puts one password on each lock, with one code, under one id", async () => {
    desk = await GrantDesk.open(3);
    const reply = await desk.must("grant_create", {
      person: "Kim",
      locks: desk.locks,
      password: "417263",
      permission_end: desk.desk.nowSeconds + 86_400,
    });
    assert.equal(reply["outcome"], "partly");
    assert.equal("password" in reply, false, "a code that the caller gave is not repeated");
    const id = String(reply["grant_id"]);
    assert.deepEqual(desk.codesOf(id), ["417263", "417263", "417263"]);
    for (const { lock, name, window, id: passwordId } of desk.passwords(id)) {
      assert.deepEqual([name, window.endMs], ["Kim", desk.desk.time.nowMs + 86_400_000]);
      assert.ok(desk.desk.woken.includes(lock));
      assert.equal(desk.desk.store.get("lock", [lock])?.nextPasswordId, passwordId + 1);
    }
  });

  it("writes everything with one synced batch, for eight locks as for one password", async () => {
    desk = await GrantDesk.open(8);
    const batches = () => desk.desk.batchesWritten();
    const before = batches();
    const id = await desk.grant();
    assert.equal(batches() - before, 1);
    await desk.must("grant_revoke", { grant_id: id });
    assert.equal(batches() - before, 2);
  });

  it("is done when every lock has confirmed, and says so in one event", async () => {
    desk = await GrantDesk.open(2);
    const id = await desk.grant();
    await desk.confirm(id, lockNumber(1));
    assert.deepEqual(await desk.reported(), []);
    await desk.confirm(id, lockNumber(2));
    assert.deepEqual(await desk.reported(), ["done"]);
    assert.equal(desk.record(id).reported.outcome, "done");
  });

  it("finds locks by their rooms, and takes a lock once that is named twice", async () => {
    desk = await GrantDesk.open(2);
    await desk.must("add_home", { home_id: "h", home_name: "House", location: "here" });
    await desk.must("bind_center", { home_id: "h" });
    await desk.must("add_room", {
      home_id: "h",
      room_id: "r",
      room_name: "Room",
      room_description: "",
    });
    await desk.must("bind_lock", { uuid: lockNumber(1), home_id: "h", room_id: "r" });
    const id = await desk.grant({
      locks: [lockNumber(1).toUpperCase().replace("X", "x")],
      rooms: ["r"],
    });
    assert.deepEqual(
      desk.record(id).doors.map(({ lock }) => lock),
      [lockNumber(1)],
    );
    await desk.refuses("grant_create", { person: "K", rooms: ["r", "no"] }, [15012, "rooms.1"]);
  });

  it("leaves a lock that is full without a slot, and grants the others", async () => {
    desk = await GrantDesk.open(2, { lastUserId: 2 });
    await desk.must("add_password", { uuid: lockNumber(1), password: "862413" });
    const id = await desk.grant();
    assert.deepEqual(
      desk.passwords(id).map(({ userId }) => userId === null),
      [true, false],
    );
  });

  it("names the lock for which a request cannot be carried out, and changes nothing", async () => {
    desk = await GrantDesk.open(2);
    const bare = lockNumber(9);
    await desk.desk.write(put("lock", [bare], aLock({ lock: bare })));
    const [first, second] = desk.locks;
    const person = "Kim";
    await desk.must("add_password", { uuid: second, password: "417263" });
    const refusals: readonly [object, [number, string]][] = [
      [{ person, locks: [first, lockNumber(8)] }, [15006, "locks.1"]],
      [{ person, locks: [first, bare] }, [14001, "locks.1"]],
      [{ person, locks: [first, second], password: "417263" }, [11000, "locks.1"]],
      [{ person, locks: [first], password: "4172" }, [14001, "password"]],
      [{ person, locks: [first], permission_end: 5 }, [14001, "permission_end"]],
      [{ person }, [14001, "locks"]],
      [{ person: " ", locks: [first] }, [14001, "person"]],
    ];
    for (const [params, refusal] of refusals) await desk.refuses("grant_create", params, refusal);
  });

  it("grants nothing while the time is not known", async () => {
    desk = await GrantDesk.open(1);
    desk.desk.time.state = "lost";
    const reply = await desk.call("grant_create", { person: "Kim", locks: desk.locks });
    assert.equal(reply.ErrNo, 16007);
  });

  it("answers a repetition of the cloud with the first reply, and has no second effect", async () => {
    desk = await GrantDesk.open(2);
    const { executor, store } = desk.desk;
    const command = {
      id: "c-1",
      command: "grant_create",
      params: { person: "Kim", locks: desk.locks },
    };
    const first = await executor.executeFromCloud(command);
    await desk.desk.restart();
    const again = await desk.desk.executor.executeFromCloud(command);
    assert.deepEqual(again, { ...first, isRepeat: true });
    assert.equal([...desk.desk.store.list("grant")].length, 1);
    assert.ok(store !== desk.desk.store, "the store was opened again");
  });

  it("refuses a command of the cloud that was issued before one of the locks was paired", async () => {
    desk = await GrantDesk.open(2);
    const [, second] = desk.locks;
    const { nowMs } = desk.desk.time;
    assert.ok(second !== undefined);
    const known = desk.desk.store.get("lock", [second]);
    assert.ok(known !== undefined);
    await desk.desk.write(put("lock", [second], { ...known, pairedAtMs: nowMs }));
    await desk.desk.executor.executeFromCloud({
      id: "c-1",
      command: "grant_create",
      params: { person: "Kim", locks: desk.locks },
      iat: nowMs / 1000 - 3_600,
    });
    const [reply] = (await desk.desk.journal()).slice(-1);
    assert.ok(reply?.entry.kind === "reply");
    assert.equal(reply.entry.errNo, 16010);
    assert.deepEqual([...desk.desk.store.list("grant")], []);
  });
});

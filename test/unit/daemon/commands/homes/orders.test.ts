import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { mayCall } from "../../../../../daemon/api/scopes.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const aVisit = { home_id: "h1", date: 1_800_100_000, time: 101, name: "Ann", phone: "555" };

describe("installation appointments", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.call("add_home", { home_id: "h1", description: "ring twice" });
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("are found with the words and units of V1.6", async () => {
    assert.deepEqual(await room.call("order_add", { ...aVisit, note: "dog" }), {
      ErrNo: 0,
      ErrMsg: "",
    });
    const { result } = await room.call("find_orders", { home_id: ["h1", "h2"] });
    const nowS = room.clock.nowMs / 1000;
    assert.deepEqual(result, {
      h1: {
        home_id: "h1",
        description: "ring twice",
        stage: 1,
        demander: {
          name: "Ann",
          phone: "555",
          expect_date: 1_800_100_000,
          expect_time: 101,
          note: "dog",
        },
        installer: { name: "", phone: "", confirm_date: null, confirm_time: null, note: "" },
        ctime: nowS,
        mtime: nowS,
      },
    });
  });

  it("change only in what is given, until the installer has confirmed", async () => {
    await room.call("order_add", aVisit);
    room.clock.nowMs += 60_000;
    await room.call("order_update", { home_id: "h1", time: 1_800_100_900 });
    const { demander, changedAtMs } = room.store.get("order", ["h1"]) ?? assert.fail();
    assert.deepEqual([demander.expectTime, demander.name], [1_800_100_900, "Ann"]);
    assert.equal(changedAtMs, room.clock.nowMs);
    await room.call("order_confirm", { home_id: "h1", name: "Bob", phone: "556", time: 102 });
    assert.equal(await room.errNo("order_update", { home_id: "h1", note: "later" }), 15014);
    assert.equal(await room.errNo("order_confirm", { home_id: "h1" }), 15014);
    const { orders } = await room.call("list_orders", { stage: 2 });
    assert.match(JSON.stringify(orders), /"stage":2.*"confirm_date":1800100000,"confirm_time":102/);
  });

  it("make the home an assigned one once they are confirmed", async () => {
    await room.call("order_add", aVisit);
    const stateNow = async () => (await room.call("find_home_state", { home_id: "h1" }))["result"];
    assert.deepEqual(await stateNow(), { sp_state: 1, install_state: 4 });
    await room.call("order_confirm", { home_id: "h1" });
    assert.deepEqual(await stateNow(), { sp_state: 1, install_state: 3 });
  });

  it("are one per home", async () => {
    await room.call("order_add", aVisit);
    assert.equal(await room.errNo("order_add", aVisit), 11000);
  });

  it("need a home, and an appointment to change or confirm", async () => {
    assert.equal(await room.errNo("order_add", { ...aVisit, home_id: "h2" }), 15006);
    assert.equal(await room.errNo("order_update", { home_id: "h1" }), 15006);
    assert.equal(await room.errNo("order_confirm", { home_id: "h1" }), 15006);
  });

  it("go with their home", async () => {
    await room.call("order_add", aVisit);
    await room.call("del_home", { home_id: "h1" });
    assert.deepEqual((await room.call("list_orders"))["orders"], []);
  });

  for (const [changes, field] of [
    [{ date: undefined }, "date"],
    [{ date: "today" }, "date"],
    [{ time: undefined }, "time"],
    [{ time: 99 }, "time"],
    [{ time: 104 }, "time"],
    [{ name: "" }, "name"],
    [{ phone: 5 }, "phone"],
    [{ note: "x".repeat(513) }, "note"],
  ] as const) {
    it(`name ${field} where it is ${JSON.stringify(changes).slice(0, 40)}`, async () => {
      const params = JSON.parse(JSON.stringify({ ...aVisit, ...changes }));
      const { ErrNo, ErrMsg } = await room.call("order_add", params);
      assert.equal(ErrNo, 14001);
      assert.match(ErrMsg, new RegExp(`^${field}: `));
    });
  }

  it("are made by manager and steward, confirmed by the installer, seen by all three", () => {
    const who = (name: string) => {
      const command = commands.find((entry) => entry.name === name) ?? assert.fail(name);
      const scopes = ["manager", "steward", "installer", "technician"] as const;
      return scopes.filter((scope) => mayCall(scope, command.access));
    };
    assert.deepEqual(who("order_add"), ["manager", "steward"]);
    assert.deepEqual(who("order_update"), ["manager", "steward", "installer"]);
    assert.deepEqual(who("find_orders"), ["manager", "steward", "installer"]);
    assert.deepEqual(who("order_confirm"), ["manager", "installer"]);
  });
});

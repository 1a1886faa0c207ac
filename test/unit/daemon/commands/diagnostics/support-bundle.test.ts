import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList, type Json } from "../../../../../daemon/base/json.ts";
import { namesIn, Pseudonyms } from "../../../../../daemon/commands/diagnostics/pseudonyms.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

describe("the support bundle", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
  });
  afterEach(() => room.close());

  async function log(...lines: readonly object[]): Promise<Json> {
    room.site.diagnostics.lines = lines.map((line) => JSON.stringify(line));
    return (await room.call("support_bundle"))["log"] ?? null;
  }

  it("has what the doctor finds, with pseudonyms instead of names", async () => {
    const { doctor } = await room.call("support_bundle");
    assert.ok(isJsonList(doctor));
    const text = JSON.stringify(doctor);
    assert.match(text, /"code":"daemonAnswers"/);
    assert.match(text, new RegExp(`lock name-[0-9a-f]{8} \\(${aLockId}\\)`));
    assert.doesNotMatch(text, /front door/);
  });

  it("has the same pseudonym for a name wherever it is", async () => {
    const lines = await log(
      { part: "locks", lock: aLockId, name: "front door", msg: "lock paired" },
      { part: "x", msg: "something about the front door, twice: FRONT DOOR" },
    );
    const { locks } = await room.call("support_bundle");
    const [found] = /name-[0-9a-f]{8}/.exec(JSON.stringify(locks)) ?? [""];
    assert.deepEqual(lines, [
      { part: "locks", lock: aLockId, name: found, msg: "lock paired" },
      { part: "x", msg: `something about the ${found}, twice: ${pseudonymOf("FRONT DOOR")}` },
    ]);
  });

  const pseudonymOf = (name: string) => room.site.diagnostics.pseudonym(name);

  it("has no line about who used a door, who called, or whose name is gone from the store", async () => {
    const lines = await log(
      { part: "doors", event: "lockerOpenAlarm", name: "front door", msg: "lock opened" },
      { part: "doors", event: "activity", by: "account:ann", msg: "client added" },
      { part: "security", client: "ann", msg: "call denied" },
      { part: "doors", event: "lockRemoved", name: "Old Barn", msg: "lock unpaired" },
    );
    const name = pseudonymOf("Old Barn");
    assert.deepEqual(lines, [{ part: "doors", event: "lockRemoved", name, msg: "lock unpaired" }]);
  });

  it("has no log for somebody who works in one home only", async () => {
    room.caller = { ...room.caller, homes: ["home-1"] };
    assert.deepEqual(await log({ part: "locks", msg: "the radio is online" }), []);
  });

  it("says how much is in the store and how much room is on its disk", async () => {
    const { store, storage } = await room.call("support_bundle");
    assert.match(JSON.stringify(store), /"records":{"lock":1,"password":1/);
    assert.match(JSON.stringify(storage), /"freeBytes":8000000000/);
  });
});

describe("a pseudonym", () => {
  const mark = (name: string) => `<${name.length}>`;

  it("replaces whole names only, the longest first, with any characters in them", () => {
    const names = new Pseudonyms(["Ann", "Ann Other", "a.b*(c)", "门口", "7"], mark);
    assert.equal(
      names.replaced("Ann Other met Ann, not Anna or Hann"),
      "<9> met <3>, not Anna or Hann",
    );
    assert.equal(names.replaced("lock a.b*(c) and axb"), "lock <7> and axb");
    assert.deepEqual(names.replaced(["锁 门口 (0x1)", { deep: "7" }, 7, "17"]), [
      "锁 <2> (0x1)",
      { deep: "<1>" },
      7,
      "17",
    ]);
  });

  it("is there for every name that a record has", async () => {
    const room = await CommandRoom.open();
    await room.addLock({ name: "front door" });
    await room.call("add_home", { home_id: "h", home_name: "Elm House", location: "Elm Road 5" });
    await room.call("add_password", {
      ...{ uuid: aLockId, is_default: 1, password: "135790" },
      ...{ name: "Ann Other", phonenumber: "0301234567" },
    });
    const names = new Set(namesIn(room.store));
    for (const name of ["front door", "Ann Other", "0301234567"]) assert.ok(names.has(name), name);
    await room.close();
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Caller } from "../../../../daemon/commands/caller.ts";
import { aLockId } from "../../../support/records.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";

const rest: Caller = { transport: "rest", name: "partner", scope: "manager", origin: "local" };
const callers: readonly Caller[] = [
  rest,
  { ...rest, transport: "socket", name: "local" },
  { ...rest, transport: "mqtt", name: "cloud", origin: "cloud" },
];
/** Each would make a name look like another one, or like a line of its own. */
const hidden = ["\n", "\r", "\t", "\u0000", "\u001b[2J", "\u007f", "\u0085", "\u2028", "\u202e"];
const marks = ["\u200b", "\u200f", "\u2066", "\u2069", "\u061c", "\ufeff", "\u{e0041}", "\ud800"];

describe("a name with controls or marks of direction", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("is refused for locks, homes, rooms, members and persons, on every transport", async () => {
    const calls: readonly (readonly [string, string, object])[] = [
      ["rename_lock", "name", { uuid: aLockId }],
      ["add_home", "home_name", { home_id: "h1" }],
      ["add_home", "home_id", {}],
      ["add_room", "room_name", { home_id: "h1", room_id: "r1", room_description: "" }],
      ["member_put", "name", { user_id: "u1" }],
      ["add_password", "name", { uuid: aLockId, password: "482915" }],
      ["update_password", "name", { uuid: aLockId, password_id: 999 }],
    ];
    const head = room.store.journalRange().head;
    for (const caller of callers) {
      room.caller = caller;
      for (const character of [...hidden, ...marks]) {
        for (const [command, field, others] of calls) {
          const text = `Front ${character} door`;
          const reply = await room.call(command, { ...others, [field]: text });
          const at = `${caller.transport} ${command} ${JSON.stringify(character)}`;
          assert.equal(reply.ErrNo, 14001, at);
          assert.match(reply.ErrMsg, new RegExp(`^${field}: `), at);
        }
      }
    }
    assert.equal(room.store.journalRange().head, head);
    assert.deepEqual([...room.store.list("home"), ...room.store.list("member")], []);
  });

  it("is taken when it is only of another script, or joined as its script wants", async () => {
    for (const name of ["門口", "باب البيت", "می‌خواهم", "👩‍🔧 Küche", "Вход №2", "naïve"]) {
      assert.equal(await room.errNo("rename_lock", { uuid: aLockId, name }), 0, name);
    }
  });

  it("may have lines where it is a note, and still nothing else that is hidden", async () => {
    const add = (description: string) =>
      room.errNo("add_password", { uuid: aLockId, password: "482915", description });
    assert.equal(await add("first\u202eline"), 14001);
    assert.equal(await add("first line\nsecond line"), 0);
  });
});

describe("passwords.refuse_trivial", () => {
  it("refuses a new trivial code by every call and transport, and changes nothing", async () => {
    const room = await CommandRoom.open();
    await room.addSetUpLock();
    Object.assign(room.site, { refusesTrivialCodes: true });
    const snapshot = (password: string) => ({
      uuid: aLockId,
      passwords: [
        { password_id: 999, revision: 1, password: "135790" },
        { password_id: 1, revision: 1, password },
      ],
    });
    for (const caller of callers) {
      room.caller = caller;
      for (const password of ["000000", "123456", "654321", "121212", "123123"]) {
        const uuid = aLockId;
        const replies = [
          await room.call("add_password", { uuid, password }),
          await room.call("update_password", { uuid, password_id: 999, password }),
          await room.call("apply_snapshot", snapshot(password)),
        ];
        for (const { ErrNo, ErrMsg } of replies) {
          assert.equal(ErrNo, 14001, `${caller.transport} ${password} ${ErrMsg}`);
        }
      }
    }
    assert.equal([...room.store.list("password")].length, 1);
    room.caller = rest;
    const uuid = aLockId;
    assert.equal(await room.errNo("add_password", { uuid, password: "482915" }), 0);
    await room.close();
  });
});

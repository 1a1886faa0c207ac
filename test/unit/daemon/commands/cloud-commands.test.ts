import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { CloudCommand } from "../../../../daemon/commands/execution.ts";
import { inboxLimit } from "../../../../daemon/commands/inbox.ts";
import type { ReplyEntry } from "../../../../daemon/core/model/journal.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLockId } from "../../../support/records.ts";
import { CommandDesk } from "../../../support/rigs/command-desk.ts";
import { Gate } from "../../../support/within.ts";

let desk: CommandDesk;

beforeEach(async () => {
  desk = await CommandDesk.open();
  await desk.must("add_password", { is_default: 1, password: "999111" });
});
afterEach(() => desk.close());

const command = (
  id: string,
  name: string,
  params: object = {},
  times: Pick<CloudCommand, "iat" | "exp"> = {},
): CloudCommand => ({ id, command: name, params: { uuid: aLockId, ...params }, ...times });
/** What a command needs that acts at once. */
const atOnce = () => ({ iat: desk.nowSeconds, exp: desk.nowSeconds + 60 });
const send = (...args: Parameters<typeof command>) =>
  desk.executor.executeFromCloud(command(...args));

async function replyAt(seq: number): Promise<ReplyEntry> {
  const [record] = await desk.store.readJournal(seq, 1);
  assert.ok(record?.entry.kind === "reply", `record ${seq} is a reply`);
  return record.entry;
}

async function sendForReply(...args: Parameters<typeof command>): Promise<ReplyEntry> {
  return replyAt((await send(...args)).seq);
}

async function replies(): Promise<number> {
  return (await desk.journal()).filter(({ entry }) => entry.kind === "reply").length;
}

describe("a command from the cloud", () => {
  it("is answered by a journal record of the same batch", async () => {
    const { seq, epoch, isRepeat } = await send("c1", "add_password", { password: "123456" });
    assert.deepEqual([epoch, isRepeat], [desk.store.journalRange().epoch, false]);
    const reply = await replyAt(seq);
    assert.deepEqual(
      [reply.commandId, reply.command, reply.errNo, reply.result],
      ["c1", "add_password", 0, { id: 1, password_id: 1 }],
    );
    assert.equal(desk.password(1).origin, "cloud");
  });

  it("gets its refusal as a reply and is remembered", async () => {
    const reply = await sendForReply("c1", "add_password", { password: 5 });
    assert.equal(reply.errNo, 14001);
    assert.match(reply.errMsg, /^password:/);
    assert.equal((await send("c1", "add_password", { password: 5 })).isRepeat, true);
    assert.equal((await sendForReply("c2", "conjure")).errNo, 15007);
  });

  it("has one effect, however often it comes: while it runs, afterwards, after a restart", async () => {
    const params = { password: "123456" };
    const first = send("c1", "add_password", params);
    const second = send("c1", "add_password", params);
    const [one, two] = await Promise.all([first, second]);
    assert.deepEqual([one.isRepeat, two.isRepeat, two.seq], [false, true, one.seq]);
    assert.deepEqual(await send("c1", "add_password", params), { ...one, isRepeat: true });
    await desk.restart();
    assert.deepEqual(await send("c1", "add_password", params), { ...one, isRepeat: true });
    assert.equal([...desk.store.list("password", [aLockId])].length, 2);
    assert.equal(await replies(), 1);
  });

  it("gets a slot and an id of its own when another comes with it", async () => {
    const codes = ["111111", "222222", "333333", "444444"];
    await Promise.all([
      ...codes.map((password, index) => send(`c${index}`, "add_password", { password })),
      ...codes
        .slice(1)
        .map((password) => desk.ask("add_password", { password: `9${password.slice(1)}` })),
    ]);
    const passwords = [...desk.store.list("password", [aLockId])];
    assert.equal(passwords.length, 8);
    assert.equal(new Set(passwords.map(({ userId }) => userId)).size, 8);
    const same = await Promise.all([
      desk.ask("update_password", { password_id: 1, password: "777777" }),
      desk.ask("update_password", { password_id: 2, password: "777777" }),
    ]);
    assert.deepEqual(same.map(({ ErrNo }) => ErrNo).sort(), [0, 11000]);
  });

  it("gives the number of its own record when several come at once", async () => {
    const ends = await Promise.all(
      ["a", "b", "c", "d"].map((id) => send(id, "rename_lock", { name: id })),
    );
    for (const [index, { seq }] of ends.entries()) {
      assert.equal((await replyAt(seq)).commandId, ["a", "b", "c", "d"][index]);
    }
  });

  it("answers what it read only after that is on disk", async () => {
    const write = desk.ask("rename_lock", { name: "the new name" });
    const { seq } = await send("c1", "get_lock_info");
    assert.equal((await replyAt(seq)).result["name"], "the new name");
    assert.equal((await write).ErrNo, 0);
    await desk.restart();
    assert.equal(desk.store.get("lock", [aLockId])?.name, "the new name");
  });

  it("keeps codes of its answer sealed", async () => {
    const reply = await sendForReply("c1", "get_default_password_plaintext");
    assert.deepEqual(reply.result, { password: null });
    assert.equal(reply.sealed?.[0]?.path[0], "password");
    assert.ok(!JSON.stringify(await desk.journal()).includes("999111"));
  });
});

describe("a command that comes too late", () => {
  const late = () => ({ exp: desk.nowSeconds });

  it("is refused when it would grant", async () => {
    await desk.must("add_password", { password: "123456" });
    for (const [name, params] of [
      ["add_password", { password: "222222" }],
      ["update_password", { password_id: 1, password: "222222" }],
      ["unfrozen_password", { password_id: 1 }],
      ["remote_unlock", {}],
      ["permit_join", {}],
    ] as const) {
      const before = JSON.stringify([...desk.store.list("password")]);
      assert.equal((await sendForReply(`late ${name}`, name, params, late())).errNo, 16003, name);
      assert.equal(JSON.stringify([...desk.store.list("password")]), before);
    }
    assert.deepEqual(desk.site.asked, []);
  });

  it("is carried out when it takes access away", async () => {
    await desk.must("add_password", { password: "123456" });
    const freeze = await sendForReply("f", "frozen_password", { password_id: 1 }, late());
    assert.deepEqual([freeze.errNo, desk.password(1).isFrozen], [0, true]);
    const gone = await sendForReply("d", "delete_password", { password_id: 1 }, late());
    assert.deepEqual([gone.errNo, desk.password(1).isDeleted], [0, true]);
  });

  it("is not judged by a clock that is lost, nor before its time", async () => {
    const soon = { exp: desk.nowSeconds + 1 };
    assert.equal((await sendForReply("n", "rename_lock", { name: "n" }, soon)).errNo, 0);
    desk.time.state = "lost";
    assert.equal((await sendForReply("m", "rename_lock", { name: "m" }, late())).errNo, 0);
  });
});

describe("a command that acts at once", () => {
  it("is marked on disk before it acts", async () => {
    let wasMarked = false;
    desk.site.meanwhile = async () => {
      await desk.store.whenDurable();
      wasMarked = desk.store.get("attempt", ["u1"]) !== undefined;
    };
    assert.equal((await sendForReply("u1", "remote_unlock", {}, atOnce())).errNo, 0);
    assert.ok(wasMarked);
    assert.equal(
      desk.store.get("attempt", ["u1"]),
      undefined,
      "the inbox remembers it from now on",
    );
    assert.deepEqual(desk.site.asked, ["unlock within 10000"]);
  });

  it("does not act again after a crash, whether or not its time is over", async () => {
    for (const [id, times] of [
      ["u1", {}],
      ["u2", { exp: desk.nowSeconds - 1 }],
    ] as const) {
      await desk.write(put("attempt", [id], { commandId: id, atMs: 1 }));
      await desk.restart();
      const reply = await sendForReply(id, "remote_unlock", {}, times);
      assert.equal(reply.errNo, 16004);
      assert.match(reply.errMsg, /^id: it was attempted before a restart/);
      assert.equal((await send(id, "remote_unlock")).isRepeat, true);
    }
    assert.deepEqual(desk.site.asked, []);
  });

  it("holds up no other command while the lock is slow", async () => {
    const gate = new Gate();
    desk.site.meanwhile = () => gate.opened;
    const unlocking = send("u1", "remote_unlock", {}, atOnce());
    await desk.must("add_password", { password: "123456" });
    assert.equal((await sendForReply("d1", "delete_password", { password_id: 1 })).errNo, 0);
    gate.open();
    await unlocking;
  });

  it("tells how it ended", async () => {
    for (const [kind, errNo] of [
      ["refused", 16005],
      ["unsupported", 16008],
      ["unreachable", 16004],
      ["stickOffline", 16006],
    ] as const) {
      desk.site.result = { kind };
      assert.equal((await sendForReply(`u ${kind}`, "remote_lock", {}, atOnce())).errNo, errNo);
    }
  });
});

describe("the memory of commands", () => {
  it("forgets the oldest beyond its limit, in the batch of the newest", async () => {
    const { epoch } = desk.store.journalRange();
    const old = Array.from({ length: inboxLimit }, (_, index) =>
      put("inbox", [`old ${index}`], { commandId: `old ${index}`, epoch, seq: 1, atMs: index }),
    );
    await desk.write(...old);
    await desk.restart();
    await send("new", "rename_lock", { name: "x" });
    assert.equal([...desk.store.list("inbox")].length, inboxLimit);
    assert.equal(desk.store.get("inbox", ["old 0"]), undefined);
    assert.ok(desk.store.get("inbox", ["old 1"]));
    assert.ok(desk.store.get("inbox", ["new"]));
  });
});

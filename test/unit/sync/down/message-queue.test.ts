import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MessageQueue } from "../../../../sync/down/message-queue.ts";
import { precedenceOf } from "../../../../sync/down/precedence.ts";
import { Gate } from "../../../support/within.ts";

const lock = "0xa4c1380000000001";
const other = "0xa4c1380000000002";

class Room {
  readonly handled: string[] = [];
  /** What is not urgent waits for it. */
  pace = new Gate();
  readonly queue = new MessageQueue({ whenMayRun: () => this.pace.opened });

  add(name: string, of: string | null, isUrgent = false): Promise<void> {
    const overtakes = isUrgent ? "otherLocks" : "none";
    return this.queue.add({ lock: of, overtakes }, async () => {
      this.handled.push(name);
    });
  }
}

const turn = () => new Promise(setImmediate);

describe("the queue of the cloud's messages", () => {
  it("handles messages in the sequence in which they come", async () => {
    const room = new Room();
    room.pace.open();
    for (const name of ["a", "b", "c"]) void room.add(name, name);
    await room.queue.idle();
    assert.deepEqual(room.handled, ["a", "b", "c"]);
  });

  it("handles a revocation behind 5,000 grants after the earlier ones of its own lock alone", async () => {
    const room = new Room();
    for (let number = 0; number < 5_000; number += 1)
      void room.add(`${number}`, `lock ${number % 50}`);
    await room.add("revoke", "lock 7", true);
    const before = room.handled.slice(0, -1);
    assert.equal(room.handled.at(-1), "revoke");
    assert.equal(before.length, 100);
    assert.ok(before.every((name) => Number(name) % 50 === 7));
    room.pace.open();
    await room.queue.idle();
    assert.equal(room.handled.length, 5_001);
  });

  it("does not let a revocation overtake a message that may concern its lock", async () => {
    const room = new Room();
    void room.add("grant of a room", null);
    await room.add("revoke", lock, true);
    assert.deepEqual(room.handled, ["grant of a room", "revoke"]);
    room.pace.open();
  });

  it("handles what is urgent while the others wait for the journal", async () => {
    const room = new Room();
    void room.add("grant", lock);
    await turn();
    assert.deepEqual(room.handled, []);
    await room.add("revoke", other, true);
    assert.deepEqual(room.handled, ["revoke"]);
    room.pace.open();
    await room.queue.idle();
    assert.deepEqual(room.handled, ["revoke", "grant"]);
  });

  it("reports a failure to the caller of the message, who can withdraw the next one in the same turn", async () => {
    const room = new Room();
    room.pace.open();
    let isWithdrawn = false;
    const failed = room.queue.add({ lock, overtakes: "none" }, () =>
      Promise.reject(new Error("full")),
    );
    const next = room.queue.add({ lock: other, overtakes: "none" }, async () => {
      if (!isWithdrawn) room.handled.push("next");
    });
    await assert.rejects(
      failed.catch((error: unknown) => {
        isWithdrawn = true;
        throw error;
      }),
      /full/,
    );
    await next;
    assert.deepEqual(room.handled, []);
  });
});

describe("the precedence of a message", () => {
  const command = (name: string, params: object) =>
    precedenceOf("command", { ok: true, value: { id: "1", command: name, params } });

  it("lets what takes access away and what moves a lock at once overtake other locks' messages", () => {
    for (const name of ["delete_password", "frozen_password", "remote_unlock", "remote_lock"]) {
      assert.deepEqual(command(name, { uuid: lock }), { lock, overtakes: "otherLocks" }, name);
    }
    for (const name of ["add_password", "unfrozen_password"]) {
      assert.deepEqual(command(name, { uuid: lock }), { lock, overtakes: "none" }, name);
    }
  });

  it("names the same lock in every spelling of its address, of calls and of lock actions", () => {
    assert.equal(command("x", { uuid: lock.toUpperCase() }).lock, lock);
    assert.equal(command("x", { devId: lock }).lock, lock);
  });

  it("lets a revocation that names its lock by a room overtake nothing", () => {
    assert.deepEqual(command("delete_password", { room_id: "1", password_id: 1 }), {
      lock: null,
      overtakes: "none",
    });
  });

  it("keeps a snapshot among its lock's messages, and lets acknowledgements overtake all", () => {
    const sync = (value: object) => precedenceOf("sync", { ok: true, value });
    assert.deepEqual(sync({ id: "1", snapshot: { uuid: lock } }), { lock, overtakes: "none" });
    assert.equal(sync({ epoch: "e", seq: 7 }).overtakes, "all");
    assert.equal(precedenceOf("sync", { ok: false, reason: "no JSON" }).overtakes, "none");
  });
});

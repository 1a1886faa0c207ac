import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { EventEntry } from "../../../../daemon/core/model/journal.ts";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import { unknownSlot } from "../../../../daemon/core/model/slot.ts";
import { LockKeys } from "../../../../daemon/store/secrets/lock-keys.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../daemon/store/secrets/sealing.ts";
import { type Change, type InboxRecord, put, remove } from "../../../../daemon/store/store.ts";
import { aLockId, aPassword } from "../../../support/records.ts";
import { testKey, withStore } from "../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;
const event: EventEntry = { kind: "event", event: "pwdSync", lock: null, detail: { b: 1, a: [] } };

function setting(name: string, value: number): Change {
  return put("setting", [name], { value });
}

describe("a store", () => {
  it("shows a change to readers as soon as commit was called", () =>
    withStore(async (store) => {
      const done = store.commit({ changes: [setting("a", 1)], journal: [] }, stamp);
      assert.deepEqual(store.get("setting", ["a"]), { value: 1 });
      await done;
    }));

  it("returns frozen records that the caller's own object cannot change", () =>
    withStore(async (store) => {
      const value = { value: 1 };
      await store.commit({ changes: [put("setting", ["a"], value)], journal: [] }, stamp);
      value.value = 2;
      assert.deepEqual(store.get("setting", ["a"]), { value: 1 });
      assert.ok(Object.isFrozen(store.get("setting", ["a"])));
    }));

  it("keeps its records and journal over a reopening", () =>
    withStore(async (store, temporary) => {
      const [record] = await store.commit({ changes: [setting("a", 1)], journal: [event] }, stamp);
      const again = await temporary.reopen();
      assert.deepEqual(again.get("setting", ["a"]), { value: 1 });
      assert.deepEqual(await again.readJournal(1, 10), [record]);
    }));

  it("writes no record that is put as it is already, and resolves when that record is on disk", () =>
    withStore(async (store, temporary) => {
      const first = store.commit({ changes: [setting("a", 1)], journal: [] }, stamp);
      let isOnDisk = false;
      void first.then(() => {
        isOnDisk = true;
      });
      await store.commit({ changes: [setting("a", 1)], journal: [] }, stamp);
      assert.equal(isOnDisk, true);
      const { batches } = await store.statistics();
      await store.commit({ changes: [setting("a", 1)], journal: [] }, stamp);
      assert.equal((await store.statistics()).batches, batches);
      await store.commit({ changes: [setting("a", 1)], journal: [event] }, stamp);
      const back = [setting("a", 2), setting("a", 1)];
      await store.commit({ changes: [remove("setting", ["a"]), ...back], journal: [] }, stamp);
      const again = await temporary.reopen();
      assert.deepEqual(again.get("setting", ["a"]), { value: 1 });
      assert.equal(again.journalRange().head, 1);
    }));

  it("writes 200 commits called at once in a few batches", () =>
    withStore(async (store) => {
      const commits = Array.from({ length: 200 }, (_, index) =>
        store.commit({ changes: [setting(`s${index}`, index)], journal: [event] }, stamp),
      );
      const records = (await Promise.all(commits)).flat();
      assert.ok((await store.statistics()).batches < 10);
      assert.deepEqual(
        records.map(({ seq }) => seq),
        Array.from({ length: 200 }, (_, index) => index + 1),
      );
    }));

  it("refuses a transaction over 8 MiB and is unchanged", () =>
    withStore(async (store) => {
      const change = put("setting", ["big"], { value: "x".repeat(8 * 1024 * 1024) });
      const commit = store.commit({ changes: [change], journal: [event] }, stamp);
      await assert.rejects(commit, { name: "GatewayError", code: "badParameters" });
      assert.equal(store.get("setting", ["big"]), undefined);
      const [record] = await store.commit({ changes: [], journal: [event] }, stamp);
      assert.equal(record?.seq, 1);
    }));

  it("refuses the transaction after 10,000 waiting ones as busy, and takes those", () =>
    withStore(async (store) => {
      const commits = Array.from({ length: 10_000 }, (_, index) =>
        store.commit({ changes: [setting("a", index)], journal: [] }, stamp),
      );
      const late = store.commit({ changes: [setting("late", 1)], journal: [] }, stamp);
      await assert.rejects(late, { name: "GatewayError", code: "busy" });
      assert.equal(store.get("setting", ["late"]), undefined);
      await Promise.all(commits);
    }));

  it("makes an empty transaction wait for those before it", () =>
    withStore(async (store) => {
      const order: string[] = [];
      const first = store
        .commit({ changes: [setting("a", 1)], journal: [] }, stamp)
        .then(() => order.push("first"));
      const empty = store
        .commit({ changes: [], journal: [] }, stamp)
        .then(() => order.push("empty"));
      await Promise.all([first, empty]);
      assert.deepEqual(order, ["first", "empty"]);
    }));

  it("refuses a commit after close", () =>
    withStore(async (store) => {
      await store.close();
      const commit = store.commit({ changes: [setting("a", 1)], journal: [] }, stamp);
      await assert.rejects(commit, { name: "StoreFailure", kind: "closed" });
    }));

  it("is copied without a lock that is unpaired during the read", () =>
    withStore(async (store) => {
      const lockKey = new LockKeys(testKey, store).make(aLockId).record;
      const passwords = Array.from({ length: 3_000 }, (_, index) => aPassword({ id: index + 1 }));
      const puts = passwords.map((password) => put("password", [aLockId, password.id], password));
      await store.commit(
        { changes: [put("lockKey", [aLockId], lockKey), setting("left", 1)], journal: [] },
        stamp,
      );
      await store.commit({ changes: puts, journal: [] }, stamp);
      assert.equal((await store.exportRecords()).length, 3_002);

      const copying = store.exportRecords();
      // The read of the database begins once what was written before is on disk.
      await store.whenDurable();
      const removals = passwords.map(({ id }) => remove("password", [aLockId, id]));
      const unpairing = [remove("lockKey", [aLockId]), ...removals];
      await store.commit({ changes: unpairing, journal: [] }, stamp);
      const copied = await copying;
      assert.deepEqual(copied, [{ table: "setting", key: ["left"], value: { value: 1 } }]);
    }));

  it("has no plain code in any of its files", () =>
    withStore(async (store, { directory }) => {
      const canary = "9182736450";
      const vault = new CodeVault(new MasterKey(Buffer.alloc(32, 5)));
      const { box } = vault.seal("0x00124b0000000001", new PinCode(canary), "a");
      await store.commit({ changes: [put("setting", ["a"], { value: box })], journal: [] }, stamp);
      await store.compact();
      for (const name of await readdir(directory, { recursive: true, withFileTypes: true })) {
        if (name.isFile()) {
          const bytes = await readFile(join(name.parentPath, name.name));
          assert.equal(bytes.includes(canary), false, name.name);
        }
      }
    }));

  it("deletes removed records from its files when it is compacted", () =>
    withStore(async (store, { directory }) => {
      const trace = "trace-of-a-removed-record";
      await store.commit(
        { changes: [put("setting", ["a"], { value: trace })], journal: [] },
        stamp,
      );
      await store.commit({ changes: [remove("setting", ["a"])], journal: [] }, stamp);
      await store.compact();
      for (const name of await readdir(join(directory, "level"))) {
        const bytes = await readFile(join(directory, "level", name));
        assert.equal(bytes.includes(trace), false, name);
      }
    }));

  it("lists a prefix in key order, numbers by size", () =>
    withStore(async (store) => {
      const lock = "0x00124b0000000001";
      const slot = (userId: number) => put("slot", [lock, userId], unknownSlot(lock, userId));
      await store.commit({ changes: [slot(10), slot(9), slot(300)], journal: [] }, stamp);
      const ids = [...store.list("slot", [lock])].map(({ userId }) => userId);
      assert.deepEqual(ids, [9, 10, 300]);
      assert.deepEqual([...store.list("slot", ["0x00124b0000000002"])], []);
    }));

  it("agrees with a plain map whatever is written, also after reopening", async () => {
    const id = fc.oneof(fc.constantFrom("a", "b", "a\0", "\u00e9", "\ud800"), fc.string());
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.array(fc.tuple(id, fc.option(fc.nat())), { maxLength: 6 }) },
      { weight: 1, arbitrary: fc.constant("reopen" as const) },
    );
    const run = (steps: readonly ("reopen" | [string, number | null][])[]) =>
      withStore(async (first, temporary) => {
        const model = new Map<string, InboxRecord>();
        let store = first;
        for (const changes of steps) {
          if (changes === "reopen") {
            store = await temporary.reopen();
            continue;
          }
          const made = changes.map(([key, atMs]): Change => {
            if (atMs === null) {
              model.delete(key);
              return remove("inbox", [key]);
            }
            const record = { commandId: key, epoch: "e", seq: 1, atMs };
            model.set(key, record);
            return put("inbox", [key], record);
          });
          await store.commit({ changes: made, journal: made.length > 3 ? [event] : [] }, stamp);
        }
        store = await temporary.reopen();
        const sorted = [...model.entries()].sort(([left], [right]) => (left < right ? -1 : 1));
        assert.deepEqual(
          [...store.list("inbox")],
          sorted.map(([, record]) => record),
        );
        for (const [key, record] of model) {
          assert.deepEqual(store.get("inbox", [key]), record);
        }
        await store.verifyJournal();
      });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), run), { numRuns: 40 });
  });
});

describe("the journal", () => {
  it("counts from 1 without a hole, also after reopening", () =>
    withStore(async (store, temporary) => {
      await store.commit({ changes: [], journal: [event, event] }, stamp);
      const again = await temporary.reopen();
      const [third] = await again.commit({ changes: [], journal: [event] }, stamp);
      assert.equal(third?.seq, 3);
      assert.equal(third.epoch, again.journalRange().epoch);
      await again.verifyJournal();
    }));

  it("calls listeners with its head when the records are on disk", () =>
    withStore(async (store) => {
      const heads: number[] = [];
      const end = store.onJournal((head) => heads.push(head));
      await store.commit({ changes: [], journal: [event, event] }, stamp);
      await store.commit({ changes: [setting("a", 1)], journal: [] }, stamp);
      end();
      await store.commit({ changes: [], journal: [event] }, stamp);
      assert.deepEqual(heads, [2]);
    }));

  it("returns only records that are on disk", () =>
    withStore(async (store) => {
      const done = store.commit({ changes: [], journal: [event] }, stamp);
      assert.equal(store.journalRange().head, 0);
      assert.deepEqual(
        await store.readJournal(1, 1000).then((records) => records.length < 2),
        true,
      );
      await done;
      assert.equal(store.journalRange().head, 1);
    }));

  it("drops its oldest records and still verifies, over a reopening", () =>
    withStore(async (store, temporary) => {
      const journal = Array.from({ length: 2_500 }, () => event);
      await store.commit({ changes: [], journal }, stamp);
      await Promise.all([
        store.pruneJournal(1_700),
        store.pruneJournal(600),
        store.verifyJournal(),
      ]);
      assert.equal(store.journalRange().tail, 1_701);
      const again = await temporary.reopen();
      assert.deepEqual(
        { ...(await again.verifyJournal()), epoch: "" },
        { epoch: "", tail: 1_701, oldest: 1_701, head: 2_500 },
      );
      const [oldest] = await again.readJournal(1, 1);
      assert.equal(oldest?.seq, 1_701);
    }));

  it("continues its numbers after all records were dropped", () =>
    withStore(async (store, temporary) => {
      await store.commit({ changes: [], journal: [event, event] }, stamp);
      await store.pruneJournal(99);
      const again = await temporary.reopen();
      const { tail, head } = again.journalRange();
      assert.deepEqual({ tail, head }, { tail: 3, head: 2 });
      const [next] = await again.commit({ changes: [], journal: [event] }, stamp);
      assert.equal(next?.seq, 3);
    }));
});

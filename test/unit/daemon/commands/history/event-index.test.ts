import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { EventIndex } from "../../../../../daemon/commands/history/event-index.ts";
import { timestampOf } from "../../../../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../../../../daemon/core/model/journal.ts";
import type { Store } from "../../../../../daemon/store/store.ts";
import { aLockId } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const opening: EventEntry = {
  kind: "event",
  event: "lockerOpenAlarm",
  lock: aLockId,
  detail: { eventid: 1, time: 5, source: 2, method: "keypad", sourceid: 1, source_name: "K" },
};
const other: EventEntry = { kind: "event", event: "lockPaired", lock: aLockId, detail: {} };

describe("histories over a long journal", () => {
  let room: CommandRoom;
  /** Records read from disk. */
  let read = 0;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addLock();
    read = 0;
  });
  afterEach(() => room.close());

  async function write(...journal: readonly EventEntry[]): Promise<void> {
    await room.store.commit({ changes: [], journal }, timestampOf(room.clock));
  }

  /** Two thousand records, every hundredth an opening. */
  async function aLongJournal(): Promise<void> {
    const hundred = [opening, ...Array<EventEntry>(99).fill(other)];
    for (let at = 0; at < 20; at += 1) await write(...hundred);
  }

  const counting = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (name !== "readJournal") return value.bind(target);
        return async (from: number, limit: number) => {
          const records = await target.readJournal(from, limit);
          read += records.length;
          return records;
        };
      },
    });

  it("are read once, and from then on only as far as a page and what is new need", async () => {
    await aLongJournal();
    const index = new EventIndex(counting(room.store));
    const all = await index.entries();
    assert.deepEqual([all.length, read], [20, 2_000]);
    read = 0;
    const records = await index.records((await index.entries()).slice(3, 5));
    assert.deepEqual(
      records.map(({ seq }) => seq),
      [301, 401],
    );
    assert.equal(read, 2);
    await write(opening, other);
    assert.deepEqual([(await index.entries()).length, read], [21, 4]);
  });

  it("leave out what the journal has dropped", async () => {
    await aLongJournal();
    const index = new EventIndex(room.store);
    const before = await index.entries();
    await room.store.pruneJournal(450);
    assert.equal((await index.entries())[0]?.seq, 501);
    assert.equal((await index.records(before)).length, 15);
  });

  it("are answered to several callers at once", async () => {
    await aLongJournal();
    const index = new EventIndex(room.store);
    const lists = await Promise.all([index.entries(), index.entries(), index.entries()]);
    for (const list of lists) assert.equal(list.length, 20);
  });

  it("count and page alike, oldest first", async () => {
    await aLongJournal();
    assert.equal((await room.call("count_lock_events", { uuid: aLockId }))["count"], 20);
    const page = await room.call("get_lock_events", { offset: 18, count: 50 });
    assert.match(
      JSON.stringify(page["lock_events"]),
      /^\[\{[^}]*"source_name":"K"[^}]*\},\{[^}]*\}\]$/,
    );
  });

  it("show the journal's newest of a kind without its beginning, and how to go back", async () => {
    await aLongJournal();
    const seqs = (body: Readonly<Record<string, unknown>>): readonly unknown[] => {
      const { records } = body;
      assert.ok(Array.isArray(records));
      return records.map(({ seq }) => seq);
    };
    const newest = await room.call("read_journal", { event: "lockerOpenAlarm", count: 2 });
    assert.deepEqual([seqs(newest), newest["next"]], [[1_801, 1_901], null]);
    const before = Number(newest["previous"]);
    const back = await room.call("read_journal", { event: "lockerOpenAlarm", count: 2, before });
    assert.deepEqual(seqs(back), [1_601, 1_701]);
    const plain = await room.call("read_journal", { count: 3 });
    assert.deepEqual([seqs(plain), plain["previous"]], [[1_998, 1_999, 2_000], 1_998]);
    const all = await room.call("read_journal", { count: 500, before: 3 });
    assert.deepEqual([seqs(all), all["previous"]], [[1, 2], null]);
  });
});

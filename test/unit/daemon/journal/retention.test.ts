import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { pino } from "pino";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { JournalMaintenance } from "../../../../daemon/journal/journal-maintenance.ts";
import { defaultRetention, pruneHistory } from "../../../../daemon/journal/retention.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { withStore } from "../../../support/rigs/temporary-store.ts";

const startMs = 1_690_000_000_000;
const dayMs = 86_400_000;
const logger = pino({ level: "silent" });
const wide = 1_000_000_000;
const unlimited = { keepRecords: wide, keepMs: wide, keepBytes: wide };

const anEvent: JournalEntry = { kind: "event", event: "pwdOperation", lock: null, detail: {} };

/** A reply as long as that of a lock with hundreds of passwords. */
function aLongReply(): JournalEntry {
  return {
    kind: "reply",
    commandId: "c1",
    command: "fetch_passwords",
    errNo: 0,
    errMsg: "",
    result: { passwords: randomBytes(30_000).toString("base64") },
  };
}

async function happen(store: LevelStore, ...journal: JournalEntry[]): Promise<void> {
  const atMs = startMs + store.nextSeq() * 1000;
  await store.commit({ changes: [], journal }, { atMs, clock: "synced" });
}

/** Days of a gateway in its own time, its journal looked after once a day. */
async function liveOn(
  store: LevelStore,
  { days, perDay }: { readonly days: number; readonly perDay: number },
  deliveredThrough = () => store.journalRange().head,
): Promise<void> {
  let nowMs = startMs;
  const keeper = new JournalMaintenance({
    store,
    clock: { reading: () => ({ nowMs, state: "synced" }) },
    retention: defaultRetention,
    deliveredThrough,
    limit: () => Promise.resolve(),
    logger,
  });
  const journal = Array.from({ length: perDay }, () => anEvent);
  for (let day = 0; day < days; day += 1) {
    await store.commit({ changes: [], journal }, { atMs: nowMs, clock: "synced" });
    nowMs += dayMs;
    await keeper.run();
  }
  await keeper.stop();
}

describe("a journal record that the cloud has", () => {
  const clock = { reading: () => ({ nowMs: startMs + 500_000, state: "synced" as const }) };

  it("is kept up to a number of records", async () => {
    await withStore(async (store) => {
      await happen(store, ...Array.from({ length: 900 }, () => anEvent));
      await pruneHistory(store, clock, 800, { ...unlimited, keepRecords: 300 });
      assert.deepEqual([store.journalRange().tail, store.journalRange().head], [501, 900]);
      await store.verifyJournal();
    });
  });

  it("is kept up to an age, and a record that the cloud does not have is kept whatever its age", async () => {
    await withStore(async (store) => {
      for (let count = 0; count < 20; count += 1) await happen(store, anEvent);
      const limits = { ...unlimited, keepRecords: 10, keepMs: 490_000 };
      await pruneHistory(store, clock, 5, limits);
      assert.equal(store.journalRange().tail, 1);
      await pruneHistory(store, clock, 20, { ...limits, keepMs: 485_000 });
      assert.equal(store.journalRange().tail, 15);
    });
  });

  it("does not count as old while the time is lost", async () => {
    await withStore(async (store) => {
      for (let count = 0; count < 20; count += 1) await happen(store, anEvent);
      const lost = { reading: () => ({ nowMs: startMs + 500_000, state: "lost" as const }) };
      await pruneHistory(store, lost, 20, { ...unlimited, keepRecords: 100, keepMs: 1 });
      assert.equal(store.journalRange().tail, 1);
    });
  });

  it("is dropped in time while new records come", async () => {
    await withStore(async (store) => {
      const keeper = new JournalMaintenance({
        store,
        clock,
        retention: { ...unlimited, keepRecords: 100 },
        deliveredThrough: () => store.journalRange().head,
        limit: () => Promise.resolve(),
        logger,
      });
      keeper.start();
      await happen(store, ...Array.from({ length: 1_100 }, () => anEvent));
      await keeper.run();
      await keeper.run();
      await keeper.stop();
      assert.equal(store.journalRange().tail, 1_001);
    });
  });

  it("is kept for ninety days in a usual house, also over a restart", () =>
    withStore(async (store, temporary) => {
      await liveOn(store, { days: 120, perDay: 160 });
      const { tail, head } = store.journalRange();
      assert.equal(head, 120 * 160);
      const kept = (head - tail + 1) / 160;
      assert.ok(kept >= 89 && kept <= 92, `${kept} days`);
      const reopened = await temporary.reopen();
      assert.deepEqual(await reopened.verifyJournal(), store.journalRange());
    }));

  it("is kept by number where there are many events", () =>
    withStore(async (store) => {
      await liveOn(store, { days: 30, perDay: 1_000 });
      const { tail, head } = store.journalRange();
      assert.equal(head - tail + 1, defaultRetention.keepRecords);
      await store.verifyJournal();
    }));

  it("is kept by size where replies are long, and is dropped from the disk", () =>
    withStore(async (store, temporary) => {
      for (let count = 0; count < 300; count += 1) await happen(store, aLongReply());
      const reopened = await temporary.reopen();
      const before = await reopened.journalBytes();
      const keepBytes = 4_000_000;
      assert.ok(before > 2 * keepBytes, `${before}`);
      await pruneHistory(reopened, clock, 300, { ...unlimited, keepBytes });
      const bytes = await reopened.journalBytes();
      assert.ok(bytes <= keepBytes && bytes > keepBytes / 2, `${bytes}`);
      await reopened.verifyJournal();
      await reopened.compact();
      const { diskBytes } = await reopened.statistics();
      assert.ok(diskBytes < 2 * keepBytes, `${diskBytes}`);
    }));

  it("is dropped by size, and others wait for the cloud whatever their size", () =>
    withStore(async (store, temporary) => {
      for (let count = 0; count < 300; count += 1) await happen(store, aLongReply());
      const reopened = await temporary.reopen();
      await pruneHistory(reopened, clock, 10, { ...unlimited, keepBytes: 1 });
      assert.equal(reopened.journalRange().tail, 11);
    }));

  it("is dropped by age, and others wait for the cloud whatever their age", () =>
    withStore(async (store) => {
      const hadThrough = 300;
      await liveOn(store, { days: 120, perDay: 20 }, () => hadThrough);
      const { tail } = store.journalRange();
      assert.ok(tail > 1 && tail <= hadThrough + 1, `${tail}`);
    }));
});

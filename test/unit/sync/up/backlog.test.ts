import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pino } from "pino";
import type {
  EventName,
  JournalEntry,
  JournalRecord,
} from "../../../../daemon/core/model/journal.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { put } from "../../../../daemon/store/store.ts";
import { Backlog, type BacklogLimits } from "../../../../sync/up/backlog.ts";
import { SyncCursor } from "../../../../sync/up/cursor.ts";
import { withStore } from "../../../support/rigs/temporary-store.ts";
import { NotedClock } from "../test-gateway.ts";

const startMs = 1_690_000_000_000;
const logger = pino({ level: "silent" });

function anEvent(event: EventName, note = ""): JournalEntry {
  return { kind: "event", event, lock: null, detail: { note } };
}

const reply: JournalEntry = {
  kind: "reply",
  commandId: "c1",
  command: "add_password",
  errNo: 0,
  errMsg: "",
  result: {},
};

async function happen(store: LevelStore, ...journal: JournalEntry[]): Promise<void> {
  const atMs = startMs + store.nextSeq() * 1000;
  await store.commit({ changes: [], journal }, { atMs, clock: "synced" });
}

async function whole(store: LevelStore): Promise<readonly JournalRecord[]> {
  return await store.readJournal(1, 1000);
}

function aBacklog(store: LevelStore, limits: BacklogLimits) {
  const clock = new NotedClock();
  const cursor = new SyncCursor(store, clock, (error) => assert.fail(String(error)));
  const skipped: number[] = [];
  const onFolded = (seq: number) => skipped.push(seq);
  const backlog = new Backlog({ store, cursor, clock, limits, onFolded, logger });
  return { backlog, cursor, skipped };
}

const wide = 1_000_000_000;

describe("the backlog for the cloud", () => {
  it("is unchanged below its limits", async () => {
    await withStore(async (store) => {
      await happen(store, ...Array.from({ length: 99 }, () => anEvent("lockerOpenAlarm")));
      const { backlog } = aBacklog(store, { maxRecords: 100, maxBytes: wide });
      await backlog.limit();
      assert.deepEqual([store.journalRange().tail, store.journalRange().head], [1, 99]);
    });
  });

  it("loses and counts openings at its limit, and keeps passwords and alarms", async () => {
    await withStore(async (store) => {
      const lasting = ["pwdOperation", "brokenAlarm", "pwdAddLocal", "duressAlarm"] as const;
      for (let round = 0; round < 25; round += 1) {
        const name = lasting[round % 4] ?? "pwdOperation";
        await happen(store, ...Array.from({ length: 4 }, () => anEvent("lockerOpenAlarm")));
        await happen(store, anEvent(name, `number ${round}`));
      }
      const before = (await whole(store)).filter(({ entry }) =>
        JSON.stringify(entry).includes("number"),
      );
      const { backlog, cursor, skipped } = aBacklog(store, { maxRecords: 100, maxBytes: wide });
      await backlog.limit();
      const after = await whole(store);
      const [gap] = after;
      assert.deepEqual(gap?.entry.kind === "event" ? gap.entry.detail : null, {
        from: 1,
        to: 125,
        count: 100,
        reason: "folded",
        events: { lockerOpenAlarm: 100 },
      });
      const kept = after.slice(1);
      assert.equal(kept.length, 25);
      for (const [index, { entry }] of kept.entries()) {
        const was = before[index];
        assert(was !== undefined);
        const { atMs, clock, id } = was;
        assert.deepEqual(entry, { ...was.entry, happened: { atMs, clock, id } });
      }
      assert.deepEqual([cursor.seq, skipped, backlog.isFull], [125, [125], false]);
      await store.verifyJournal();
    });
  });

  it("is also limited in bytes", async () => {
    await withStore(async (store) => {
      const large = anEvent("lockerOpenAlarm", "x".repeat(5_000));
      await happen(store, ...Array.from({ length: 300 }, () => large));
      const { backlog } = aBacklog(store, { maxRecords: 100_000, maxBytes: 1_000_000 });
      await backlog.limit();
      const { tail, head } = store.journalRange();
      assert.deepEqual([tail, head], [301, 301]);
    });
  });

  it("is full if nothing more may be dropped, reports it once, and has room again later", async () => {
    await withStore(async (store) => {
      await happen(store, ...Array.from({ length: 100 }, () => anEvent("pwdOperation")));
      const { backlog, cursor } = aBacklog(store, { maxRecords: 100, maxBytes: wide });
      await backlog.limit();
      await backlog.limit();
      assert.equal(backlog.isFull, true);
      const sent = (await whole(store)).slice(100);
      assert.equal(sent.length, 1);
      const entry = sent[0]?.entry;
      assert(entry?.kind === "event" && entry.event === "journalGap");
      assert.deepEqual([entry.detail?.["reason"], entry.detail?.["count"]], ["full", 0]);
      cursor.advance(60);
      await backlog.limit();
      assert.equal(backlog.isFull, false);
      await cursor.flush();
    });
  });

  it("still drops openings while it is full of other records", async () => {
    await withStore(async (store) => {
      await happen(store, ...Array.from({ length: 100 }, () => anEvent("pwdOperation")));
      const { backlog } = aBacklog(store, { maxRecords: 100, maxBytes: wide });
      await backlog.limit();
      for (let round = 0; round < 10; round += 1) {
        await happen(store, ...Array.from({ length: 40 }, () => anEvent("lockerOpenAlarm")));
        await backlog.limit();
      }
      const { tail, head } = store.journalRange();
      assert(head - tail + 1 < 160, `${head - tail + 1} records`);
      const lasting = (await whole(store)).filter(
        ({ entry }) => entry.kind === "event" && entry.event === "pwdOperation",
      );
      assert.equal(lasting.length, 100);
      await store.verifyJournal();
    });
  });

  it("keeps a command's reply available after the reply has moved", async () => {
    await withStore(async (store) => {
      await happen(store, ...Array.from({ length: 99 }, () => anEvent("lockerOpenAlarm")), reply);
      const { epoch } = store.journalRange();
      const known = { commandId: "c1", epoch, seq: 100, atMs: startMs };
      const changes = [put("inbox", ["c1"], known)];
      await store.commit({ changes, journal: [] }, { atMs: startMs, clock: "synced" });
      const { backlog } = aBacklog(store, { maxRecords: 100, maxBytes: wide });
      await backlog.limit();
      const seq = store.get("inbox", ["c1"])?.seq ?? 0;
      const [record] = await store.readJournal(seq, 1);
      assert.equal(record?.entry.kind === "reply" ? record.entry.commandId : null, "c1");
    });
  });

  it("is folded in the batch that moves the cursor, so that a crash repeats nothing", async () => {
    await withStore(async (store, temporary) => {
      await happen(store, ...Array.from({ length: 100 }, () => anEvent("lockerOpenAlarm")));
      const { backlog } = aBacklog(store, { maxRecords: 100, maxBytes: wide });
      await backlog.limit();
      const reopened = await temporary.reopen();
      const clock = new NotedClock();
      assert.equal(new SyncCursor(reopened, clock, () => assert.fail()).seq, 100);
    });
  });
});

import assert from "node:assert/strict";
import { promises as files } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { copyFileOf, openOrRecover } from "../../../../daemon/backup/restore/recovery.ts";
import { eventIndexOf } from "../../../../daemon/commands/history/event-index.ts";
import { type ActivityEntry, activityIds } from "../../../../daemon/core/logs/activity-log.ts";
import type { EventEntry, ReplyEntry } from "../../../../daemon/core/model/journal.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { put } from "../../../../daemon/store/store.ts";
import { storedCursor } from "../../../../sync/up/cursor.ts";
import { aLock, aLockId, aPassword } from "../../../support/records.ts";

const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;
const masterKey = new MasterKey(Buffer.alloc(32, 7));
const opening: EventEntry = {
  kind: "event",
  event: "lockerOpenAlarm",
  lock: aLockId,
  detail: { sourceid: "1", source_name: "Anna" },
};
const issued: ActivityEntry = {
  opId: activityIds.passwordIssued,
  operator: { id: "cloud", name: "cloud" },
  target: { id: aLockId, name: "Front door", type: "lock" },
  holder: null,
  recipient: null,
  lock: aLockId,
  homeId: null,
  roomId: null,
};
const reply: ReplyEntry = {
  kind: "reply",
  commandId: "opened once",
  command: "remote_unlock",
  errNo: 0,
  errMsg: "",
  result: {},
};

describe("an outdated store", () => {
  let folder = "";
  let directory = "";
  beforeEach(async () => {
    folder = await files.mkdtemp(join(tmpdir(), "latchd-history-"));
    directory = join(folder, "store");
  });
  afterEach(() => files.rm(folder, { recursive: true, force: true }));

  const recover = () => {
    const log = { info: () => undefined, error: () => undefined };
    return openOrRecover({ directory, masterKey, copyFile: copyFileOf(directory), log });
  };

  /** A store with six records, of which the cloud has had the first `had`; then it is found to be outdated. */
  async function outdated(
    had: number,
    then: (store: LevelStore) => Promise<void> = async () => {},
  ) {
    const store = await openStore({ directory, mode: "provision", masterKey });
    const { epoch } = store.journalRange();
    const known = { commandId: reply.commandId, epoch, seq: 4, atMs: stamp.atMs };
    await store.commit(
      {
        changes: [
          put("lock", [aLockId], aLock()),
          put("password", [aLockId, 1], aPassword({ changedAtMs: 500 })),
          put("inbox", [reply.commandId], known),
          put("setting", ["sync.cursor"], { value: `${epoch} ${had}` }),
        ],
        journal: [opening, opening, opening, reply, opening, opening],
        activities: [issued],
      },
      stamp,
    );
    await then(store);
    const records = await store.readJournal(1, 100);
    await store.declareOutdated();
    await store.close();
    return { epoch, records };
  }

  it("keeps its journal, and begins a new epoch after the last record that the cloud has", async () => {
    const { epoch, records } = await outdated(4);
    const store = await recover();
    const range = store.journalRange();
    assert.notEqual(range.epoch, epoch);
    assert.deepEqual([range.oldest, range.tail, range.head], [1, 5, 7]);
    const kept = await store.readJournal(1, 100);
    const words = ({ id, seq, atMs, entry }: (typeof kept)[number]) => ({ id, seq, atMs, entry });
    assert.deepEqual(kept.slice(0, 6).map(words), records.map(words));
    assert.deepEqual(
      kept.map((record) => record.epoch === epoch),
      [true, true, true, true, false, false, false],
    );
    assert.equal(storedCursor(store), 4);
    const gap = kept.at(-1)?.entry;
    assert.ok(gap?.kind === "event" && gap.event === "journalGap");
    assert.deepEqual(await store.verifyJournal(), range);
    await store.close();
  });

  it("opens again with that journal, and continues its numbers", async () => {
    await outdated(4);
    await (await recover()).close();
    const again = await recover();
    const [record] = await again.commit({ changes: [], journal: [opening] }, stamp);
    assert.equal(record?.seq, 8);
    assert.equal(again.journalRange().tail, 5);
    await again.verifyJournal();
    await again.close();
  });

  it("keeps the history of the door and the operation log readable", async () => {
    await outdated(6);
    const store = await recover();
    const entries = await eventIndexOf(store).entries();
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      [1, 2, 3, 5, 6],
    );
    assert.equal((await store.readActivities(1, 10)).length, 1);
    await store.close();
  });

  it("remembers the commands that were carried out, with replies that the cloud may not have", async () => {
    const { epoch } = await outdated(3);
    const store = await recover();
    const known = store.get("inbox", [reply.commandId]);
    assert.deepEqual([known?.seq, known?.epoch === epoch], [4, false]);
    assert.ok(known !== undefined && known.seq >= store.journalRange().tail);
    await store.close();
  });

  it("sends everything in the new epoch if no cloud has any of it", async () => {
    await outdated(0);
    const store = await recover();
    const { tail, head, epoch } = store.journalRange();
    assert.deepEqual([tail, head, storedCursor(store)], [1, 7, 0]);
    const kept = await store.readJournal(1, 100);
    assert.ok(kept.every((record) => record.epoch === epoch));
    await store.close();
  });

  it("keeps its numbers when it is outdated a second time", async () => {
    await outdated(4);
    const second = await recover();
    const { epoch } = second.journalRange();
    await second.commit(
      { changes: [put("setting", ["sync.cursor"], { value: `${epoch} 7` })], journal: [opening] },
      stamp,
    );
    await second.declareOutdated();
    await second.close();
    const third = await recover();
    const { oldest, tail, head } = third.journalRange();
    assert.deepEqual([oldest, tail, head], [1, 8, 9]);
    assert.equal(new Set((await third.readJournal(1, 100)).map((one) => one.epoch)).size, 3);
    await third.verifyJournal();
    await third.close();
  });

  it("drops the oldest records of its history when they are pruned", async () => {
    await outdated(4);
    const store = await recover();
    await store.pruneJournal(2);
    const { oldest, tail } = store.journalRange();
    assert.deepEqual([oldest, tail], [3, 5]);
    await store.pruneJournal(6);
    assert.deepEqual([store.journalRange().oldest, store.journalRange().tail], [7, 7]);
    await store.verifyJournal();
    await store.close();
  });

  it("is restored whole after a power cut that came once it was set aside", async () => {
    await outdated(4);
    await (await recover()).close();
    // As the power cut leaves it: the new store is partly moved, and the mark is still there.
    await files.rm(join(directory, "provisioned.json"));
    await files.writeFile(join(directory, "recovering"), "outdated damaged-1");
    const store = await recover();
    const { tail, head } = store.journalRange();
    assert.deepEqual([tail, head], [5, 7]);
    assert.equal(store.get("inbox", [reply.commandId])?.seq, 4);
    await store.close();
  });

  it("keeps its unfinished erasures", async () => {
    await outdated(6, async (store) => {
      const due = { lock: aLockId, keyId: null };
      await store.commit({ changes: [put("erasure", [aLockId], due)], journal: [] }, stamp);
    });
    const store = await recover();
    assert.equal([...store.list("erasure")].length, 1);
    await store.close();
  });
});

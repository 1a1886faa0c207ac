import assert from "node:assert/strict";
import { promises as files } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collectContents } from "../../../../daemon/backup/contents-collector.ts";
import { MaintenanceSchedule } from "../../../../daemon/backup/maintenance-schedule.ts";
import { copyFileOf, copyKeyOf } from "../../../../daemon/backup/restore/recovery.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { put, remove } from "../../../../daemon/store/store.ts";
import { readableWords } from "../../../support/readable-words.ts";
import { aLock, aLockId, aPassword } from "../../../support/records.ts";

const masterKey = new MasterKey(Buffer.alloc(32, 7));
const stamp = { atMs: 1, clock: "synced" } as const;
const box = "c2VhbGVkIGJveCBvZiBhIHJldm9rZWQgY29kZQ";
const hourMs = 3_600_000;

describe("the maintenance of the store", () => {
  let folder = "";
  let store: LevelStore;
  let nowMs = 0;
  let care: MaintenanceSchedule;

  before(async () => {
    folder = await files.mkdtemp(join(tmpdir(), "latchd-care-"));
    const directory = join(folder, "store");
    store = await openStore({ directory, mode: "auto", masterKey });
    const ports = { store, gatewayId: "gw-1", zigbeeDirectory: join(folder, "zigbee") };
    care = new MaintenanceSchedule({
      store,
      timers: { after: () => () => undefined },
      dataDir: folder,
      storeDirectory: directory,
      hadThrough: () => store.journalRange().head,
      copyFile: copyFileOf(directory),
      copyKey: copyKeyOf(masterKey),
      contents: () => collectContents({ ...ports, nowMs: () => 1 }, null),
      monotonicMs: () => nowMs,
      log: { info: () => undefined, error: (fields) => assert.fail(JSON.stringify(fields)) },
    });
    care.start();
  });
  after(async () => {
    await care.stop();
    await store.close();
    await files.rm(folder, { recursive: true, force: true });
  });

  /** Can the sealed code be read in any file by who has the master key? */
  async function isCodeThere(): Promise<boolean> {
    return (await readableWords([folder], [box], masterKey)).has(box);
  }

  async function addAndRevoke(): Promise<void> {
    const code = { box, mark: "m" };
    const password = put("password", [aLockId, 1], aPassword({ code }));
    const lock = put("lock", [aLockId], aLock());
    await store.commit({ changes: [lock, password], journal: [] }, stamp);
    await store.commit({ changes: [remove("password", [aLockId, 1])], journal: [] }, stamp);
  }

  it("removes a revoked code's bytes from every file in its first run", async () => {
    await addAndRevoke();
    assert.ok(await isCodeThere(), "it is there before");
    await care.run();
    assert.equal(await isCodeThere(), false);
  });

  it("compacts the store again after six hours, and not earlier", async () => {
    await addAndRevoke();
    nowMs = 6 * hourMs - 1;
    await care.run();
    assert.ok(await isCodeThere(), "it waits");
    nowMs = 6 * hourMs;
    await care.run();
    assert.equal(await isCodeThere(), false);
  });
});

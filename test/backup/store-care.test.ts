import assert from "node:assert/strict";
import { promises as files } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gatherContents } from "../../daemon/backup/gather.ts";
import { copyFileOf, copyKeyOf } from "../../daemon/backup/recovery.ts";
import { StoreCare } from "../../daemon/backup/store-care.ts";
import { logRecords } from "../../daemon/store/level-log-file.ts";
import type { LevelStore } from "../../daemon/store/level-store.ts";
import { tableBlocks } from "../../daemon/store/level-table-file.ts";
import { MasterKey } from "../../daemon/store/master-key.ts";
import { openStore } from "../../daemon/store/open-store.ts";
import { put, remove } from "../../daemon/store/store.ts";
import { aLock, aLockId, aPassword } from "../support/records.ts";

const masterKey = new MasterKey(Buffer.alloc(32, 7));
const stamp = { atMs: 1, clock: "synced" } as const;
const box = "c2VhbGVkIGJveCBvZiBhIHJldm9rZWQgY29kZQ";
const hourMs = 3_600_000;

describe("the care of a store", () => {
  let folder = "";
  let store: LevelStore;
  let nowMs = 0;
  let care: StoreCare;

  before(async () => {
    folder = await files.mkdtemp(join(tmpdir(), "latchd-care-"));
    const directory = join(folder, "store");
    const keyFingerprint = masterKey.fingerprint;
    store = await openStore({ directory, mode: "auto", keyFingerprint, masterKey });
    const ports = { store, gatewayId: "gw-1", zigbeeDirectory: join(folder, "zigbee") };
    care = new StoreCare({
      store,
      timers: { after: () => () => undefined },
      dataDir: folder,
      storeDirectory: directory,
      hadThrough: () => store.journalRange().head,
      copyFile: copyFileOf(directory),
      copyKey: copyKeyOf(masterKey),
      contents: () => gatherContents({ ...ports, nowMs: () => 1 }, null),
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

  /** Files of the store in which the sealed code can be read, packed blocks unpacked. */
  async function filesWithTheCode(): Promise<string[]> {
    const found: string[] = [];
    for (const name of await files.readdir(folder, { recursive: true })) {
      const path = join(folder, name);
      if (!(await files.stat(path)).isFile() || name === "ballast") continue;
      const bytes = await files.readFile(path);
      const parts = name.endsWith(".ldb")
        ? tableBlocks(bytes, name)
        : /\.log$|MANIFEST/.test(name)
          ? logRecords(bytes, name)
          : [];
      if ([bytes, ...parts].some((part) => part.includes(box))) found.push(name);
    }
    return found;
  }

  async function addAndRevoke(): Promise<void> {
    const code = { box, mark: "m" };
    const password = put("password", [aLockId, 1], aPassword({ code }));
    const lock = put("lock", [aLockId], aLock());
    await store.commit({ changes: [lock, password], journal: [] }, stamp);
    await store.commit({ changes: [remove("password", [aLockId, 1])], journal: [] }, stamp);
  }

  it("takes a revoked code's bytes out of every file with its first look", async () => {
    await addAndRevoke();
    assert.ok((await filesWithTheCode()).length > 0, "it stands there before");
    await care.look();
    assert.deepEqual(await filesWithTheCode(), []);
  });

  it("does so again six hours later, and not before: each time rewrites the store", async () => {
    await addAndRevoke();
    nowMs = 6 * hourMs - 1;
    await care.look();
    assert.ok((await filesWithTheCode()).length > 0, "it waits");
    nowMs = 6 * hourMs;
    await care.look();
    assert.deepEqual(await filesWithTheCode(), []);
  });
});

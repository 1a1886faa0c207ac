import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { promises as files } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sealContents } from "../../../../daemon/backup/contents.ts";
import { collectContents } from "../../../../daemon/backup/contents-collector.ts";
import {
  copyFileOf,
  copyKeyOf,
  openOrRecover,
} from "../../../../daemon/backup/restore/recovery.ts";
import { restoreGateway } from "../../../../daemon/backup/restore/restore-gateway.ts";
import { CommandDispatcher } from "../../../../daemon/commands/dispatch.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../daemon/store/secrets/sealing.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLock, aLockId } from "../../../support/records.ts";
import { TestSite } from "../../../support/rigs/command-room.ts";

const masterKey = new MasterKey(Buffer.alloc(32, 7));
const startMs = 1_800_000_000_000;
const passphrase = "a passphrase of many words";
const log = { info: () => undefined, error: () => undefined };

describe("the commands that were carried out before a copy was made", () => {
  let folder = "";
  let store: LevelStore;
  let site: TestSite;
  let executor: CommandDispatcher;
  let nowMs = startMs;

  beforeEach(async () => {
    nowMs = startMs;
    folder = await files.mkdtemp(join(tmpdir(), "latchd-remembered-"));
    await files.mkdir(join(folder, "zigbee"));
    await files.mkdir(directory(), { recursive: true });
    open(await openStore({ directory: directory(), mode: "provision", masterKey }));
    const changes = [put("lock", [aLockId], aLock())];
    await store.commit({ changes, journal: [] }, { atMs: nowMs, clock: "synced" });
    const params = { uuid: aLockId, is_default: 1, password: "918273" };
    await executor.executeFromCloud({ id: "first", command: "add_password", params });
  });
  afterEach(async () => {
    await store.close();
    await files.rm(folder, { recursive: true, force: true });
  });

  const directory = () => join(folder, "data", "store");

  function open(opened: LevelStore): void {
    store = opened;
    site = new TestSite();
    executor = new CommandDispatcher({
      commands,
      store,
      sealer: new CodeVault(masterKey, store),
      site,
      reading: () => ({ nowMs, state: "synced" }),
      newId: randomUUID,
      wake: () => {},
      onFault: (_command, cause) => assert.fail(String(cause)),
    });
  }

  const add = (code: string) => ({
    ...{ id: `add ${code}`, command: "add_password", isSigned: true as const },
    ...{ params: { uuid: aLockId, password: code }, iat: startMs / 1000 },
  });
  const unlock = {
    ...{
      id: "unlock",
      command: "remote_unlock",
      params: { uuid: aLockId },
      isSigned: true as const,
    },
    ...{ iat: startMs / 1000, exp: startMs / 1000 + 60 },
  };

  const contents = (key: MasterKey | null) =>
    collectContents(
      { store, gatewayId: "gw-1", zigbeeDirectory: join(folder, "zigbee"), nowMs: () => nowMs },
      key,
    );
  const passwords = () => [...store.list("password", [aLockId])].length;

  /** Each of the two once; their effects are there. */
  async function carryOut(): Promise<void> {
    assert.equal((await executor.executeFromCloud(unlock)).isRepeat, false);
    await executor.executeFromCloud(add("482915"));
    assert.deepEqual([site.operated.length, passwords()], [1, 2]);
  }

  /** Within the minute of the unlock, and long after. */
  async function assertNoneActsAgain(): Promise<void> {
    for (const seconds of [0, 30, 600]) {
      nowMs = startMs + seconds * 1000;
      assert.equal((await executor.executeFromCloud(unlock)).isRepeat, true);
      assert.equal((await executor.executeFromCloud(add("482915"))).isRepeat, true);
    }
    assert.deepEqual([site.operated.length, passwords()], [0, 2]);
  }

  it("do not act again after a sealed backup was restored", async () => {
    await carryOut();
    const file = join(folder, "backup");
    const sealed = await sealContents(await contents(masterKey), {
      kind: "passphrase",
      passphrase,
    });
    await files.writeFile(file, sealed);
    // Of this one the backup knows nothing: it grants, and is older than the restored gateway's first command.
    await executor.executeFromCloud(add("739164"));
    await store.close();
    const dataDir = join(folder, "second");
    await restoreGateway({ file, passphrase, dataDir, keyFile: join(dataDir, "master.key") });
    open(await openStore({ directory: join(dataDir, "store"), mode: "auto", masterKey }));
    await assertNoneActsAgain();
    assert.equal((await executor.executeFromCloud(add("739164"))).isRepeat, false);
    assert.equal(passwords(), 2);
  });

  it("do not act again after a damaged store was replaced by the gateway's own copy", async () => {
    await carryOut();
    const copyKey = { kind: "key", key: copyKeyOf(masterKey) } as const;
    await files.writeFile(
      copyFileOf(directory()),
      await sealContents(await contents(null), copyKey),
    );
    await executor.executeFromCloud(add("739164"));
    await store.close();
    await damage();
    const copyFile = copyFileOf(directory());
    open(await openOrRecover({ directory: directory(), masterKey, copyFile, log }));
    await assertNoneActsAgain();
    assert.equal((await executor.executeFromCloud(add("739164"))).isRepeat, false);
    assert.equal(passwords(), 2);
  });

  it("do not act again, and are still in the journal, after an older copy of the folder was restored", async () => {
    await carryOut();
    await store.declareOutdated();
    await store.close();
    const copyFile = copyFileOf(directory());
    open(await openOrRecover({ directory: directory(), masterKey, copyFile, log }));
    await assertNoneActsAgain();
    const kept = await store.readJournal(1, 100);
    const answered = kept.flatMap(({ entry }) => (entry.kind === "reply" ? [entry.commandId] : []));
    assert.deepEqual(answered, ["first", "unlock", "add 482915"]);
  });

  it("do not act again, and are still in the journal, after a damaged index was rebuilt", async () => {
    await carryOut();
    const { epoch } = store.journalRange();
    await store.close();
    await files.rm(join(directory(), "level", "CURRENT"));
    const copyFile = copyFileOf(directory());
    open(await openOrRecover({ directory: directory(), masterKey, copyFile, log }));
    assert.equal(store.journalRange().epoch, epoch);
    await assertNoneActsAgain();
    const kept = await store.readJournal(1, 100);
    assert.equal(kept.filter(({ entry }) => entry.kind === "reply").length, 3);
  });

  /** Alters every table and log, so that nothing can be proven. */
  async function damage(): Promise<void> {
    const level = join(directory(), "level");
    for (const name of await files.readdir(level)) {
      if (!/\.(ldb|log)$/.test(name)) continue;
      const bytes = await files.readFile(join(level, name));
      bytes.fill(0xa5, Math.floor(bytes.length / 10));
      await files.writeFile(join(level, name), bytes);
    }
    await files.rm(join(level, "CURRENT"));
  }
});

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, promises as files } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type BackupContents, sealContents } from "../../../../daemon/backup/contents.ts";
import { collectContents } from "../../../../daemon/backup/contents-collector.ts";
import { MaintenanceSchedule } from "../../../../daemon/backup/maintenance-schedule.ts";
import {
  copyFileOf,
  copyKeyOf,
  openOrRecover,
} from "../../../../daemon/backup/restore/recovery.ts";
import { restoreStore } from "../../../../daemon/backup/restore/restore.ts";
import { restoreGateway } from "../../../../daemon/backup/restore/restore-gateway.ts";
import { seal, unseal } from "../../../../daemon/backup/sealed-file.ts";
import { copySuspensionSetting } from "../../../../daemon/core/contact/suspended-grants.ts";
import { plan } from "../../../../daemon/core/plan/plan.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLock, aLockId, aPassword, aSlot, aView } from "../../../support/records.ts";

const stamp = { atMs: 1, clock: "synced" } as const;
const masterKey = new MasterKey(Buffer.alloc(32, 7));
const opening = { mode: "auto", masterKey } as const;
const emptyContent = { kind: "empty" } as const;
const silent = { info: () => undefined, error: () => undefined };

let folder = "";
before(async () => {
  folder = await files.mkdtemp(join(tmpdir(), "latchd-backup-"));
});
after(() => files.rm(folder, { recursive: true, force: true }));

/** A store with one lock and one password that the lock holds, and a session. */
async function aStore(directory: string): Promise<LevelStore> {
  const store = await openStore({ ...opening, directory });
  const occupied = { kind: "occupied", mark: "m", userStatus: "occupiedEnabled" } as const;
  await store.commit(
    {
      changes: [
        put("lock", [aLockId], aLock()),
        put("password", [aLockId, 1], aPassword({ changedAtMs: 500 })),
        put(
          "slot",
          [aLockId, 1],
          aSlot({ content: { ...occupied, userType: "unrestricted" }, confidence: "confirmed" }),
        ),
        put("setting", ["gateway.id"], { value: "gw-1" }),
        put("token", ["hash"], {
          tokenHash: "hash",
          clientId: "c",
          scope: "manager",
          expiresAtMs: 1,
        }),
      ],
      journal: [],
    },
    stamp,
  );
  return store;
}

function contentsOf(store: LevelStore, key: MasterKey | null = null): Promise<BackupContents> {
  const zigbeeDirectory = join(folder, "zigbee");
  return collectContents({ store, gatewayId: "gw-1", zigbeeDirectory, nowMs: () => 1_000 }, key);
}

describe("a sealed file", () => {
  const key = { kind: "key", key: randomBytes(32) } as const;

  it("opens with its key, and not when any part of it was altered", async () => {
    const file = await seal(Buffer.from("content"), key);
    assert.equal((await unseal(file, key)).toString(), "content");
    for (let at = 0; at < file.length; at++) {
      const altered = Buffer.from(file);
      altered[at] = (altered[at] ?? 0) ^ 1;
      await assert.rejects(unseal(altered, key), { name: "BackupFault" }, `byte ${at}`);
    }
    await assert.rejects(unseal(file.subarray(0, 40), key), { name: "BackupFault" });
  });

  it("opens with its passphrase and no other", async () => {
    const file = await seal(Buffer.from("content"), { kind: "passphrase", passphrase: "right" });
    const right = await unseal(file, { kind: "passphrase", passphrase: "right" });
    assert.equal(right.toString(), "content");
    const wrong = unseal(file, { kind: "passphrase", passphrase: "wrong" });
    await assert.rejects(wrong, /passphrase or key is another/);
    await assert.rejects(unseal(file, key), /opens with a passphrase/);
  });

  it("shows nothing of its content", async () => {
    const file = await seal(Buffer.from("gateway 123456".repeat(50)), key);
    assert.equal(file.includes("123456"), false);
  });
});

describe("a restored store", () => {
  it("has its records without sessions, a new epoch, unread slots, and suspended grants", async () => {
    const store = await aStore(join(folder, "first"));
    const { epoch } = store.journalRange();
    const contents = await contentsOf(store);
    await store.close();
    const directory = join(folder, "second");
    await restoreStore(directory, contents, { masterKey, origin: "backup" });
    const restored = await openStore({ ...opening, directory });
    assert.notEqual(restored.journalRange().epoch, epoch);
    assert.deepEqual(restored.get("setting", ["gateway.id"]), { value: "gw-1" });
    assert.deepEqual([...restored.list("token")], []);
    assert.deepEqual(restored.get("slot", [aLockId, 1])?.content, { kind: "unknown" });
    assert.deepEqual(restored.get("setting", copySuspensionSetting(aLockId)), { value: 500 });
    const [first] = await restored.readJournal(1, 10);
    assert.ok(first?.entry.kind === "event" && first.entry.event === "journalGap");
    await restored.close();
    await assert.rejects(
      restoreStore(directory, contents, { masterKey, origin: "backup" }),
      /already/,
    );
  });

  it("sends no code of the copy, reads the slots, revokes, and grants new passwords", () => {
    const time = { nowMs: 1_000, state: "synced" } as const;
    const planned = (
      password: Parameters<typeof aPassword>[0],
      slot: Parameters<typeof aSlot>[0],
    ) =>
      plan({
        view: aView({ passwords: [aPassword(password)], slots: [aSlot(slot)] }),
        time,
        blockedUntilMs: null,
        suspendedThroughMs: 500,
      });
    const revokedSince = planned(
      { changedAtMs: 500 },
      { content: emptyContent, verifiedAtMs: 900 },
    );
    assert.equal(revokedSince.kind, "idle");
    const unread = planned({ changedAtMs: 500 }, {});
    assert.ok(unread.kind === "perform" && unread.operation.name === "getPinCode");
    const content = {
      kind: "occupied",
      mark: "123456",
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    } as const;
    const over = planned({ changedAtMs: 500, isDeleted: true }, { content, attemptedRevision: 1 });
    assert.ok(over.kind === "perform" && over.operation.name === "clearPinCode");
    const later = planned({ changedAtMs: 501 }, { content: emptyContent, verifiedAtMs: 900 });
    assert.ok(later.kind === "perform" && later.operation.name === "setPinCode");
  });

  it("is complete on an empty machine, with key and network", async () => {
    await files.mkdir(join(folder, "zigbee"), { recursive: true });
    await files.writeFile(join(folder, "zigbee", "network.json"), "{}");
    const store = await aStore(join(folder, "third"));
    const key = { kind: "passphrase", passphrase: "correct horse battery" } as const;
    const file = join(folder, "backup");
    await files.writeFile(file, await sealContents(await contentsOf(store, masterKey), key));
    await store.close();
    const dataDir = join(folder, "machine");
    const keyFile = join(dataDir, "keys", "master.key");
    const options = { file, passphrase: key.passphrase, dataDir, keyFile };
    assert.deepEqual(await restoreGateway(options), { gatewayId: "gw-1", madeAtMs: 1_000 });
    assert.equal(await files.readFile(join(dataDir, "zigbee", "network.json"), "utf8"), "{}");
    assert.equal((await files.stat(keyFile)).mode & 0o777, 0o600);
    const restored = await openStore({ ...opening, directory: join(dataDir, "store") });
    assert.equal([...restored.list("password")].length, 1);
    await restored.close();
    await assert.rejects(restoreGateway(options), { name: "BackupFault" });
  });
});

describe("a damaged store at the start", () => {
  /** Alters the middle of every table and log, so that nothing can be proven. */
  async function damage(directory: string): Promise<void> {
    const level = join(directory, "level");
    for (const name of await files.readdir(level)) {
      if (!/\.(ldb|log)$/.test(name)) continue;
      const bytes = await files.readFile(join(level, name));
      bytes.fill(0xa5, Math.floor(bytes.length / 10));
      await files.writeFile(join(level, name), bytes);
    }
    await files.rm(join(level, "CURRENT"));
  }

  it("is replaced by the gateway's own copy, with its grants suspended", async () => {
    const directory = join(folder, "damaged", "store");
    await files.mkdir(directory, { recursive: true });
    const store = await aStore(directory);
    let work: (() => void) | null = null;
    const care = new MaintenanceSchedule({
      store,
      timers: {
        after: (_delayMs, run) => {
          work = run;
          return () => undefined;
        },
      },
      dataDir: directory,
      storeDirectory: directory,
      hadThrough: () => store.journalRange().head,
      copyFile: copyFileOf(directory),
      copyKey: copyKeyOf(masterKey),
      contents: () => contentsOf(store),
      monotonicMs: () => 0,
      log: silent,
    });
    care.start();
    assert.ok(work !== null);
    await care.run();
    await care.stop();
    await store.close();
    await damage(directory);
    const options = { directory, masterKey, copyFile: copyFileOf(directory), log: silent };
    const recovered = await openOrRecover(options);
    assert.ok(existsSync(join(directory, "damaged-1", "level")));
    assert.deepEqual(recovered.get("setting", copySuspensionSetting(aLockId)), { value: 500 });
    assert.deepEqual(recovered.get("setting", ["gateway.id"]), { value: "gw-1" });
    await recovered.close();
  });

  it("is restored from the gateway's own copy when its whole folder is gone", async () => {
    const directory = join(folder, "gone", "store");
    await files.mkdir(directory, { recursive: true });
    const store = await aStore(directory);
    const options = { directory, masterKey, copyFile: copyFileOf(directory), log: silent };
    const copy = await sealContents(await contentsOf(store), {
      kind: "key",
      key: copyKeyOf(masterKey),
    });
    await files.writeFile(options.copyFile, copy);
    await store.close();
    await files.rm(directory, { recursive: true });
    const recovered = await openOrRecover(options);
    assert.ok(recovered.get("lock", [aLockId]) !== undefined);
    assert.deepEqual(recovered.get("setting", copySuspensionSetting(aLockId)), { value: 500 });
    await recovered.close();
  });

  it("is replaced by an empty store if there is no copy, reports it, and keeps the last three damaged ones", async () => {
    const directory = join(folder, "no-copy", "store");
    await files.mkdir(directory, { recursive: true });
    const options = { directory, masterKey, copyFile: copyFileOf(directory), log: silent };
    await (await aStore(directory)).close();
    for (let round = 0; round < 5; round++) {
      await damage(directory);
      const store = await openOrRecover(options);
      assert.deepEqual([...store.list("password")], []);
      const [first] = await store.readJournal(1, 10);
      assert.ok(first?.entry.kind === "event" && first.entry.event === "journalGap");
      await store.close();
    }
    const aside = (await files.readdir(directory)).filter((name) => name.startsWith("damaged-"));
    assert.equal(aside.length, 3);
  });

  it("is set aside after it has ended the process five times in a row", async () => {
    const directory = join(folder, "deadly", "store");
    await files.mkdir(directory, { recursive: true });
    await (await aStore(directory)).close();
    const options = { directory, masterKey, copyFile: copyFileOf(directory), log: silent };
    await files.writeFile(join(directory, "opening"), "4");
    const opened = await openOrRecover(options);
    assert.equal([...opened.list("password")].length, 1);
    assert.equal(existsSync(join(directory, "opening")), false);
    await opened.close();
    await files.writeFile(join(directory, "opening"), "5");
    const recovered = await openOrRecover(options);
    assert.ok(existsSync(join(directory, "damaged-1", "level")));
    await recovered.close();
  });

  it("is left alone when it belongs to another key", async () => {
    const directory = join(folder, "foreign", "store");
    await files.mkdir(directory, { recursive: true });
    await (await aStore(directory)).close();
    const other = new MasterKey(Buffer.alloc(32, 8));
    const options = { directory, masterKey: other, copyFile: copyFileOf(directory), log: silent };
    await assert.rejects(openOrRecover(options), { kind: "foreign" });
    assert.equal(existsSync(join(directory, "damaged-1")), false);
  });
});

import assert from "node:assert/strict";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { EventEntry } from "../../../../../daemon/core/model/journal.ts";
import { setStoreAside } from "../../../../../daemon/store/opening/damaged-stores.ts";
import {
  type Migration,
  migrations,
  newestSchema,
} from "../../../../../daemon/store/opening/migrations.ts";
import { openStore } from "../../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../../daemon/store/secrets/master-key.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { testKey as masterKey, withStore } from "../../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1, clock: "synced" } as const;
const event: EventEntry = { kind: "event", event: "pwdSync", lock: null, detail: null };
const one = { changes: [put("setting", ["a"], { value: 1 })], journal: [event] };

describe("opening a store", () => {
  it("makes a store in mode auto once, and opens it from then on", () =>
    withStore(async (store, { directory }) => {
      await store.commit(one, stamp);
      await store.close();
      const again = await openStore({ directory, mode: "auto", masterKey });
      assert.deepEqual(again.get("setting", ["a"]), { value: 1 });
      await again.close();
    }));

  it("refuses to make a store where there is one and to open one where there is none", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      const provision = openStore({ directory, mode: "provision", masterKey });
      await assert.rejects(provision, { kind: "alreadyProvisioned" });
      await rm(directory, { recursive: true });
      const existing = openStore({ directory, mode: "existing", masterKey });
      await assert.rejects(existing, { name: "StoreFailure", kind: "notProvisioned" });
    }));

  it("refuses a store without its CURRENT and leaves every file alone", () =>
    withStore(async (store, { directory }) => {
      await store.commit(one, stamp);
      await store.close();
      const current = join(directory, "level", "CURRENT");
      await rename(current, join(directory, "kept"));
      const files = await readdir(join(directory, "level"));
      for (const mode of ["auto", "existing"] as const) {
        await assert.rejects(openStore({ directory, mode, masterKey }), { kind: "missing" });
      }
      assert.deepEqual(await readdir(join(directory, "level")), files);
      await rename(join(directory, "kept"), current);
      const again = await openStore({ directory, mode: "existing", masterKey });
      assert.deepEqual(again.get("setting", ["a"]), { value: 1 });
      await again.close();
    }));

  it("refuses LevelDB files whose marker is gone rather than make a new store over them", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      await rm(join(directory, "provisioned.json"));
      await assert.rejects(openStore({ directory, mode: "auto", masterKey }), {
        kind: "missing",
      });
    }));

  it("starts a provisioning again that was cut short", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      await writeFile(join(directory, "provisioned.json"), '{"state":"begun"}');
      const again = await openStore({ directory, mode: "auto", masterKey });
      await again.commit(one, stamp);
      await again.close();
    }));

  it("refuses a store made with another master key", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      const opening = openStore({
        directory,
        mode: "existing",
        masterKey: new MasterKey(Buffer.alloc(32, 8)),
      });
      await assert.rejects(opening, { kind: "foreign" });
    }));

  /** Opens a store of forty commits, its log damaged. */
  const refusedLog = (damage: (log: Buffer) => Buffer, message: RegExp) =>
    withStore(async (store, { directory }) => {
      for (let n = 0; n < 40; n++) {
        await store.commit(one, stamp);
      }
      await store.close();
      const level = join(directory, "level");
      const log = (await readdir(level)).find((name) => name.endsWith(".log")) ?? "";
      await writeFile(join(level, log), damage(await readFile(join(level, log))));
      await assert.rejects(openStore({ directory, mode: "existing", masterKey }), {
        kind: "damaged",
        message,
      });
    });

  it("finds a flipped byte in the log, behind which LevelDB would lose synced records", () =>
    refusedLog((log) => {
      const middle = log.length >> 1;
      log[middle] = (log[middle] ?? 0) ^ 0x40;
      return log;
    }, /\.log: the record at byte \d+ was altered/));

  it("finds by the file that proves the newest records that synced records are gone with the end of the log", () =>
    refusedLog((log) => log.subarray(0, log.length >> 1), /synced records are gone/));

  it("refuses an older copy of its files by the file that proves the newest records", () =>
    withStore(async (store, { directory }) => {
      await store.commit(one, stamp);
      await store.close();
      const witness = JSON.parse(await readFile(join(directory, "witness.json"), "utf8"));
      const ahead = { ...witness, seq: witness.seq + 1, commits: witness.commits + 1 };
      await writeFile(join(directory, "witness.json"), JSON.stringify(ahead));
      await assert.rejects(openStore({ directory, mode: "existing", masterKey }), {
        kind: "damaged",
      });
    }));

  it("refuses a store if the file that proves the newest records is gone, incomplete or of another store", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      const path = join(directory, "witness.json");
      const text = await readFile(path, "utf8");
      const { epoch } = JSON.parse(text);
      for (const wrong of ["", text.slice(0, 20), "[]", text.replace(epoch, "x")]) {
        await writeFile(path, wrong);
        await assert.rejects(openStore({ directory, mode: "existing", masterKey }), {
          kind: "damaged",
        });
      }
      await rm(path);
      await assert.rejects(openStore({ directory, mode: "existing", masterKey }), {
        kind: "damaged",
      });
    }));

  it("releases the directory when it refuses", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      for (let attempt = 0; attempt < 2; attempt++) {
        const opening = openStore({
          directory,
          mode: "existing",
          masterKey: new MasterKey(Buffer.alloc(32, 8)),
        });
        await assert.rejects(opening, { kind: "foreign" });
      }
      await (await openStore({ directory, mode: "existing", masterKey })).close();
    }));
});

describe("setting a store aside", () => {
  it("makes room for a new one with a new epoch and keeps the old files", () =>
    withStore(async (store, { directory }) => {
      await store.commit(one, stamp);
      const { epoch } = store.journalRange();
      await store.close();
      await rm(join(directory, "witness.json"));
      const aside = await setStoreAside(directory);
      assert.ok((await readdir(join(aside, "level"))).includes("CURRENT"));
      const fresh = await openStore({ directory, mode: "auto", masterKey });
      assert.notEqual(fresh.journalRange().epoch, epoch);
      assert.equal(fresh.get("setting", ["a"]), undefined);
      await fresh.close();
    }));

  it("is refused while the store is open", () =>
    withStore(async (_store, { directory }) => {
      await assert.rejects(setStoreAside(directory), { kind: "inUse" });
    }));
});

describe("a migration", () => {
  const steps: readonly Migration[] = [
    {
      to: 2,
      summary: "settings count double",
      apply: (records) => records.map(({ table, key }) => ({ table, key, value: { value: 2 } })),
    },
    {
      to: 3,
      summary: "a setting is gone, one is new",
      apply: () => [
        { table: "setting", key: ["a"], value: null },
        { table: "setting", key: ["b"], value: { value: 3 } },
      ],
    },
  ];

  it("is applied once, in order, with those after it", () =>
    withStore(async (unused, { directory }) => {
      await unused.close();
      await rm(directory, { recursive: true });
      const made = { directory, mode: "provision", masterKey } as const;
      const store = await openStore({ ...made, migrations: [] });
      await store.commit(one, stamp);
      await store.close();
      const options = { directory, mode: "existing", masterKey } as const;
      const second = await openStore({ ...options, migrations: steps.slice(0, 1) });
      assert.deepEqual(second.get("setting", ["a"]), { value: 2 });
      await second.commit(one, stamp);
      await second.close();
      const third = await openStore({ ...options, migrations: steps });
      assert.equal(third.get("setting", ["a"]), undefined);
      assert.deepEqual(third.get("setting", ["b"]), { value: 3 });
      await third.close();
    }));

  it("makes an older latchd refuse the store", () =>
    withStore(async (store, { directory }) => {
      await store.close();
      const options = { directory, mode: "existing", masterKey } as const;
      const to = newestSchema(migrations) + 1;
      const newer = { to, summary: "nothing changes", apply: () => [] };
      await (await openStore({ ...options, migrations: [...migrations, newer] })).close();
      await assert.rejects(openStore(options), { kind: "schema" });
    }));
});

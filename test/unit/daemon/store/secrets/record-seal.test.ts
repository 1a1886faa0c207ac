import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Level } from "level";
import { tableKey } from "../../../../../daemon/store/keys.ts";
import type { LevelStore } from "../../../../../daemon/store/level-store.ts";
import { migrations } from "../../../../../daemon/store/opening/migrations.ts";
import { openStore } from "../../../../../daemon/store/opening/open-store.ts";
import { LockKeys } from "../../../../../daemon/store/secrets/lock-keys.ts";
import { isSealedArea, RecordSeal } from "../../../../../daemon/store/secrets/record-seal.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { readableWords } from "../../../../support/readable-words.ts";
import { aLock, aLockId, aPassword } from "../../../../support/records.ts";
import {
  testKey as masterKey,
  openedBehindItsBack,
} from "../../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1_000, clock: "synced" } as const;
const words = {
  name: "Wilhelmina",
  note: "third floor",
  phone: "+4915112345678",
  account: "wilhelmina@example.org",
  home: "Rosenweg 5",
  room: "Penthouse",
};
const all = Object.values(words);
const noView = { get: () => undefined, list: () => [].values() };
const made = new LockKeys(masterKey, noView).make(aLockId);
const opening = { mode: "existing", masterKey } as const;

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "latchd-seal-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A store in which people left words in records, keys, journal and operation log. */
async function livedIn(directory: string): Promise<LevelStore> {
  const store = await openStore({ directory, mode: "provision", masterKey });
  const password = aPassword({ name: words.name, description: words.note, sendTo: words.phone });
  const member = {
    userId: "u1",
    name: words.name,
    account: words.account,
    countryCode: "49",
    avatar: "",
    isOwner: true,
    createdAtMs: 1,
  };
  const verification = {
    account: words.account,
    salt: "s",
    hash: "h",
    sentAtMs: 1,
    tries: 0,
    isUsed: false,
  };
  const home = { homeId: "h1", name: words.home };
  await store.commit(
    {
      changes: [
        put("lockKey", [aLockId], made.record),
        put("lock", [aLockId], aLock({ name: words.room })),
      ],
      journal: [],
    },
    stamp,
  );
  await store.commit(
    {
      changes: [
        put("password", [aLockId, 1], password),
        put("member", ["u1"], member),
        put("verification", [words.account], verification),
        put("setting", ["home"], { value: home.name }),
      ],
      journal: [
        { kind: "event", event: "pwdAddLocal", lock: aLockId, detail: { source_name: words.name } },
      ],
      activities: [
        {
          opId: 20_002,
          operator: { id: "c", name: words.name },
          target: { id: aLockId, name: words.room, type: "lock" },
          holder: null,
          recipient: { id: words.phone, name: words.name },
          lock: aLockId,
          homeId: null,
          roomId: null,
        },
      ],
    },
    stamp,
  );
  return store;
}

/** All that the store knows, as text. */
async function contentOf(store: LevelStore): Promise<string> {
  await store.verifyJournal();
  const { epoch } = store.journalRange();
  const records = await store.exportRecords();
  const sorted = records.map((record) => JSON.stringify(record)).sort();
  const journal = await store.readJournal(1, 100);
  return JSON.stringify([epoch, sorted, journal, await store.readActivities(1, 100)]);
}

/** Writes entries as versions before schema 3 did: in clear, under plain keys. */
async function unsealed(directory: string, howMany = Number.POSITIVE_INFINITY): Promise<void> {
  const level = new Level<Buffer, Buffer>(join(directory, "level"), {
    keyEncoding: "buffer",
    valueEncoding: "buffer",
  });
  await level.open();
  const known = [made.record];
  const view = { get: () => known[0], list: () => known.values() };
  const seal = new RecordSeal(masterKey, view as ConstructorParameters<typeof RecordSeal>[1]);
  let left = howMany;
  for await (const [key, value] of level.iterator()) {
    if (!isSealedArea(key) || left-- <= 0) continue;
    const entry = seal.open({ key, value });
    await level.del(key);
    await level.put(entry.key, Buffer.from(entry.text));
  }
  const meta = (name: string) => Buffer.concat([Buffer.from(`\x01\x02${name}`), Buffer.of(0)]);
  if (howMany === Number.POSITIVE_INFINITY) await level.put(meta("schema"), Buffer.from("2"));
  await level.del(meta("recordsSealed"));
  await level.close();
}

describe("the store's files", () => {
  it("have no personal data in clear, in values or in keys, and return all of it", async () => {
    const directory = join(folder, "new");
    const store = await livedIn(directory);
    const content = await contentOf(store);
    for (const word of all) assert.ok(content.includes(word), word);
    assert.deepEqual(await readableWords([directory], all, null), new Set());
    await store.compact();
    assert.deepEqual(await readableWords([directory], all, null), new Set());
    await store.close();
    const again = await openStore({ ...opening, directory });
    assert.equal(await contentOf(again), content);
    assert.equal(again.get("verification", [words.account])?.account, words.account);
    await again.close();
  });

  it("have nothing left of a verification code that was removed", async () => {
    const directory = join(folder, "removed");
    const store = await livedIn(directory);
    const change = { table: "verification", key: [words.account], value: null } as const;
    await store.commit({ changes: [change], journal: [] }, stamp);
    await store.close();
    const again = await openStore({ ...opening, directory });
    assert.deepEqual([...again.list("verification")], []);
    await again.close();
  });

  it("are refused when a sealed record was moved to the key of another", async () => {
    const directory = join(folder, "moved");
    const store = await livedIn(directory);
    const second = put("password", [aLockId, 2], aPassword({ id: 2 }));
    await store.commit({ changes: [second], journal: [] }, stamp);
    await store.close();
    const { level } = await openedBehindItsBack(directory);
    const one = await level.get(tableKey("password", [aLockId, 1]));
    assert.ok(one !== undefined);
    await level.put(tableKey("password", [aLockId, 2]), one);
    await level.close();
    await assert.rejects(openStore({ ...opening, directory }), { kind: "damaged" });
  });
});

describe("a store that an older latchd wrote in clear", () => {
  it("is sealed at the start, and nothing of it is lost or left in clear", async () => {
    const directory = join(folder, "older");
    const store = await livedIn(directory);
    const content = await contentOf(store);
    await store.close();
    await unsealed(directory);
    assert.deepEqual(await readableWords([directory], all, null), new Set(all));
    mkdirSync(join(directory, "damaged-1"));
    writeFileSync(join(directory, "damaged-1", "old"), words.name);
    const sealed = await openStore({ ...opening, directory });
    assert.equal(await contentOf(sealed), content);
    assert.deepEqual(await readableWords([directory], all, null), new Set());
    await sealed.close();
  });

  it("is sealed to the end at the next start when a power cut interrupted it", async () => {
    for (const howMany of [1, 3, 5]) {
      const directory = join(folder, `cut-${howMany}`);
      const store = await livedIn(directory);
      const content = await contentOf(store);
      await store.close();
      await unsealed(directory, howMany);
      const sealed = await openStore({ ...opening, directory });
      assert.equal(await contentOf(sealed), content);
      assert.deepEqual(await readableWords([directory], all, null), new Set());
      await sealed.close();
    }
  });

  it("is refused as newer, and not as damaged, by a latchd that does not know sealed records", async () => {
    const directory = join(folder, "downgrade");
    await (await livedIn(directory)).close();
    const older = migrations.filter(({ to }) => to < 3);
    await assert.rejects(openStore({ ...opening, directory, migrations: older }), {
      kind: "schema",
    });
  });
});

describe("a record of a lock", () => {
  const entry = { key: tableKey("password", [aLockId, 1]), text: '{"name":"Wilhelmina"}' };

  it("opens with its lock's key, and does not open when that key is gone", () => {
    let keys = [made.record];
    const view = { get: () => keys[0], list: () => keys.values() };
    const seal = new RecordSeal(masterKey, view as ConstructorParameters<typeof RecordSeal>[1]);
    const written = seal.seal(entry);
    assert.ok(!written.value.includes("Wilhelmina"));
    assert.deepEqual(seal.open(written), entry);
    keys = [];
    assert.throws(() => seal.open(written), { kind: "damaged" });
  });

  it("is sealed with the gateway's key while its lock has none", () => {
    const seal = new RecordSeal(masterKey, noView);
    assert.deepEqual(seal.open(seal.seal(entry)), entry);
  });
});

import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { EventEntry } from "../../../../daemon/core/model/journal.ts";
import { writeSynced } from "../../../../daemon/store/database.ts";
import { tableKey } from "../../../../daemon/store/keys.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { put, remove } from "../../../../daemon/store/store.ts";
import { StoreFailure } from "../../../../daemon/store/store-failure.ts";
import { aLockId, aPassword } from "../../../support/records.ts";
import {
  testKey as masterKey,
  openedBehindItsBack,
} from "../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1, clock: "synced" } as const;
const event: EventEntry = { kind: "event", event: "pwdSync", lock: null, detail: null };
/** The store's whole content as text; a store that opens with another one has hidden its damage. */
async function contentOf(store: LevelStore): Promise<string> {
  await store.verifyJournal();
  const journal = await store.readJournal(1, 1_000);
  return JSON.stringify([[...store.list("password")], [...store.list("setting")], journal]);
}

describe("a damaged store", () => {
  let folder = "";
  let whole = "";
  let content = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-damage-"));
    whole = join(folder, "whole");
    let store = await openStore({ directory: whole, mode: "provision", masterKey });
    const password = (id: number) => put("password", [aLockId, id], aPassword({ id }));
    const revoke = remove("password", [aLockId, 2]);
    await store.commit({ changes: [password(1), password(2)], journal: [event, event] }, stamp);
    await store.compact();
    await store.commit({ changes: [revoke, password(3)], journal: [event] }, stamp);
    await store.close();
    // Both a table and a log: reopened, what was in the log goes to a table of its own.
    store = await openStore({ directory: whole, mode: "existing", masterKey });
    await store.commit({ changes: [password(4)], journal: [event] }, stamp);
    content = await contentOf(store);
    await store.close();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Damages a copy; it has to be refused, or to be all there: what was revoked stays so. */
  async function refusedOrWhole(
    what: string,
    damage: (copy: string) => Promise<void>,
  ): Promise<"refused" | "whole"> {
    const copy = join(folder, "copy");
    await rm(copy, { recursive: true, force: true });
    await cp(whole, copy, { recursive: true });
    await damage(copy);
    let store: LevelStore;
    try {
      store = await openStore({ directory: copy, mode: "auto", masterKey });
    } catch (error) {
      assert.ok(error instanceof StoreFailure, `${what}: ${String(error)}`);
      return "refused";
    }
    try {
      assert.equal(await contentOf(store), content, what);
      return "whole";
    } catch (error) {
      assert.ok(error instanceof StoreFailure, `${what}: ${String(error)}`);
      return "refused";
    } finally {
      await store.close();
    }
  }

  async function files(): Promise<string[]> {
    const names = await readdir(whole, { recursive: true, withFileTypes: true });
    return names
      .filter((name) => name.isFile())
      .map((name) => join(name.parentPath, name.name).slice(whole.length + 1))
      .filter((name) => !/\/(LOG|LOCK)(\.old)?$/.test(name));
  }

  // Flipped bytes and files that end early: test/lab/damage, with what the daemon makes of them.
  it("is refused without any one of its files", async () => {
    for (const name of await files()) {
      const outcome = await refusedOrWhole(name, (copy) => rm(join(copy, name)));
      assert.equal(outcome, "refused", name);
    }
  });

  it("is refused when a record reappeared, changed or vanished without a commit", async () => {
    const tampers = {
      revived: (key: Buffer) => ({ type: "put" as const, key, value: "{}" }),
      gone: (key: Buffer) => ({ type: "del" as const, key }),
    };
    for (const [what, tamper] of Object.entries(tampers)) {
      const id = what === "revived" ? 2 : 1;
      const outcome = await refusedOrWhole(what, async (copy) => {
        const database = await openedBehindItsBack(copy);
        await writeSynced(database, [tamper(tableKey("password", [aLockId, id]))]);
        await database.level.close();
      });
      assert.equal(outcome, "refused", what);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventEntry } from "../../../../daemon/core/model/journal.ts";
import { type Database, readEntries, writeSynced } from "../../../../daemon/store/database.ts";
import { journalKey } from "../../../../daemon/store/keys.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import {
  testKey as masterKey,
  openedBehindItsBack,
  withStore,
} from "../../../support/rigs/temporary-store.ts";

const stamp = { atMs: 1, clock: "synced" } as const;
const event: EventEntry = { kind: "event", event: "pwdSync", lock: null, detail: null };

/** Makes a store with `length` journal records, then changes its files behind its back. */
function withTampered(
  length: number,
  tamper: (database: Database) => Promise<void>,
  check: (directory: string) => Promise<void>,
): Promise<void> {
  return withStore(async (store, { directory }) => {
    await store.commit({ changes: [], journal: Array.from({ length }, () => event) }, stamp);
    await store.close();
    const database = await openedBehindItsBack(directory);
    await tamper(database);
    await database.level.close();
    await check(directory);
  });
}

async function alter(database: Database, seq: number): Promise<void> {
  const key = journalKey(seq);
  for await (const [, text] of readEntries(database, { gte: key, lte: key })) {
    const value = text.replace("pwdSync", "brokenAlarm");
    await writeSynced(database, [{ type: "put", key, value }]);
  }
}

async function assertRefused(directory: string, message: RegExp): Promise<void> {
  const opening = openStore({ directory, mode: "existing", masterKey });
  await assert.rejects(opening, { name: "StoreFailure", kind: "damaged", message });
}

describe("a journal that was changed without the store", () => {
  it("is refused when a record was altered", () =>
    withTampered(
      5,
      (database) => alter(database, 3),
      (directory) => assertRefused(directory, /record 3 does not fit/),
    ));

  it("is refused when a record was taken out", () =>
    withTampered(
      5,
      (database) => database.level.del(journalKey(4)),
      (directory) => assertRefused(directory, /record 4 is missing/),
    ));

  it("is refused when its last record was taken out", () =>
    withTampered(
      5,
      (database) => database.level.del(journalKey(5)),
      (directory) => assertRefused(directory, /ends at record 4, its head says 5/),
    ));

  it("is found by the full verification when the change lies before the last checkpoint", () =>
    withTampered(
      1_100,
      (database) => alter(database, 7),
      async (directory) => {
        const store = await openStore({ directory, mode: "existing", masterKey });
        await assert.rejects(store.verifyJournal(), { kind: "damaged", message: /record 7 / });
        await store.close();
      },
    ));

  it("is refused at the start when the change lies after the last checkpoint", () =>
    withTampered(
      1_100,
      (database) => alter(database, 1_050),
      (directory) => assertRefused(directory, /record 1050 does not fit/),
    ));
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "../../../daemon/store/database.ts";
import type { LevelStore } from "../../../daemon/store/level-store.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { RecordSeal } from "../../../daemon/store/secrets/record-seal.ts";

/** The key of stores that tests make. */
export const testKey = new MasterKey(Buffer.alloc(32, 9));

/** A store's LevelDB behind the store's back, for stores without locks that have keys of their own. */
export async function openedBehindItsBack(
  directory: string,
  masterKey = testKey,
): Promise<Database> {
  const view = { get: () => undefined, list: () => [].values() };
  return openDatabase(join(directory, "level"), false, new RecordSeal(masterKey, view));
}

/** A freshly provisioned store in a folder of its own. */
export interface TemporaryStore {
  readonly store: LevelStore;
  readonly directory: string;
  /** Closes the store and opens the same files again. */
  reopen(): Promise<LevelStore>;
  /** Closes the store and removes its folder. */
  remove(): Promise<void>;
}

export async function aTemporaryStore(masterKey = testKey): Promise<TemporaryStore> {
  const directory = await mkdtemp(join(tmpdir(), "latchd-store-"));
  let store = await openStore({ directory, mode: "provision", masterKey });
  return {
    get store() {
      return store;
    },
    directory,
    async reopen() {
      await store.close();
      store = await openStore({ directory, mode: "existing", masterKey });
      return store;
    },
    async remove() {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs `use` with a fresh store and cleans up, however it ends. */
export async function withStore<R>(
  use: (store: LevelStore, temporary: TemporaryStore) => Promise<R>,
): Promise<R> {
  const temporary = await aTemporaryStore();
  try {
    return await use(temporary.store, temporary);
  } finally {
    await temporary.remove();
  }
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LevelStore } from "../../daemon/store/level-store.ts";
import { openStore } from "../../daemon/store/open-store.ts";

/** Fingerprint of no real key: for tests that seal nothing. */
export const testFingerprint = "test-fingerprint";

/** A freshly provisioned store in a folder of its own. */
export interface TemporaryStore {
  readonly store: LevelStore;
  readonly directory: string;
  /** Closes the store and opens the same files again. */
  reopen(): Promise<LevelStore>;
  /** Closes the store and removes its folder. */
  remove(): Promise<void>;
}

export async function aTemporaryStore(keyFingerprint = testFingerprint): Promise<TemporaryStore> {
  const directory = await mkdtemp(join(tmpdir(), "latchd-store-"));
  let store = await openStore({ directory, mode: "provision", keyFingerprint });
  return {
    get store() {
      return store;
    },
    directory,
    async reopen() {
      await store.close();
      store = await openStore({ directory, mode: "existing", keyFingerprint });
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

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../daemon/store/open-store.ts";
import type { Store } from "../../daemon/store/store.ts";

/** The real store in a folder of its own that goes when it is closed. */
export class TempStore {
  readonly folder: string;
  #store: Store;

  private constructor(folder: string, store: Store) {
    this.folder = folder;
    this.#store = store;
  }

  static async open(): Promise<TempStore> {
    const folder = mkdtempSync(join(tmpdir(), "latchd-store-"));
    return new TempStore(folder, await openIn(folder));
  }

  get store(): Store {
    return this.#store;
  }

  /** As a restart of the daemon does: closed, and read again from the disk. */
  async reopen(): Promise<void> {
    await this.#store.close();
    this.#store = await openIn(this.folder);
  }

  async close(): Promise<void> {
    await this.#store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function openIn(folder: string): Promise<Store> {
  return openStore({
    directory: join(folder, "store"),
    mode: "auto",
    keyFingerprint: "the key of these tests",
  });
}

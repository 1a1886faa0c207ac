import { promises as files } from "node:fs";
import { join } from "node:path";
import type { SetAsideStore, StorageReport } from "../core/model/gateway/storage.ts";
import { setAsideFolders } from "../store/opening/damaged-stores.ts";
import { SharedWork } from "./shared-work.ts";

/** A report that is older than this is read again, in the background, when somebody asks for the last one. */
const oldMs = 30_000;

export interface StoragePaths {
  readonly dataDir: string;
  readonly storeDirectory: string;
  /** Files of which the gateway keeps copies. */
  readonly networkCopy: string;
  readonly storeCopy: string;
}

/** Looks at the disk. Its report of the health waits for no disk: it has what was read last. */
export class StorageWatch {
  readonly #paths: StoragePaths;
  readonly #nowMs: () => number;
  readonly #reading = new SharedWork(() => this.#read());
  #last: StorageReport | null = null;
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** @param nowMs the gateway's time, ms UTC: the machine's clock may be wrong, and is then a fault of its own */
  constructor(paths: StoragePaths, nowMs: () => number) {
    this.#paths = paths;
    this.#nowMs = nowMs;
  }

  /** Reads the disk now. Never rejects: what cannot be read is null. */
  read(): Promise<StorageReport> {
    return this.#reading.run();
  }

  /** Returns what was read last; null = nothing yet. */
  last(): StorageReport | null {
    if (performance.now() - this.#readAtMs > oldMs) void this.read();
    return this.#last;
  }

  async #read(): Promise<StorageReport> {
    const { dataDir, storeDirectory, networkCopy, storeCopy } = this.#paths;
    const copyMs = await writtenMs(storeCopy);
    const report = {
      freeBytes: await freeBytes(dataDir),
      copyAgeMs: copyMs === null ? null : this.#nowMs() - copyMs,
      copyMs,
      networkCopyMs: await writtenMs(networkCopy),
      setAside: await newestAside(storeDirectory),
    };
    this.#last = report;
    this.#readAtMs = performance.now();
    return report;
  }
}

/** Returns the paths of a gateway's data folder. */
export function storagePaths(dataDir: string, storeCopy: string): StoragePaths {
  return {
    dataDir,
    storeDirectory: join(dataDir, "store"),
    networkCopy: join(dataDir, "zigbee", "coordinator_backup.json"),
    storeCopy,
  };
}

async function freeBytes(directory: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await files.statfs(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Returns when a file or a folder was last written, ms UTC; null = there is none. */
async function writtenMs(path: string): Promise<number | null> {
  try {
    return (await files.stat(path)).mtimeMs;
  } catch {
    return null;
  }
}

async function newestAside(directory: string): Promise<SetAsideStore | null> {
  try {
    const folder = (await setAsideFolders(directory)).at(-1);
    const atMs = folder === undefined ? null : await writtenMs(folder);
    return folder === undefined || atMs === null ? null : { folder, atMs };
  } catch {
    return null;
  }
}

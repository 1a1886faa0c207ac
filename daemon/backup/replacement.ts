import { existsSync, promises as files } from "node:fs";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/master-key.ts";
import { type OpenStoreOptions, openStore } from "../store/open-store.ts";
import { storePaths } from "../store/provisioning.ts";
import { forgetOldestAside, setStoreAside } from "../store/set-aside.ts";
import { put } from "../store/store.ts";
import { openContents } from "./contents.ts";
import { restoreStore } from "./restore.ts";
import { BackupFault, type BackupKey } from "./sealed-file.ts";

export interface ReplacementOptions {
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** The gateway's own sealed copy, and its key. */
  readonly copyFile: string;
  readonly copyKey: BackupKey;
  /** See `OpenStoreOptions`. */
  readonly farWitness?: string | undefined;
  /** How the store that comes in the place of the lost one is opened. */
  readonly opening: OpenStoreOptions;
  /** The file that says that this is going on; taken away when it is done. */
  readonly mark: string;
  readonly log: { error(fields: object, message: string): void };
}

/**
 * Sets the store aside that is lost, and puts the gateway's own copy in its place, or an empty one. Cut
 * short anywhere, it may begin again.
 */
export async function replaceStore(options: ReplacementOptions): Promise<LevelStore> {
  const { directory, mark } = options;
  if (Object.values(storePaths(directory)).some((path) => existsSync(path))) {
    const aside = await setStoreAside(directory);
    options.log.error({ aside }, "the store was set aside");
  }
  await forgetOldestAside(directory);
  const hasCopy = await takeUpCopy(options);
  if (hasCopy) await files.rm(mark);
  const store = await openStore(options.opening);
  if (!hasCopy) {
    await tellLoss(store);
    await files.rm(mark);
  }
  return store;
}

/** @returns whether there was a copy to take up. */
async function takeUpCopy(options: ReplacementOptions): Promise<boolean> {
  const { directory, masterKey, copyFile, farWitness, log } = options;
  let file: Buffer;
  try {
    file = await files.readFile(copyFile);
  } catch (err) {
    log.error({ err }, "there is no copy of the store; it begins empty");
    return false;
  }
  try {
    const contents = await openContents(file, options.copyKey);
    await restoreStore(directory, contents, { masterKey, origin: "copy", farWitness });
    return true;
  } catch (err) {
    if (!(err instanceof BackupFault)) throw err;
    log.error({ err }, "the copy of the store cannot be used; it begins empty");
    return false;
  }
}

async function tellLoss(store: LevelStore): Promise<void> {
  const detail = { reason: "storeLost" };
  const gap = { kind: "event", event: "journalGap", lock: null, detail } as const;
  const change = put("setting", ["store.begunEmpty"], { value: true });
  await store.commit({ changes: [change], journal: [gap] }, { atMs: 0, clock: "lost" });
}

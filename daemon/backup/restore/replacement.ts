import { existsSync, promises as files } from "node:fs";
import { basename, join } from "node:path";
import { replaceFile } from "../../base/durable-file.ts";
import { begunEmptySetting } from "../../core/model/gateway/storage.ts";
import type { LevelStore } from "../../store/level-store.ts";
import {
  forgetOldestAside,
  setAsideFolders,
  setStoreAside,
} from "../../store/opening/damaged-stores.ts";
import { type OpenStoreOptions, openStore } from "../../store/opening/open-store.ts";
import { storePaths } from "../../store/opening/provisioning.ts";
import type { MasterKey } from "../../store/secrets/master-key.ts";
import { put } from "../../store/store.ts";
import { StoreFailure } from "../../store/store-failure.ts";
import { type BackupContents, openContents } from "../contents.ts";
import { BackupFault, type BackupKey } from "../sealed-file.ts";
import { type RestoreStoreOptions, restoreStore } from "./restore.ts";

export interface ReplacementOptions {
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** The gateway's own sealed copy, and its key. */
  readonly copyFile: string;
  readonly copyKey: BackupKey;
  /** See `OpenStoreOptions`. */
  readonly secondWitness?: string | undefined;
  /** How to open the store that replaces the lost one. */
  readonly opening: OpenStoreOptions;
  /**
   * The file that says that a replacement is running, and why; removed at its end. Once an outdated store
   * is set aside it also names the folder.
   */
  readonly mark: string;
  readonly log: { error(fields: object, message: string): void };
}

/**
 * Sets a lost store aside, and replaces it with the gateway's own copy, or with an empty one. The journal and
 * the logs of an outdated store stay. After a crash at any point it can run again.
 */
export async function replaceStore(options: ReplacementOptions): Promise<LevelStore> {
  const { directory, mark } = options;
  if (Object.values(storePaths(directory)).some((path) => existsSync(path))) {
    const aside = await setStoreAside(directory);
    options.log.error({ aside }, "the store was set aside");
    const [kind, known] = await readMark(mark);
    if (known === undefined) await replaceFile(mark, `${kind} ${basename(aside)}`);
  }
  await forgetOldestAside(directory);
  const hasCopy = await restoreCopy(options);
  if (hasCopy) await files.rm(mark);
  const store = await openStore(options.opening);
  if (!hasCopy) {
    await reportLoss(store);
    await files.rm(mark);
  }
  return store;
}

/** Restores the gateway's own copy. Returns false if there is none that can be used. */
async function restoreCopy(options: ReplacementOptions): Promise<boolean> {
  const { copyFile, log } = options;
  let file: Buffer;
  try {
    file = await files.readFile(copyFile);
  } catch (err) {
    log.error({ err }, "there is no copy of the store; starting with an empty one");
    return false;
  }
  try {
    const contents = await openContents(file, options.copyKey);
    await restoreWithHistory(options, contents);
    return true;
  } catch (err) {
    if (!(err instanceof BackupFault)) throw err;
    log.error({ err }, "the copy of the store cannot be used; starting with an empty one");
    return false;
  }
}

async function restoreWithHistory(
  options: ReplacementOptions,
  contents: BackupContents,
): Promise<void> {
  const { directory, masterKey, secondWitness, log } = options;
  const given: RestoreStoreOptions = { masterKey, origin: "copy", secondWitness };
  const history = await outdatedStore(options);
  if (history !== null) {
    try {
      await restoreStore(directory, contents, { ...given, history });
      return;
    } catch (err) {
      if (!(err instanceof StoreFailure && err.kind === "damaged")) throw err;
      log.error(
        { err },
        "the history of the outdated store is damaged; starting with an empty one",
      );
    } finally {
      await history.close();
    }
  }
  await restoreStore(directory, contents, given);
}

/** Opens the outdated store that was set aside. Returns null if the lost store was not outdated, or is damaged. */
async function outdatedStore(options: ReplacementOptions): Promise<LevelStore | null> {
  const { directory, masterKey, mark, log } = options;
  const [kind, name] = await readMark(mark);
  if (kind !== "outdated") return null;
  const [folder] =
    name === undefined ? (await setAsideFolders(directory)).slice(-1) : [join(directory, name)];
  if (folder === undefined) return null;
  let store: LevelStore | null = null;
  try {
    store = await openStore({ directory: folder, mode: "existing", masterKey });
    await store.verifyJournal();
    return store;
  } catch (err) {
    await store?.close();
    if (!(err instanceof StoreFailure && err.kind === "damaged")) throw err;
    log.error(
      { err, folder },
      "the history of the outdated store is damaged; starting with an empty one",
    );
    return null;
  }
}

async function readMark(mark: string): Promise<readonly [kind: string, folder?: string]> {
  const [kind = "", folder] = (await files.readFile(mark, "utf8")).trim().split(" ");
  return folder === undefined ? [kind] : [kind, folder];
}

async function reportLoss(store: LevelStore): Promise<void> {
  const detail = { reason: "storeLost" };
  const gap = { kind: "event", event: "journalGap", lock: null, detail } as const;
  const change = put("setting", begunEmptySetting, { value: true });
  await store.commit({ changes: [change], journal: [gap] }, { atMs: 0, clock: "lost" });
}

import { existsSync, promises as files } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../store/atomic-file.ts";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/master-key.ts";
import { openStore } from "../store/open-store.ts";
import { countOpening } from "../store/opening-count.ts";
import { clearOutdated, isMarkedOutdated } from "../store/outdated-mark.ts";
import { storePaths } from "../store/provisioning.ts";
import { setAsideFolders, setStoreAside } from "../store/set-aside.ts";
import { put } from "../store/store.ts";
import { StoreFailure } from "../store/store-failure.ts";
import { openContents } from "./contents.ts";
import { keepOutdated } from "./outdated.ts";
import { restoreStore } from "./restore.ts";
import { BackupFault, type BackupKey } from "./sealed-file.ts";

/** What makes the store in its place unfit for use, and another one necessary. */
const losses: ReadonlySet<string> = new Set(["damaged", "missing", "outdated"]);
/** Damaged stores that are kept for people to look at; the oldest goes first. */
const maxAside = 3;

export interface RecoveryOptions {
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** The gateway's own sealed copy. */
  readonly copyFile: string;
  /** See `OpenStoreOptions`. */
  readonly farWitness?: string | undefined;
  readonly log: { error(fields: object, message: string): void };
}

/** The key of the gateway's own copies. */
export function copyKeyOf(masterKey: MasterKey): Buffer {
  return masterKey.derive("store copy");
}

/**
 * Opens the store. One that is damaged is set aside whole, never repaired: LevelDB's repair can bring
 * a revoked code back. In its place comes the gateway's own last copy, if there is a sound one, with
 * its grants held, else an empty store; either way with a new epoch, so that the cloud sends what is
 * wanted. The locks keep what they hold meanwhile. An older copy that was put in the store's place is
 * such a copy itself. Cut short anywhere, the next start goes on with it.
 * @throws StoreFailure for everything that is no loss: another owner, key or schema, a disk that
 * does not answer.
 */
export async function openOrRecover(options: RecoveryOptions): Promise<LevelStore> {
  const { directory } = options;
  const mark = join(directory, "recovering");
  if (!existsSync(mark)) {
    const opened = await openCounted(options);
    if (!(opened instanceof StoreFailure)) return opened;
    options.log.error({ err: opened }, "the store is damaged or outdated");
    if (opened.kind === "outdated") await keepOutdated({ ...options, copyKey: keyOf(options) });
    await replaceFile(mark, opened.kind);
    await clearOutdated(directory);
  }
  if (Object.values(storePaths(directory)).some((path) => existsSync(path))) {
    const aside = await setStoreAside(directory);
    options.log.error({ aside }, "the store was set aside");
  }
  await forgetOldest(directory);
  const hasCopy = await takeUpCopy(options);
  if (hasCopy) await files.rm(mark);
  const store = await openStore(openingOf(options));
  if (!hasCopy) {
    await tellLoss(store);
    await files.rm(mark);
  }
  return store;
}

/** @returns the failure where the store is lost and another has to come in its place. */
async function openCounted(options: RecoveryOptions): Promise<LevelStore | StoreFailure> {
  const { directory } = options;
  try {
    const opened = await countOpening(directory);
    try {
      if (isMarkedOutdated(directory)) {
        throw new StoreFailure("outdated", "the cloud has records that this store never made");
      }
      return await openStore(openingOf(options));
    } finally {
      await opened();
    }
  } catch (error) {
    if (error instanceof StoreFailure && losses.has(error.kind)) return error;
    throw error;
  }
}

function openingOf({ directory, masterKey, farWitness }: RecoveryOptions) {
  const mode = "auto" as const;
  const keyFingerprint = masterKey.fingerprint;
  const far = farWitness === undefined ? {} : { farWitness };
  return { directory, mode, keyFingerprint, masterKey, ...far };
}

function keyOf({ masterKey }: RecoveryOptions): BackupKey {
  return { kind: "key", key: copyKeyOf(masterKey) };
}

/** @returns whether there was a copy to take up. */
async function takeUpCopy(options: RecoveryOptions): Promise<boolean> {
  const { directory, masterKey, copyFile, farWitness, log } = options;
  let file: Buffer;
  try {
    file = await files.readFile(copyFile);
  } catch (err) {
    log.error({ err }, "there is no copy of the store; it begins empty");
    return false;
  }
  try {
    const contents = await openContents(file, keyOf(options));
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

async function forgetOldest(directory: string): Promise<void> {
  for (const folder of (await setAsideFolders(directory)).slice(0, -maxAside)) {
    await files.rm(folder, { recursive: true, force: true });
  }
}

/** Where the gateway keeps its own copy: beside the store, not in it. */
export function copyFileOf(storeDirectory: string): string {
  return join(dirname(storeDirectory), "store.copy");
}

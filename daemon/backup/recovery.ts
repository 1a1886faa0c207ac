import { promises as files } from "node:fs";
import { dirname, join } from "node:path";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/master-key.ts";
import { openStore } from "../store/open-store.ts";
import { countOpening } from "../store/opening-count.ts";
import { setStoreAside } from "../store/set-aside.ts";
import { put } from "../store/store.ts";
import { StoreFailure } from "../store/store-failure.ts";
import { openContents } from "./contents.ts";
import { restoreStore } from "./restore.ts";
import { BackupFault } from "./sealed-file.ts";

/** Damaged stores that are kept for people to look at; the oldest goes first. */
const maxAside = 3;

export interface RecoveryOptions {
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** The gateway's own sealed copy. */
  readonly copyFile: string;
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
 * wanted. The locks keep what they hold meanwhile.
 * @throws StoreFailure for everything that is no damage: another owner, key or schema, a disk that
 * does not answer.
 */
export async function openOrRecover(options: RecoveryOptions): Promise<LevelStore> {
  const { directory, masterKey, log } = options;
  const keyFingerprint = masterKey.fingerprint;
  const opening = { directory, mode: "auto", keyFingerprint, masterKey } as const;
  try {
    const opened = await countOpening(directory);
    try {
      return await openStore(opening);
    } finally {
      await opened();
    }
  } catch (error) {
    const isDamage =
      error instanceof StoreFailure && (error.kind === "damaged" || error.kind === "missing");
    if (!isDamage) throw error;
    const aside = await setStoreAside(directory);
    log.error({ err: error, aside }, "the store is damaged and was set aside");
    await forgetOldest(directory);
    const hasCopy = await takeUpCopy(options);
    const store = await openStore(opening);
    if (!hasCopy) await tellLoss(store);
    return store;
  }
}

/** @returns whether there was a copy to take up. */
async function takeUpCopy(options: RecoveryOptions): Promise<boolean> {
  const { directory, masterKey, copyFile, log } = options;
  let file: Buffer;
  try {
    file = await files.readFile(copyFile);
  } catch (err) {
    log.error({ err }, "there is no copy of the store; it begins empty");
    return false;
  }
  try {
    const contents = await openContents(file, { kind: "key", key: copyKeyOf(masterKey) });
    const given = { masterKey, origin: "copy" } as const;
    await restoreStore(directory, contents, given);
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
  const names = (await files.readdir(directory)).filter((name) => /^damaged-\d+$/.test(name));
  const numbers = names.map((name) => Number(name.slice("damaged-".length))).sort((a, b) => a - b);
  for (const number of numbers.slice(0, -maxAside)) {
    await files.rm(join(directory, `damaged-${number}`), { recursive: true, force: true });
  }
}

/** Where the gateway keeps its own copy: beside the store, not in it. */
export function copyFileOf(storeDirectory: string): string {
  return join(dirname(storeDirectory), "store.copy");
}

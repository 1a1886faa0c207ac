import { existsSync, promises as files } from "node:fs";
import { basename, join } from "node:path";
import { syncDirectory } from "../../base/durable-file.ts";
import { storePaths } from "./provisioning.ts";
import { claimStore } from "./store-claim.ts";

/** Returns the folders of damaged stores in a store's folder, the oldest first. */
export async function setAsideFolders(directory: string): Promise<readonly string[]> {
  const names = (await files.readdir(directory)).filter((name) => /^damaged-\d+$/.test(name));
  const numbers = names.map((name) => Number(name.slice("damaged-".length))).sort((a, b) => a - b);
  return numbers.map((number) => join(directory, `damaged-${number}`));
}

/** Limit of the damaged stores that are kept for people to examine; the oldest is deleted first. */
const maxAside = 3;

/** Deletes the oldest damaged stores above the limit. */
export async function forgetOldestAside(directory: string): Promise<void> {
  for (const folder of (await setAsideFolders(directory)).slice(0, -maxAside)) {
    await files.rm(folder, { recursive: true, force: true });
  }
}

/** Makes the next folder `damaged-<n>` and returns its path. */
export async function makeAsideFolder(directory: string): Promise<string> {
  let number = 1;
  while (existsSync(join(directory, `damaged-${number}`))) number += 1;
  const aside = join(directory, `damaged-${number}`);
  await files.mkdir(aside, { mode: 0o700 });
  return aside;
}

/**
 * Moves a damaged store into a folder of its own, so that a new store with a new epoch can be made in its place.
 * Nothing is repaired or deleted: LevelDB's repair can bring a revoked code back, so the damaged store is for people
 * to examine and is never used again.
 * @returns the folder, `damaged-<n>` inside `directory`.
 * @throws StoreFailure `inUse` when the store is open.
 */
export async function setStoreAside(directory: string): Promise<string> {
  const claim = await claimStore(directory);
  try {
    const aside = await makeAsideFolder(directory);
    const { level, witness, marker } = storePaths(directory);
    // LevelDB's files go last: cut short before that, the store is still refused.
    for (const path of [marker, witness, level]) {
      if (existsSync(path)) {
        await files.rename(path, join(aside, basename(path)));
      }
    }
    await syncDirectory(aside);
    await syncDirectory(directory);
    return aside;
  } finally {
    await claim.release();
  }
}

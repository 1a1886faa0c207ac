import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../../base/durable-file.ts";
import type { LevelStore } from "../../store/level-store.ts";
import { countOpening } from "../../store/logs/opening-count.ts";
import { forgetOldestAside } from "../../store/opening/damaged-stores.ts";
import { type OpenStoreOptions, openStore } from "../../store/opening/open-store.ts";
import { clearOutdated, isMarkedOutdated } from "../../store/opening/outdated-mark.ts";
import { storePaths } from "../../store/opening/provisioning.ts";
import type { MasterKey } from "../../store/secrets/master-key.ts";
import { StoreFailure } from "../../store/store-failure.ts";
import type { BackupKey } from "../sealed-file.ts";

/** Failures after which the store cannot be used, and another one is necessary. */
const losses: ReadonlySet<string> = new Set(["damaged", "missing", "outdated"]);

export interface RecoveryOptions {
  readonly directory: string;
  readonly masterKey: MasterKey;
  /** The gateway's own sealed copy. */
  readonly copyFile: string;
  /** See `OpenStoreOptions`. */
  readonly secondWitness?: string | undefined;
  readonly log: { error(fields: object, message: string): void };
}

/** Returns the key of the gateway's own copies. */
export function copyKeyOf(masterKey: MasterKey): Buffer {
  return masterKey.derive("store copy");
}

/**
 * Opens the store. A damaged one is never repaired in place, because LevelDB's repair can bring a revoked code
 * back. If its content is proven complete, it is rebuilt from that. Otherwise it is set aside, and the newest
 * complete records replace it, with their grants suspended: the damaged store's own of an earlier moment, or
 * the gateway's last copy; without one the store is empty. A new epoch begins, so that the cloud sends the
 * desired state. A crash at any point is safe: the next start continues.
 * @throws StoreFailure for every other failure: another owner, key or schema, or a disk that does not answer
 */
export async function openOrRecover(options: RecoveryOptions): Promise<LevelStore> {
  const { directory } = options;
  const mark = join(directory, "recovering");
  if (!existsSync(mark)) {
    const opened = await openCounted(options);
    if (opened.kind === "opened") return opened.store;
    const { failure, isDeadly } = opened;
    options.log.error({ err: failure }, "the store is damaged or outdated");
    // Content that ended the process several times may do so again in new files.
    const rebuilt = isDeadly ? null : await saveWholeContent(options, failure);
    if (rebuilt !== null) return rebuilt;
    await replaceFile(mark, failure.kind);
    await clearOutdated(directory);
  }
  // Rarely needed: loading it at each start would delay the radio.
  const { replaceStore } = await import("./replacement.ts");
  const parts = { ...options, copyKey: keyOf(options), opening: openingOf(options), mark };
  return replaceStore(parts);
}

/**
 * Saves the complete content of a lost store: in its place, or as the gateway's own copy.
 * @returns the store if nothing was missing; null if another one must replace it
 */
async function saveWholeContent(
  options: RecoveryOptions,
  failure: StoreFailure,
): Promise<LevelStore | null> {
  const parts = { ...options, copyKey: keyOf(options) };
  if (failure.kind === "outdated") {
    const { saveOutdatedStore } = await import("./outdated-copy.ts");
    await saveOutdatedStore(parts);
    return null;
  }
  const { rebuildStore } = await import("../../store/opening/rebuild.ts");
  const rebuilt = await rebuildStore(openingOf(options));
  switch (rebuilt.kind) {
    case "nothing":
      return null;
    case "older": {
      const { saveProvenRecords } = await import("./outdated-copy.ts");
      await saveProvenRecords(parts, rebuilt.content);
      return null;
    }
    case "rebuilt": {
      const { aside } = rebuilt;
      options.log.error(
        { aside },
        "the store was rebuilt and nothing is missing; the old files are kept",
      );
      await forgetOldestAside(options.directory);
      const opened = await openCounted(options);
      return opened.kind === "opened" ? opened.store : null;
    }
  }
}

/** `lost`: another store must replace it. `isDeadly`: the process ended several times while opening it. */
type Opening =
  | { readonly kind: "opened"; readonly store: LevelStore }
  | { readonly kind: "lost"; readonly failure: StoreFailure; readonly isDeadly: boolean };

/** @throws StoreFailure for every failure that does not need another store. */
async function openCounted(options: RecoveryOptions): Promise<Opening> {
  const { directory } = options;
  let isDeadly = true;
  try {
    const opened = await countOpening(directory);
    isDeadly = false;
    try {
      if (isGone(options)) {
        throw new StoreFailure(
          "missing",
          "the store is missing, but the gateway's own copy of it is there",
        );
      }
      if (isMarkedOutdated(directory)) {
        throw new StoreFailure("outdated", "the cloud has records that this store never made");
      }
      return { kind: "opened", store: await openStore(openingOf(options)) };
    } finally {
      await opened();
    }
  } catch (failure) {
    if (failure instanceof StoreFailure && losses.has(failure.kind)) {
      return { kind: "lost", failure, isDeadly };
    }
    throw failure;
  }
}

/** Returns whether a copy proves that there was a store of which not even the marker is left. */
function isGone({ directory, copyFile }: RecoveryOptions): boolean {
  const { level, marker } = storePaths(directory);
  return existsSync(copyFile) && !existsSync(marker) && !existsSync(level);
}

/** Written out and typed, because a spread would not show the compiler an option that has another name. */
function openingOf({ directory, masterKey, secondWitness }: RecoveryOptions): OpenStoreOptions {
  return { directory, mode: "auto", masterKey, secondWitness };
}

function keyOf({ masterKey }: RecoveryOptions): BackupKey {
  return { kind: "key", key: copyKeyOf(masterKey) };
}

/** Returns the path of the gateway's own copy, which is next to the store. */
export function copyFileOf(storeDirectory: string): string {
  return join(dirname(storeDirectory), "store.copy");
}

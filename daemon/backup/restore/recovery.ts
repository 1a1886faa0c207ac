import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../../base/durable-file.ts";
import type { LevelStore } from "../../store/level-store.ts";
import { countOpening } from "../../store/logs/opening-count.ts";
import { forgetOldestAside } from "../../store/opening/damaged-stores.ts";
import { openStore } from "../../store/opening/open-store.ts";
import { clearOutdated, isMarkedOutdated } from "../../store/opening/outdated-mark.ts";
import { storePaths } from "../../store/opening/provisioning.ts";
import type { MasterKey } from "../../store/secrets/master-key.ts";
import { StoreFailure } from "../../store/store-failure.ts";
import type { BackupKey } from "../sealed-file.ts";

/** What makes the store in its place unfit for use, and another one necessary. */
const losses: ReadonlySet<string> = new Set(["damaged", "missing", "outdated"]);

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
 * Opens the store. A damaged one is never repaired in place: LevelDB's repair can bring a revoked code
 * back. If its content can be proven whole it is rebuilt from that, and nothing is lost. Otherwise it is
 * set aside whole, and in its place comes the newest records that are whole: the damaged store's own of an
 * earlier moment, or the gateway's last copy, with its grants held; else an empty store. Then a new epoch
 * begins, so that the cloud sends what is wanted; the locks keep what they hold meanwhile. An older copy
 * that was put in the store's place is such a copy itself. Cut short anywhere, the next start goes on.
 * @throws StoreFailure for everything that is no loss: another owner, key or schema, a disk that
 * does not answer.
 */
export async function openOrRecover(options: RecoveryOptions): Promise<LevelStore> {
  const { directory } = options;
  const mark = join(directory, "recovering");
  if (!existsSync(mark)) {
    const opened = await openCounted(options);
    if (opened.kind === "opened") return opened.store;
    const { failure, isDeadly } = opened;
    options.log.error({ err: failure }, "the store is damaged or outdated");
    // What ended the process again and again may do so with the same content in new files.
    const rebuilt = isDeadly ? null : await keepWhatIsWhole(options, failure);
    if (rebuilt !== null) return rebuilt;
    await replaceFile(mark, failure.kind);
    await clearOutdated(directory);
  }
  // Rarely needed: not loaded before each start of the radio.
  const { replaceStore } = await import("./replacement.ts");
  const parts = { ...options, copyKey: keyOf(options), opening: openingOf(options), mark };
  return replaceStore(parts);
}

/**
 * Saves what is whole of a lost store: in its place, or as the gateway's own copy.
 * @returns the store if nothing of it was missing; null if another one has to come in its place.
 */
async function keepWhatIsWhole(
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
      options.log.error({ aside }, "the store was rebuilt, nothing is missing; see the old files");
      await forgetOldestAside(options.directory);
      const opened = await openCounted(options);
      return opened.kind === "opened" ? opened.store : null;
    }
  }
}

/** `lost`: another store has to come in its place. `isDeadly`: the process died over it several times. */
type Opening =
  | { readonly kind: "opened"; readonly store: LevelStore }
  | { readonly kind: "lost"; readonly failure: StoreFailure; readonly isDeadly: boolean };

/** @throws StoreFailure for everything that is no loss. */
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
          "the store is gone; the gateway's own copy of it is there",
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

/** Not even a marker is there, and a copy proves that there was a store: an empty one would forget every lock. */
function isGone({ directory, copyFile }: RecoveryOptions): boolean {
  const { level, marker } = storePaths(directory);
  return existsSync(copyFile) && !existsSync(marker) && !existsSync(level);
}

function openingOf({ directory, masterKey, farWitness }: RecoveryOptions) {
  const mode = "auto" as const;
  const far = farWitness === undefined ? {} : { farWitness };
  return { directory, mode, masterKey, ...far };
}

function keyOf({ masterKey }: RecoveryOptions): BackupKey {
  return { kind: "key", key: copyKeyOf(masterKey) };
}

/** Where the gateway keeps its own copy: beside the store, not in it. */
export function copyFileOf(storeDirectory: string): string {
  return join(dirname(storeDirectory), "store.copy");
}

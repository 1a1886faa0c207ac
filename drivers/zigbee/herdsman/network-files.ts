import { promises as fs } from "node:fs";
import { join } from "node:path";
import { readIfPresent, replaceFile } from "../../../daemon/base/durable-file.ts";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockDescription } from "../../lock-driver.ts";
import {
  addressesIn,
  isGoodBackup,
  withDevices,
  withMissingDevices,
} from "../stick/coordinator-backup.ts";
import {
  type DatabaseEntry,
  hasDevices,
  locksIn,
  parseDatabase,
  type Reconciliation,
  reconcile,
  unknownAddress,
} from "./device-database.ts";
import { parseNetwork } from "./network-parameters.ts";

const backupName = "coordinator_backup.json";
const databaseName = "database.db";

/** The locks of the gateway's records. */
export interface OwnLocks {
  readonly locks: ReadonlySet<LockId>;
  describe(lock: LockId): LockDescription | null;
}

const noLocks: OwnLocks = { locks: new Set(), describe: () => null };

/** What a start has found of our locks that the database did not have. */
export type FoundLocks = Pick<Reconciliation, "restored" | "made">;

/** The files of one Zigbee network, all in one directory (0700). */
export class NetworkFiles {
  /** Locks that a stick had lost and for which it was restored. The driver tries this once. */
  readonly restoredFor = new Set<string>();
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Written by latchd: PAN ids, key and channel. They are made once. */
  get network(): string {
    return join(this.#directory, "network.json");
  }

  /** Written by herdsman: one JSON line for each device. */
  get database(): string {
    return join(this.#directory, databaseName);
  }

  /** Herdsman's copy of the database before it clears it. */
  get databaseBackup(): string {
    return join(this.#directory, `${databaseName}.backup`);
  }

  /** Herdsman's: keys and frame counters of the stick, in the open coordinator backup format. */
  get backup(): string {
    return join(this.#directory, backupName);
  }

  get #kept(): string {
    return join(this.#directory, "kept");
  }

  /**
   * Prepares the files for a start, which uses them as they are: a damaged file is restored from its copy, each
   * of our locks gets its entry in the database, and copies are made. Two generations of each are kept, and a
   * copy
   * is never replaced by a file with fewer of our locks.
   * @param onNotKept called with the disk's error when a copy could not be made: the radio starts without new
   * copies
   */
  async prepare(
    own: OwnLocks = noLocks,
    onNotKept: (error: unknown) => void = rethrow,
  ): Promise<FoundLocks> {
    await fs.mkdir(this.#kept, { recursive: true, mode: 0o700 });
    await closeToOthers(this.#directory);
    await closeToOthers(this.#kept);
    await this.#mendBackup(own);
    const found = await this.#mendDatabase(own);
    await this.#completeBackup(own.locks);
    await this.keep(own.locks).catch(onNotKept);
    return found;
  }

  /** Takes copies of backup and database, if they are as good as the ones that are kept. */
  async keep(locks: ReadonlySet<LockId>): Promise<void> {
    const network = await this.#ownNetwork();
    await this.#keep(backupName, (content, kept) => {
      if (!isGoodBackup(content, network)) return false;
      if (kept === null || !isGoodBackup(kept, network)) return true;
      return count(addressesIn(content), locks) >= count(addressesIn(kept), locks);
    });
    await this.#keep(databaseName, (content, kept) => {
      const entries = parseDatabase(content);
      if (entries.length === 0) return false;
      const before = kept === null ? [] : parseDatabase(kept);
      const wanted = locks.size > 0 ? locks : idsIn(before);
      return locksIn(entries, wanted) >= locksIn(before, wanted);
    });
  }

  /** Restores backup and database to their state before a start that lost them. */
  async putBack(): Promise<void> {
    await this.#putBack(backupName, this.backup);
    await this.#putBack(databaseName, this.database);
  }

  /** The coordinator backup, or its newest copy that can be used; null when there is none. */
  async readBackup(): Promise<Buffer | null> {
    const network = await this.#ownNetwork();
    for (const path of [this.backup, ...this.#copies(backupName)]) {
      const content = await readIfPresent(path);
      if (content !== null && isGoodBackup(content, network)) return content;
    }
    return null;
  }

  /** Whether database or copies name devices that a new network would orphan. */
  async hasDevices(): Promise<boolean> {
    const files = [await this.#entriesIn(this.database), ...(await this.#olderDatabases())];
    return files.some(hasDevices);
  }

  async #mendBackup({ locks }: OwnLocks): Promise<void> {
    const network = await this.#ownNetwork();
    const present = await readIfPresent(this.backup);
    const isGood = present !== null && isGoodBackup(present, network);
    if (!isGood) {
      const copy = await this.readBackup();
      if (copy !== null) await replaceFile(this.backup, copy);
      // Herdsman cannot start with a file that it cannot read. Without a file it makes a new one.
      else if (present !== null) await fs.rename(this.backup, this.#damaged(backupName));
      return;
    }
    for (const path of this.#copies(backupName)) {
      const copy = await readIfPresent(path);
      const isUsable = copy !== null && isGoodBackup(copy, network);
      const whole = isUsable ? withMissingDevices(present, copy, locks) : null;
      if (whole === null) continue;
      await replaceFile(this.backup, whole);
      return;
    }
  }

  /** A stick that loses its flash soon after a pairing must still know the lock. */
  async #completeBackup(locks: ReadonlySet<LockId>): Promise<void> {
    const present = await readIfPresent(this.backup);
    if (present === null) return;
    const addresses = new Map<string, number>();
    for (const { ieeeAddr, networkAddress } of await this.#entriesIn(this.database)) {
      if (ieeeAddr === null || networkAddress === unknownAddress) continue;
      if (isLockId(ieeeAddr) && locks.has(ieeeAddr)) addresses.set(ieeeAddr, networkAddress);
    }
    const complete = withDevices(present, addresses);
    if (complete !== null) await replaceFile(this.backup, complete);
  }

  async #mendDatabase({ locks, describe }: OwnLocks): Promise<FoundLocks> {
    const content = await readIfPresent(this.database);
    const backup = await this.readBackup();
    const addresses = backup === null ? new Map<string, number>() : addressesIn(backup);
    const mended = reconcile(
      content === null ? [] : parseDatabase(content),
      await this.#olderDatabases(),
      { locks, describe, addresses },
    );
    if (mended.content === (content?.toString("utf8") ?? "").trimEnd()) return mended;
    if (content !== null && content.length > 0) {
      await replaceFile(this.#damaged(databaseName), content);
    }
    await replaceFile(this.database, mended.content);
    return mended;
  }

  /** Path at which a damaged file is kept for inspection; one for each name. */
  #damaged(name: string): string {
    return join(this.#kept, `${name}.damaged`);
  }

  async #ownNetwork(): ReturnType<typeof readNetwork> {
    return await readNetwork(this.network);
  }

  /** Newest first. */
  async #olderDatabases(): Promise<DatabaseEntry[][]> {
    const paths = [...this.#copies(databaseName), this.databaseBackup];
    return await Promise.all(paths.map((path) => this.#entriesIn(path)));
  }

  async #entriesIn(path: string): Promise<DatabaseEntry[]> {
    const content = await readIfPresent(path);
    return content === null ? [] : parseDatabase(content);
  }

  #copies(name: string): readonly string[] {
    return [join(this.#kept, name), join(this.#kept, `${name}.1`)];
  }

  async #keep(
    name: string,
    isAsGood: (content: Buffer, kept: Buffer | null) => boolean,
  ): Promise<void> {
    const content = await readIfPresent(join(this.#directory, name));
    const newest = join(this.#kept, name);
    const kept = await readIfPresent(newest);
    if (content === null || kept?.equals(content) || !isAsGood(content, kept)) return;
    // A damaged copy must not replace the older one.
    if (kept !== null && isAsGood(kept, null)) await replaceFile(`${newest}.1`, kept);
    await replaceFile(newest, content);
  }

  async #putBack(name: string, path: string): Promise<void> {
    const content = await readIfPresent(join(this.#kept, name));
    if (content !== null) await replaceFile(path, content);
  }
}

function rethrow(error: unknown): never {
  throw error;
}

async function readNetwork(path: string): Promise<ReturnType<typeof parseNetwork>> {
  // The start itself reports a directory or file that it cannot read.
  const content = await readIfPresent(path).catch(() => null);
  return content === null ? null : parseNetwork(content);
}

function count(addresses: ReadonlyMap<string, number>, locks: ReadonlySet<string>): number {
  return [...locks].filter((lock) => addresses.has(lock)).length;
}

function idsIn(entries: readonly DatabaseEntry[]): ReadonlySet<string> {
  return new Set(entries.flatMap(({ ieeeAddr }) => (ieeeAddr === null ? [] : [ieeeAddr])));
}

/**
 * Sets the mode only if it differs, because a start is tried every minute while there is no stick.
 */
async function closeToOthers(directory: string): Promise<void> {
  const { mode } = await fs.stat(directory);
  if ((mode & 0o777) !== 0o700) await fs.chmod(directory, 0o700);
}

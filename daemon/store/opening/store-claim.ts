import { randomBytes } from "node:crypto";
import {
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode, StoreFailure } from "../store-failure.ts";

/** The claim is inside the store's own folder: only a user who may write there can claim the store. */
const fileName = "owner.lock";

/** The right to open a store; nobody else may even try to open it until it is released. */
export interface StoreClaim {
  release(): Promise<void>;
}

/**
 * The process that has claimed a folder. If a field does not match any more, the claim is left over from a killed
 * process, a power cut or a copy of the folder.
 */
interface Owner {
  readonly pid: number;
  /** When the process started, in clock ticks since the boot: a later process may have the same id. */
  readonly startedTicks: string | null;
  readonly bootId: string | null;
  /** Device and inode of the folder: a copy of it is not claimed. */
  readonly folder: string;
}

/**
 * Claims a store's directory for this process, before LevelDB is touched: a failing second open()
 * inside one process would silently drop LevelDB's own lock on the first.
 *
 * The claim is a file in the folder with the owner's process id, its start time and the boot. A hard link puts it
 * into place, so that it is never incomplete. LevelDB's own lock is the second protection.
 *
 * @throws StoreFailure `inUse` when somebody has it, `unreadable` when the folder refuses.
 */
export async function claimStore(directory: string): Promise<StoreClaim> {
  const path = realpathSync(directory);
  const file = join(path, fileName);
  const own = ownerHere(path);
  const text = JSON.stringify(own);
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      if (putInPlace(file, text)) return { release: async () => release(file, text) };
      const found = ownerIn(file);
      if (found !== null && isAlive(found, own)) throw inUse(path, found);
      removeStale(file, found);
    }
  } catch (error) {
    if (error instanceof StoreFailure) throw error;
    throw new StoreFailure("unreadable", `cannot guard the store in ${path}`, { cause: error });
  }
  throw inUse(path, null);
}

/** @returns false if there is a claim already. */
function putInPlace(file: string, text: string): boolean {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function release(file: string, text: string): void {
  // The folder may have been moved or removed, and another owner's may be at its path.
  if (textIn(file) === text) rmSync(file, { force: true });
}

/** Removes a dead owner's claim, but not one that another process has just made. */
function removeStale(file: string, dead: Owner | null): void {
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    // Somebody else removed it first.
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  const isDead = JSON.stringify(ownerIn(aside)) === JSON.stringify(dead);
  try {
    if (!isDead) linkSync(aside, file);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function ownerHere(path: string): Owner {
  const { dev, ino } = statSync(path);
  return {
    pid: process.pid,
    startedTicks: startedTicks(process.pid),
    bootId: textIn("/proc/sys/kernel/random/boot_id")?.trim() ?? null,
    folder: `${dev}:${ino}`,
  };
}

/** @returns null if there is no claim, or an incomplete one: a power cut may leave an empty file */
function ownerIn(file: string): Owner | null {
  const text = textIn(file);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : null;
  } catch {
    return null;
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0 &&
    "startedTicks" in value &&
    "bootId" in value &&
    "folder" in value
  );
}

function isAlive(owner: Owner, own: Owner): boolean {
  if (owner.bootId !== own.bootId || owner.folder !== own.folder) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  const started = startedTicks(owner.pid);
  return started === null || started === owner.startedTicks;
}

/** Returns field 22 of proc_pid_stat(5), or null if it cannot be read. */
function startedTicks(pid: number): string | null {
  const stat = textIn(`/proc/${pid}/stat`);
  // The program's name is in brackets and may contain spaces and brackets.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function textIn(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return null;
    throw error;
  }
}

function inUse(path: string, owner: Owner | null): StoreFailure {
  const by = owner === null ? "" : ` by process ${owner.pid}`;
  return new StoreFailure(
    "inUse",
    `the store in ${path} is already open${by}: one owner at a time`,
  );
}

import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  realpathSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { errorCode, StoreFailure } from "./store-failure.ts";

/** Held while the store is open: nobody else may even try to open it. */
export interface Guard {
  release(): Promise<void>;
}

/**
 * Claims a store's directory for this process, before LevelDB is touched: a failing second open()
 * inside one process would silently drop LevelDB's own lock on the first.
 *
 * Linux: an abstract unix socket named after the real path; the kernel frees it with the process.
 * Elsewhere: a lock file with the process id. LevelDB's lock stands behind both.
 *
 * @throws StoreFailure `inUse` when somebody has it.
 */
export async function claim(directory: string): Promise<Guard> {
  const path = realpathSync(directory);
  return process.platform === "linux" ? claimSocket(path) : claimFile(path);
}

async function claimSocket(path: string): Promise<Guard> {
  const name = createHash("sha256").update(path).digest("base64url").slice(0, 32);
  const server = createServer((socket) => {
    socket.destroy();
  });
  try {
    await listen(server, `\0latchd-${name}`);
  } catch (error) {
    if (errorCode(error) === "EADDRINUSE") {
      throw inUse(path);
    }
    throw new StoreFailure("unreadable", `cannot guard the store in ${path}`, { cause: error });
  }
  server.unref();
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** The lock file of systems without abstract sockets. Exported for its test. */
export function claimFile(path: string): Guard {
  const file = join(path, "owner.pid");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(
        file,
        constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY,
        0o600,
      );
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return {
        release: async () => {
          unlinkSync(file);
        },
      };
    } catch (error) {
      if (errorCode(error) !== "EEXIST") {
        throw new StoreFailure("unreadable", `cannot guard the store in ${path}`, { cause: error });
      }
      if (isOwnerAlive(file)) {
        throw inUse(path);
      }
      // Left behind by a process that died. Two claimers may race here; LevelDB's lock decides.
      unlinkSync(file);
    }
  }
  throw inUse(path);
}

function isOwnerAlive(file: string): boolean {
  const owner = Number(readFileSync(file, "utf8"));
  if (!Number.isSafeInteger(owner) || owner <= 0) {
    return false;
  }
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

function inUse(path: string): StoreFailure {
  return new StoreFailure("inUse", `the store in ${path} is already open: one owner at a time`);
}

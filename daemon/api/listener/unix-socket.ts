import { promises as files } from "node:fs";
import { connect } from "node:net";

/** The daemon's user and group may connect. */
const socketMode = 0o660;
const answerTimeoutMs = 2000;

/** Something at the socket's path may not be removed. */
export class SocketTaken extends Error {
  override readonly name = "SocketTaken";
}

/**
 * Listens on a unix socket. It removes the socket of a daemon that has ended, but not one that answers, and no
 * other file.
 * @throws SocketTaken, or whatever `listen` throws
 */
export async function listenOnSocket(path: string, listen: () => Promise<unknown>): Promise<void> {
  await removeLeftover(path);
  // The mask covers the moment between bind and chmod, so that others never have access.
  const mask = process.umask(0o007);
  try {
    await listen();
  } finally {
    process.umask(mask);
  }
  await files.chmod(path, socketMode);
}

async function removeLeftover(path: string): Promise<void> {
  const entry = await files.lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return null;
    }
    throw error;
  });
  if (entry === null) {
    return;
  }
  if (!entry.isSocket()) {
    throw new SocketTaken(`${path} is not a socket`);
  }
  if (await answers(path)) {
    throw new SocketTaken(`${path} is served by another process`);
  }
  await files.unlink(path);
}

/** Returns whether a process listens. Only a refused connection proves that none does. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const finish = (isServed: boolean): void => {
      socket.destroy();
      resolve(isServed);
    };
    socket.setTimeout(answerTimeoutMs, () => {
      finish(true);
    });
    socket.once("connect", () => {
      finish(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      finish(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}

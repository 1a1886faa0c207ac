import { promises as files } from "node:fs";
import { connect } from "node:net";

/** Who may speak to the daemon: its user and its group. */
const socketMode = 0o660;
const answerTimeoutMs = 2000;

/** The socket's path is taken by something that is not ours to remove. */
export class SocketTaken extends Error {
  override readonly name = "SocketTaken";
}

/**
 * Listens on a unix socket. A socket that a dead daemon left behind is removed; one that answers,
 * or a file that is no socket, is not touched.
 * @throws SocketTaken, or whatever `listen` throws.
 */
export async function listenOnSocket(path: string, listen: () => Promise<unknown>): Promise<void> {
  await removeStale(path);
  // The mask closes the moment between bind and chmod: others never have access.
  const mask = process.umask(0o007);
  try {
    await listen();
  } finally {
    process.umask(mask);
  }
  await files.chmod(path, socketMode);
}

async function removeStale(path: string): Promise<void> {
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

/** Only a refused connection proves that nobody listens; a silent listener counts as one. */
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

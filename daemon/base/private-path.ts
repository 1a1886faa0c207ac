import { promises as fs } from "node:fs";
import { userInfo } from "node:os";

/** Rights of group and others. */
const othersRights = 0o077;
const othersWrite = 0o022;

/** A path that others own or can write to, so that its content cannot be trusted. */
export class ExposedPath extends Error {
  override readonly name = "ExposedPath";
}

/**
 * Checks that a folder belongs to this user and that nobody else can write to it. It removes the rights of
 * others to read it.
 * @returns whether it removed rights.
 * @throws ExposedPath, naming owner or mode and what to do; a system error if there is no such folder.
 */
export async function closePrivateFolder(path: string): Promise<boolean> {
  const { uid, mode } = await fs.stat(path);
  checkOwner(path, uid);
  if ((mode & othersWrite) !== 0) {
    throw new ExposedPath(
      `${path} has mode ${modeText(mode)}: others can write there. Look through it, then run: ` +
        `chmod 0700 ${path}`,
    );
  }
  if ((mode & othersRights) === 0) return false;
  await fs.chmod(path, 0o700);
  return true;
}

/**
 * Checks that only this user and root can change the content of a folder.
 * @throws ExposedPath; a system error if there is no such folder.
 */
export async function checkUnwritable(path: string): Promise<void> {
  const { uid, mode } = await fs.stat(path);
  if (uid !== 0) checkOwner(path, uid);
  if ((mode & othersWrite) !== 0) {
    throw new ExposedPath(
      `${path} has mode ${modeText(mode)}: others can write there; run: chmod go-w ${path}`,
    );
  }
}

/** @throws ExposedPath if `uid` is not this user's. */
export function checkOwner(path: string, uid: number): void {
  const own = process.geteuid?.();
  if (own === undefined || uid === own) return;
  const { username } = userInfo();
  throw new ExposedPath(
    `${path} belongs to user ${uid} and latchd runs as ${username} (${own}); run: chown ${username} ${path}`,
  );
}

/** Returns the rights in the usual octal form: `0640`. */
export function modeText(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

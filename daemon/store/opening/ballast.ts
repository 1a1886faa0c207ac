import { promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFileWith } from "../../base/durable-file.ts";

const mebibyte = 1024 * 1024;

/** Sizes in bytes; tests have smaller disks. */
export interface BallastSizes {
  readonly ballast: number;
  /** With less than this free it is thrown overboard: the store needs room to open and to revoke. */
  readonly least: number;
}

const defaultSizes: BallastSizes = { ballast: 64 * mebibyte, least: 16 * mebibyte };
const chunkBytes = mebibyte;

/**
 * The ballast is a file of no content that keeps room on the disk. When something else has filled it,
 * the ballast is thrown away before the store is opened, so that codes can still be revoked.
 * @returns whether room had to be made: somebody should look at what fills the disk.
 */
export async function dropBallast(directory: string, sizes = defaultSizes): Promise<boolean> {
  const path = join(directory, "ballast");
  const size = await sizeOf(path);
  if ((await freeBytes(directory)) >= sizes.least) return false;
  await files.rm(path, { force: true });
  await files.rm(`${path}.new`, { force: true });
  return size > 0;
}

/**
 * Makes the ballast where there is room for three of it. It takes seconds on a slow card: not before
 * the doors are guarded.
 * @returns whether it is there
 */
export async function makeBallast(directory: string, sizes = defaultSizes): Promise<boolean> {
  const path = join(directory, "ballast");
  if ((await sizeOf(path)) === sizes.ballast) return true;
  if ((await freeBytes(directory)) < 3 * sizes.ballast) return false;
  await fill(path, sizes.ballast);
  return true;
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await files.statfs(directory);
  return bavail * bsize;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await files.stat(path)).size;
  } catch {
    return 0;
  }
}

/** Writes every byte, because a file of holes keeps no room. */
async function fill(path: string, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(chunkBytes, 0x5a);
  await replaceFileWith(path, async (file) => {
    for (let at = 0; at < bytes; at += chunkBytes) {
      await file.write(chunk, 0, Math.min(chunkBytes, bytes - at));
    }
  });
}

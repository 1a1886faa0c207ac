import { promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFileWith } from "../../base/durable-file.ts";

const mebibyte = 1024 * 1024;

/** Sizes in bytes; tests have smaller disks. */
export interface BallastSizes {
  readonly ballast: number;
  /** With less free space than this the ballast is deleted: the store needs room to open and to revoke. */
  readonly least: number;
}

const defaultSizes: BallastSizes = { ballast: 64 * mebibyte, least: 16 * mebibyte };
const chunkBytes = mebibyte;

/**
 * Deletes the ballast if the disk is full. The ballast is a file without content that reserves space, so that
 * codes can still be revoked after something else has filled the disk.
 * @returns whether space was freed: somebody should find out what fills the disk
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
 * Makes the ballast if there is room for three of it. It takes seconds on a slow card, so it is made after the
 * locks are being reconciled.
 * @returns whether there is a ballast
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

/** Writes every byte, because a sparse file reserves no space. */
async function fill(path: string, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(chunkBytes, 0x5a);
  await replaceFileWith(path, async (file) => {
    for (let at = 0; at < bytes; at += chunkBytes) {
      await file.write(chunk, 0, Math.min(chunkBytes, bytes - at));
    }
  });
}

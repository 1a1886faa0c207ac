import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./life/random.ts";

/**
 * One batch that is being written when the power fails. Any part of it may have reached the disk, from
 * nothing to all of it. Earlier batches are on disk.
 */
export class TornWrite {
  readonly #files: readonly { readonly path: string; readonly bytes: number }[];
  readonly #witness: { readonly path: string; readonly content: Buffer } | null;

  /** @param directory the store's; nothing of the batch is on disk yet */
  constructor(directory: string) {
    this.#files = logFiles(directory).map((path) => ({ path, bytes: statSync(path).size }));
    const witness = readdirSync(directory).find((name) => name.includes("witness"));
    this.#witness =
      witness === undefined
        ? null
        : { path: join(directory, witness), content: readFileSync(join(directory, witness)) };
  }

  /** Cuts the batch off somewhere, once nobody has the files open. */
  tear(random: Random): void {
    for (const { path, bytes } of this.#files) {
      const size = sizeOf(path);
      if (size > bytes) truncateSync(path, random.integer(bytes, size));
    }
    if (this.#witness !== null) writeFileSync(this.#witness.path, this.#witness.content);
  }
}

/** Removes some bytes of the newest batches: a mutation. */
export function loseNewest(directory: string, bytes: number): void {
  for (const path of logFiles(directory)) {
    truncateSync(path, Math.max(0, sizeOf(path) - bytes));
  }
}

/** LevelDB's own write-ahead logs. */
function logFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => /\d+\.log$/.test(name))
    .map((name) => join(directory, name));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

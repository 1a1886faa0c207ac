import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { tableBlocks } from "../../../../daemon/store/level-files/level-table-file.ts";
import { StoreFailure } from "../../../../daemon/store/store-failure.ts";
import type { Findings } from "./findings.ts";

/** A code as a word of text: longer digits are times and counters, others parts of a key, a hash or a seal. */
const digitRuns = /(?<=^|["' ,:=])0\d{5}(?=["' ,;.}]|$)/g;

/** Looks for plain codes in places that must never contain one. */
export class PlainCodes {
  readonly #findings: Findings;
  readonly #given = new Set<string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** A code was made: six digits, the first of them 0. */
  given(code: string): void {
    this.#given.add(code);
  }

  look(text: string, where: string): void {
    for (const [digits] of text.matchAll(digitRuns)) {
      if (this.#given.has(digits)) this.#findings.add("plainCodes", `in ${where}`);
    }
  }

  /** Every file of the store, as it is on disk. */
  async lookInFiles(directory: string): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name));
      for (const part of partsOf(bytes, entry.name)) {
        this.look(part.toString("latin1"), `the store's ${entry.name}`);
      }
    }
  }
}

/** Returns a table's blocks, unpacked. Any other file and an incomplete table are returned unchanged. */
function partsOf(bytes: Buffer, name: string): readonly Buffer[] {
  if (!name.endsWith(".ldb")) return [bytes];
  try {
    return tableBlocks(bytes, name);
  } catch (cause) {
    if (!(cause instanceof StoreFailure)) throw cause;
    return [bytes];
  }
}

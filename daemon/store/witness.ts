import { promises as files } from "node:fs";
import { replaceFile } from "./atomic-file.ts";
import { type ChainLink, isFields } from "./journal-log.ts";
import { errorCode, StoreFailure } from "./store-failure.ts";
import { parseStored } from "./stored-json.ts";

/** How far the store has come: kept in it with every batch, and now and then beside it. */
export interface Progress extends ChainLink {
  /** Transactions ever written; counts those without journal records too. */
  readonly commits: number;
}

export interface WitnessText extends Progress {
  readonly epoch: string;
}

/** Transactions after which the witness is written anew. */
const witnessInterval = 64;

/**
 * A second file that remembers how far the store had come. LevelDB can lose synced records to a
 * damaged log and open without an error; then the store is behind its witness.
 */
export class Witness {
  readonly #path: string;
  readonly #epoch: string;
  #written: Progress;
  #latest: Progress;
  #writing: Promise<void> | null = null;

  constructor(path: string, epoch: string, at: Progress) {
    this.#path = path;
    this.#epoch = epoch;
    this.#written = at;
    this.#latest = at;
  }

  /**
   * Takes note of what is on disk, and writes it when it is time. One file is written at a time;
   * what comes meanwhile waits for the next time.
   * @returns rejects when the file could not be written.
   */
  async note(progress: Progress): Promise<void> {
    this.#latest = progress;
    if (this.#writing === null && progress.commits - this.#written.commits >= witnessInterval) {
      await this.flush();
    }
  }

  /** Writes what was noted last, unless it stands there already. */
  async flush(): Promise<void> {
    while (this.#writing !== null) {
      await this.#writing;
    }
    if (this.#latest.commits === this.#written.commits) {
      return;
    }
    const progress = this.#latest;
    this.#writing = writeWitness(this.#path, { ...progress, epoch: this.#epoch });
    try {
      await this.#writing;
      this.#written = progress;
    } finally {
      this.#writing = null;
    }
  }
}

export async function writeWitness(path: string, text: WitnessText): Promise<void> {
  await replaceFile(path, JSON.stringify(text));
}

/** @throws StoreFailure `damaged` when it is missing or malformed: it was written before the store was ever used. */
export async function readWitness(path: string): Promise<WitnessText> {
  let text: string;
  try {
    text = await files.readFile(path, "utf8");
  } catch (error) {
    const kind = errorCode(error) === "ENOENT" ? "damaged" : "unreadable";
    throw new StoreFailure(kind, `the store's witness ${path} cannot be read`, { cause: error });
  }
  const value = parseStored(text, `the store's witness ${path}`);
  if (
    !isFields(value) ||
    typeof value["epoch"] !== "string" ||
    typeof value["seq"] !== "number" ||
    typeof value["hash"] !== "string" ||
    typeof value["commits"] !== "number"
  ) {
    throw new StoreFailure("damaged", `the store's witness ${path} is malformed`);
  }
  const { epoch, seq, hash, commits } = value;
  return { epoch, seq, hash, commits };
}

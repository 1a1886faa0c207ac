import { promises as files } from "node:fs";
import { replaceFile } from "../../base/durable-file.ts";
import { isObject, type Json } from "../../base/json.ts";
import { type ChainLink, readLink } from "../logs/journal-chain.ts";
import { errorCode, StoreFailure } from "../store-failure.ts";
import { parseStored } from "../stored-json.ts";

/** How far the store has come: written with every batch, and from time to time into the witness file. */
export interface StoreProgress extends ChainLink {
  /** Number of all transactions, including those without journal records. */
  readonly commits: number;
}

/** Reads the progress that the store keeps. @throws StoreFailure `damaged` if it is missing or malformed. */
export function readProgressOf(value: Json | undefined): StoreProgress {
  const link = readLink(value, "head");
  if (link === null || !isObject(value) || typeof value["commits"] !== "number") {
    throw new StoreFailure("damaged", "the journal's head is missing");
  }
  return { ...link, commits: value["commits"] };
}

export interface WitnessContent extends StoreProgress {
  readonly epoch: string;
}

/** Number of transactions after which the witness file is written again. */
const witnessInterval = 64;
/** Time after which it is written again when passwords have changed. */
const passwordDelayMs = 1_000;

/**
 * A file beside the database that records how far the store has come. LevelDB can lose synced records to a damaged
 * log and open without an error: then the store is behind its witness file.
 */
export class WitnessFile {
  readonly #paths: readonly string[];
  readonly #epoch: string;
  #written: StoreProgress;
  #latest: StoreProgress;
  #writing: Promise<void> | null = null;
  #isDue = false;
  #isEnded = false;

  /** @param paths the store's own file and, if there is one, the second file in another folder */
  constructor(paths: readonly string[], epoch: string, at: StoreProgress) {
    this.#paths = paths;
    this.#epoch = epoch;
    this.#written = at;
    this.#latest = at;
  }

  /**
   * Notes what is on disk, and writes the file when it is due. A note during a write waits for the next
   * write.
   * @param changesPasswords passwords are concerned: a log that loses its end must not bring one back, so the
   * file follows within a second.
   * @returns rejects when the file could not be written.
   */
  async note(progress: StoreProgress, changesPasswords: boolean): Promise<void> {
    this.#latest = progress;
    const isTime = progress.commits - this.#written.commits >= witnessInterval;
    if (this.#writing === null && isTime) {
      await this.flush();
    } else if (changesPasswords && !this.#isDue) {
      this.#isDue = true;
      // Later changes within this time are written with it.
      await new Promise<void>((resolve) => {
        setTimeout(resolve, passwordDelayMs).unref();
      });
      if (!this.#isEnded) await this.flush();
    }
  }

  /** Writes the newest progress unless the file has it already. */
  async flush(): Promise<void> {
    this.#isDue = false;
    while (this.#writing !== null) {
      await this.#writing;
    }
    if (this.#latest.commits === this.#written.commits) {
      return;
    }
    const progress = this.#latest;
    this.#writing = this.#write({ ...progress, epoch: this.#epoch });
    try {
      await this.#writing;
      this.#written = progress;
    } finally {
      this.#writing = null;
    }
  }

  /** Writes no more: the paths may belong to another store soon. */
  end(): void {
    this.#isEnded = true;
  }

  async #write(text: WitnessContent): Promise<void> {
    for (const path of this.#paths) await writeWitness(path, text);
  }
}

export async function writeWitness(path: string, text: WitnessContent): Promise<void> {
  await replaceFile(path, JSON.stringify(text));
}

/** Returns the content of a witness file, or null if the file is missing or cannot be read. */
export async function readWitnessOrNull(path: string): Promise<WitnessContent | null> {
  try {
    return await readWitness(path);
  } catch (error) {
    if (error instanceof StoreFailure) return null;
    throw error;
  }
}

/** @throws StoreFailure `damaged` when it is missing or malformed: it was written before the store was ever used. */
export async function readWitness(path: string): Promise<WitnessContent> {
  let text: string;
  try {
    text = await files.readFile(path, "utf8");
  } catch (error) {
    const kind = errorCode(error) === "ENOENT" ? "damaged" : "unreadable";
    throw new StoreFailure(kind, `the store's witness ${path} cannot be read`, { cause: error });
  }
  const value = parseStored(text, `the store's witness ${path}`);
  if (
    !isObject(value) ||
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

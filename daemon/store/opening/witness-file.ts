import { promises as files } from "node:fs";
import { replaceFile } from "../../base/durable-file.ts";
import { isObject, type Json } from "../../base/json.ts";
import { type ChainLink, readLink } from "../logs/journal-chain.ts";
import { errorCode, StoreFailure } from "../store-failure.ts";
import { parseStored } from "../stored-json.ts";

/** How far the store has come: kept in it with every batch, and now and then beside it. */
export interface StoreProgress extends ChainLink {
  /** Transactions ever written; counts those without journal records too. */
  readonly commits: number;
}

/** Reads what the store keeps of its progress. @throws StoreFailure `damaged` if it is missing or malformed. */
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

/** Transactions after which the witness is written anew. */
const witnessInterval = 64;
/** Time after which it is written anew when passwords have changed. */
const graveDelayMs = 1_000;

/**
 * A second file that remembers how far the store had come. LevelDB can lose synced records to a
 * damaged log and open without an error; then the store is behind its witness.
 */
export class WitnessFile {
  readonly #paths: readonly string[];
  readonly #epoch: string;
  #written: StoreProgress;
  #latest: StoreProgress;
  #writing: Promise<void> | null = null;
  #isDue = false;
  #isEnded = false;

  /** @param paths the store's own file and, where there is one, that in a place of its own. */
  constructor(paths: readonly string[], epoch: string, at: StoreProgress) {
    this.#paths = paths;
    this.#epoch = epoch;
    this.#written = at;
    this.#latest = at;
  }

  /**
   * Takes note of what is on disk, and writes it when it is time. One file is written at a time;
   * what comes meanwhile waits for the next time.
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
      // What follows from one password within this time is witnessed with it.
      await new Promise<void>((resolve) => {
        setTimeout(resolve, graveDelayMs).unref();
      });
      if (!this.#isEnded) await this.flush();
    }
  }

  /** Writes what was noted last, unless it stands there already. */
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

  /** Writes no more: the files may soon be another store's. */
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

/**
 * What the witness in a place of its own saw; null when there is none, or one that cannot be read: it
 * is the second, and says nothing then.
 */
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

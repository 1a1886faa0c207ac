import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import type { SimulationTime } from "../radio.ts";
import type { NvEntry, NvMemory } from "./nv.ts";

/** Changes are gathered for this long before they are written. */
const gatherMs = 250;
const formatVersion = 1;

/** The file holds something else than a stick's memory. */
export class NvFileError extends Error {
  constructor(path: string, reason: string) {
    super(`${path} is not the memory of a simulated stick: ${reason}`);
    this.name = "NvFileError";
  }
}

/**
 * Keeps a stick's flash in a file, mode 0600 as it holds network keys. The file is replaced whole
 * (write, fsync, rename), never changed in place.
 */
export class NvFile {
  readonly #path: string;
  readonly #time: SimulationTime;
  #cancelSave: (() => void) | null = null;

  constructor(path: string, time: SimulationTime) {
    this.#path = path;
    this.#time = time;
  }

  /** Fills `memory` from the file; a missing file is an empty flash. @throws NvFileError */
  load(memory: NvMemory): void {
    const text = readIfThere(this.#path);
    if (text !== null) memory.restore(parse(this.#path, text));
  }

  /** Writes soon; many calls make one write. */
  saveSoon(memory: NvMemory): void {
    this.#cancelSave ??= this.#time.after(gatherMs, () => this.save(memory));
  }

  /** Writes now, durably. @throws the file system's error */
  save(memory: NvMemory): void {
    this.#cancelSave?.();
    this.#cancelSave = null;
    const temporaryPath = `${this.#path}.tmp`;
    const file = openSync(temporaryPath, "w", 0o600);
    try {
      writeSync(file, JSON.stringify({ version: formatVersion, entries: memory.dump() }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporaryPath, this.#path);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function parse(path: string, text: string): NvEntry[] {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw new NvFileError(path, cause instanceof Error ? cause.message : "not JSON");
  }
  if (typeof stored !== "object" || stored === null || !("version" in stored)) {
    throw new NvFileError(path, "no version");
  }
  if (stored.version !== formatVersion) throw new NvFileError(path, "another version");
  if (!("entries" in stored) || !Array.isArray(stored.entries)) {
    throw new NvFileError(path, "no entries");
  }
  const entries: readonly unknown[] = stored.entries;
  return entries.map((entry) => {
    if (!isEntry(entry)) throw new NvFileError(path, "an entry is not [address, hex]");
    return entry;
  });
}

function isEntry(value: unknown): value is NvEntry {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [address, contents]: readonly unknown[] = value;
  return (
    typeof address === "string" &&
    /^[0-9a-f]{4}:[0-9a-f]{4}:[0-9a-f]{4}$/.test(address) &&
    typeof contents === "string" &&
    /^([0-9a-f]{2})*$/.test(contents)
  );
}

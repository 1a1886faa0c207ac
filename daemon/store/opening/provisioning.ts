import { existsSync, promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFile, syncDirectory } from "../../base/durable-file.ts";
import { isObject } from "../../base/json.ts";
import { errorCode, StoreFailure } from "../store-failure.ts";
import { parseStored } from "../stored-json.ts";

/**
 * `provision`: makes a new store, and refuses if there is one. `existing`: opens the store that is there.
 * `auto`: makes a store if none was ever made here, otherwise opens it.
 */
export type OpenMode = "provision" | "existing" | "auto";

/** The paths inside a store's directory. */
export interface StorePaths {
  readonly level: string;
  readonly marker: string;
  readonly witness: string;
}

export function storePaths(directory: string): StorePaths {
  return {
    level: join(directory, "level"),
    marker: join(directory, "provisioned.json"),
    witness: join(directory, "witness.json"),
  };
}

/** The content of the marker. `begun`: a start was cut short before the store was ever used. */
type Marker = { readonly state: "begun" } | { readonly state: "done"; readonly epoch: string };

/** Whether to make a store in a directory or to open the one there. */
export type OpenPlan =
  | { readonly kind: "create" }
  | { readonly kind: "open"; readonly epoch: string };

/**
 * Decides by the marker and never by what LevelDB finds: LevelDB makes a new database if CURRENT is missing, and
 * deletes the tables of the old one.
 */
export async function planOpening(paths: StorePaths, mode: OpenMode): Promise<OpenPlan> {
  const marker = await readMarker(paths.marker);
  if (marker?.state === "done") {
    if (mode === "provision") {
      throw new StoreFailure("alreadyProvisioned", `a store is already in ${paths.level}`);
    }
    if (!existsSync(join(paths.level, "CURRENT"))) {
      throw new StoreFailure(
        "missing",
        `the store was provisioned but ${join(paths.level, "CURRENT")} is missing; nothing was changed`,
      );
    }
    return { kind: "open", epoch: marker.epoch };
  }
  if (mode === "existing") {
    throw new StoreFailure("notProvisioned", `no store was provisioned in ${paths.level}`);
  }
  if (marker === null && (await isOccupied(paths.level))) {
    throw new StoreFailure(
      "missing",
      `${paths.level} holds files but the marker ${paths.marker} is missing; nothing was changed`,
    );
  }
  return { kind: "create" };
}

/** Marks that a store is being made and deletes what an earlier attempt left. */
export async function beginProvisioning(paths: StorePaths): Promise<void> {
  await writeMarker(paths.marker, { state: "begun" });
  await files.rm(paths.level, { recursive: true, force: true });
  await files.rm(paths.witness, { force: true });
  await files.mkdir(paths.level, { mode: 0o700 });
}

/** Marks that the store is complete; from now on a missing file is a loss. */
export async function finishProvisioning(paths: StorePaths, epoch: string): Promise<void> {
  await syncDirectory(paths.level);
  await writeMarker(paths.marker, { state: "done", epoch });
}

async function writeMarker(path: string, marker: Marker): Promise<void> {
  await replaceFile(path, JSON.stringify(marker));
}

/** Returns what the marker says, or null if there is none. @throws StoreFailure `damaged` or `unreadable`. */
export async function readMarker(path: string): Promise<Marker | null> {
  let text: string;
  try {
    text = await files.readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return null;
    }
    throw new StoreFailure("unreadable", `the marker ${path} cannot be read`, { cause: error });
  }
  const value = parseStored(text, `the marker ${path}`);
  if (isObject(value) && value["state"] === "begun") {
    return { state: "begun" };
  }
  if (isObject(value) && value["state"] === "done" && typeof value["epoch"] === "string") {
    return { state: "done", epoch: value["epoch"] };
  }
  throw new StoreFailure("damaged", `the marker ${path} is malformed`);
}

async function isOccupied(path: string): Promise<boolean> {
  return existsSync(path) && (await files.readdir(path)).length > 0;
}

import { existsSync, promises as files } from "node:fs";
import { join } from "node:path";
import { syncDirectory } from "../../base/durable-file.ts";
import { writeDatabase } from "../database.ts";
import {
  type LevelContent,
  mergedContent,
  readLevelContent,
  type WholeTable,
} from "../level-files/level-content.ts";
import { liveFilesOf } from "../level-files/level-manifest.ts";
import type { MasterKey } from "../secrets/master-key.ts";
import { StoreFailure } from "../store-failure.ts";
import { type ProvenContent, proveContent, type RawContent } from "./content-proof.ts";
import { makeAsideFolder } from "./damaged-stores.ts";
import { finishProvisioning, readMarker, type StorePaths, storePaths } from "./provisioning.ts";
import { claimStore } from "./store-claim.ts";
import { readWitnessOrNull, type WitnessContent, writeWitness } from "./witness-file.ts";

/** LevelDB's files are read into memory whole; a gateway's are a tenth of this. */
const maxBytes = 256 * 1024 * 1024;
/** Limit of the sets of tables that are tried. */
const maxAttempts = 64;

export interface RebuildOptions {
  readonly directory: string;
  readonly masterKey: MasterKey;
  readonly secondWitness?: string | undefined;
}

/**
 * The outcome of a rebuild.
 * - `rebuilt`: the whole content is proven, and the store can be opened again in the same epoch.
 * - `older`: the records of an earlier moment are proven, and later ones are damaged.
 * - `nothing`: no records can be proven.
 */
export type Rebuilt =
  | { readonly kind: "rebuilt"; readonly aside: string }
  | { readonly kind: "older"; readonly content: ProvenContent }
  | { readonly kind: "nothing" };

/**
 * Reads a damaged store's tables and logs without LevelDB, CURRENT and manifest. If digest, journal chain and
 * witness files prove that nothing is missing, altered or outdated, its content is written into new files, and
 * the damaged ones are set aside. LevelDB's own repair proves nothing: it can bring a revoked code back. If
 * this is cut short, the next call starts again or finishes the exchange.
 * @throws StoreFailure `inUse`, or a system error when the disk refuses.
 */
export async function rebuildStore(options: RebuildOptions): Promise<Rebuilt> {
  const paths = storePaths(options.directory);
  const claim = await claimStore(options.directory);
  try {
    if (existsSync(rebuiltPath(paths))) return await exchange(options.directory, paths);
    const witnesses = await readWitnesses(paths, options.secondWitness);
    const epoch = (await epochOf(paths)) ?? witnesses[0]?.epoch ?? null;
    if (epoch === null || !existsSync(paths.level)) return { kind: "nothing" };
    if ((await bytesIn(paths.level)) > maxBytes) return { kind: "nothing" };
    const content = await readLevelContent(paths.level);
    const { masterKey } = options;
    const found = await search(paths.level, content, { epoch, masterKey, witnesses });
    if (found === null) return { kind: "nothing" };
    if (!found.proof.isCurrent) return { kind: "older", content: found.proof };
    await mendBeside(paths, { ...found.proof.progress, epoch });
    await write(paths, found.entries);
    return await exchange(options.directory, paths);
  } finally {
    await claim.release();
  }
}

interface Found {
  readonly entries: RawContent;
  readonly proof: ProvenContent;
}

/** Tries sets of tables until one is proven to be current; otherwise returns the first that is proven at all. */
async function search(
  level: string,
  content: LevelContent,
  expected: Parameters<typeof proveContent>[1],
): Promise<Found | null> {
  const isIntact = content.hasLog && content.damaged.length === 0;
  let older: Found | null = null;
  for (const tables of await tableSets(level, content.tables)) {
    const { entries, isContinuous } = mergedContent(tables, content.batches);
    const proof = proveContent(entries, expected);
    if (proof === null) continue;
    const isCurrent = isIntact && isContinuous && proof.isCurrent;
    if (isCurrent) return { entries, proof };
    older ??= { entries, proof: { ...proof, isCurrent } };
  }
  return older;
}

/**
 * Returns the sets of tables that may be the live ones, the most likely first: those that a readable manifest names,
 * all that exist, and all but the oldest ones (LevelDB may not have deleted a table that it replaced).
 */
async function tableSets(
  level: string,
  tables: readonly WholeTable[],
): Promise<readonly (readonly WholeTable[])[]> {
  const named: (readonly WholeTable[])[] = [];
  const manifests = (await files.readdir(level)).filter((name) => name.startsWith("MANIFEST-"));
  for (const name of manifests.sort().reverse()) {
    const live = await liveTables(join(level, name), name);
    if (live === null) continue;
    const present = tables.filter(({ number }) => live.has(number));
    if (present.length === live.size) named.push(present);
  }
  const rest = Array.from({ length: Math.max(1, tables.length) }, (_, first) =>
    tables.slice(first),
  );
  return [...named, ...rest].slice(0, maxAttempts);
}

async function liveTables(path: string, name: string): Promise<ReadonlySet<number> | null> {
  try {
    return new Set(liveFilesOf(await files.readFile(path), name).tables.keys());
  } catch (error) {
    if (error instanceof StoreFailure) return null;
    throw error;
  }
}

/** Writes marker and witness file again if they cannot be read: the store would be refused because of them. */
async function mendBeside(paths: StorePaths, text: WitnessContent): Promise<void> {
  if ((await readWitnessOrNull(paths.witness)) === null) await writeWitness(paths.witness, text);
  if ((await epochOf(paths)) === null) await finishProvisioning(paths, text.epoch);
}

/** @returns null when the marker is missing, cannot be read, or names none. */
async function epochOf(paths: StorePaths): Promise<string | null> {
  try {
    const marker = await readMarker(paths.marker);
    return marker?.state === "done" ? marker.epoch : null;
  } catch (error) {
    if (error instanceof StoreFailure && error.kind === "damaged") return null;
    throw error;
  }
}

/** Returns the witness files that can be read. Without any, no content counts as current. */
async function readWitnesses(
  { witness }: StorePaths,
  far: string | undefined,
): Promise<readonly WitnessContent[]> {
  const all = [witness, ...(far === undefined ? [] : [far])];
  const read = await Promise.all(all.map((path) => readWitnessOrNull(path)));
  return read.filter((text) => text !== null);
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await files.readdir(folder)).map(async (name) => {
    return (await files.stat(join(folder, name))).size;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Paths of the new files: while they are written, and when they are complete. */
function buildingPath({ level }: StorePaths): string {
  return `${level}.rebuilding`;
}
function rebuiltPath({ level }: StorePaths): string {
  return `${level}.rebuilt`;
}

async function write(paths: StorePaths, entries: RawContent): Promise<void> {
  const building = buildingPath(paths);
  await files.rm(building, { recursive: true, force: true });
  try {
    await files.mkdir(building, { mode: 0o700 });
    await writeDatabase(building, entries);
    await syncDirectory(building);
  } catch (error) {
    await files.rm(building, { recursive: true, force: true });
    throw error;
  }
  await files.rename(building, rebuiltPath(paths));
  await syncDirectory(join(paths.level, ".."));
}

/** Replaces the damaged files with the new ones and keeps the damaged ones for people to examine. */
async function exchange(directory: string, paths: StorePaths): Promise<Rebuilt> {
  const aside = await makeAsideFolder(directory);
  if (existsSync(paths.level)) await files.rename(paths.level, join(aside, "level"));
  await files.rename(rebuiltPath(paths), paths.level);
  await syncDirectory(aside);
  await syncDirectory(directory);
  return { kind: "rebuilt", aside };
}

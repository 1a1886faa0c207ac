import { promises as files } from "node:fs";
import { join } from "node:path";
import { StoreFailure } from "../store-failure.ts";
import { batchEntries } from "./level-batch.ts";
import type { LevelEntry } from "./level-entry.ts";
import { logRecordsUntilDamage } from "./level-log-file.ts";
import { tableEntries } from "./level-table-file.ts";

/** A table whose checksums are all right. */
export interface WholeTable {
  readonly number: number;
  readonly entries: readonly LevelEntry[];
}

/** The content of LevelDB's files that can be read without CURRENT and manifest, oldest first. */
export interface LevelContent {
  readonly tables: readonly WholeTable[];
  /** Batches of all logs in the order of their sequence numbers, each at most once. */
  readonly batches: readonly (readonly LevelEntry[])[];
  /** Files that are damaged, for people. */
  readonly damaged: readonly string[];
  /** Without a log it is unknown what was written last: LevelDB always has one. */
  readonly hasLog: boolean;
}

/**
 * Reads every table and every log in a folder of LevelDB, whatever CURRENT and the manifest say. Nothing is
 * changed. A damaged table is left out; of a damaged log the records before the damage are read.
 */
export async function readLevelContent(directory: string): Promise<LevelContent> {
  const tables: WholeTable[] = [];
  const batches: LevelEntry[][] = [];
  const damaged: string[] = [];
  let hasLog = false;
  const names = (await files.readdir(directory)).sort(byNumber);
  for (const name of names) {
    if (!/^\d+\.(ldb|sst|log)$/.test(name)) continue;
    const isWhole = await withoutDamage(async () => {
      const file = await files.readFile(join(directory, name));
      if (!name.endsWith(".log")) {
        tables.push({ number: Number.parseInt(name, 10), entries: tableEntries(file, name) });
        return true;
      }
      hasLog = true;
      const { records, isWhole: isLogWhole } = logRecordsUntilDamage(file, name);
      for (const record of records) batches.push(batchEntries(record, name));
      return isLogWhole;
    });
    if (!isWhole) damaged.push(name);
  }
  return { tables, batches: inSequence(batches), damaged, hasLog };
}

async function withoutDamage(read: () => Promise<boolean>): Promise<boolean> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreFailure) return false;
    // A part of the disk that cannot be read is damage too.
    if (error instanceof Error && "code" in error && error.code === "EIO") return false;
    throw error;
  }
}

function byNumber(left: string, right: string): number {
  return Number.parseInt(left, 10) - Number.parseInt(right, 10);
}

function inSequence(batches: LevelEntry[][]): LevelEntry[][] {
  const byFirst = new Map(batches.map((batch) => [firstOf(batch), batch]));
  return [...byFirst.values()].sort((left, right) => firstOf(left) - firstOf(right));
}

function firstOf(batch: readonly LevelEntry[]): number {
  return batch[0]?.sequence ?? 0;
}

/**
 * Returns the newest content of these tables and logs: for each key the entry with the highest sequence number.
 * Batches are applied as long as they follow each other without a hole.
 * @returns the entries by key (latin1), without deleted ones, and whether all batches were applied
 */
export function mergedContent(
  tables: readonly WholeTable[],
  batches: LevelContent["batches"],
): { readonly entries: ReadonlyMap<string, Buffer>; readonly isContinuous: boolean } {
  const newest = new Map<string, LevelEntry>();
  let last = 0;
  const take = (entry: LevelEntry) => {
    const name = entry.key.toString("latin1");
    if ((newest.get(name)?.sequence ?? -1) <= entry.sequence) newest.set(name, entry);
    last = Math.max(last, entry.sequence);
  };
  for (const table of tables) for (const entry of table.entries) take(entry);
  let isContinuous = true;
  for (const batch of batches) {
    if (firstOf(batch) > last + 1) {
      isContinuous = false;
      break;
    }
    for (const entry of batch) take(entry);
  }
  const entries = new Map<string, Buffer>();
  for (const [name, { value }] of newest) if (value !== null) entries.set(name, value);
  return { entries, isContinuous };
}

import { promises as files } from "node:fs";
import { basename, join } from "node:path";
import { decodeTableKey } from "../../daemon/store/keys.ts";
import { batchEntries } from "../../daemon/store/level-files/level-batch.ts";
import type { LevelEntry } from "../../daemon/store/level-files/level-entry.ts";
import { logRecordsUntilDamage } from "../../daemon/store/level-files/level-log-file.ts";
import { tableEntries } from "../../daemon/store/level-files/level-table-file.ts";
import type { MasterKey } from "../../daemon/store/secrets/master-key.ts";
import { RecordSeal } from "../../daemon/store/secrets/record-seal.ts";
import { StoreFailure } from "../../daemon/store/store-failure.ts";

/** Files change while they are read; this many readings in a row may find one missing. */
const maxReadings = 200;

/** Everything in some folders: every file as it is, and every entry of LevelDB's tables and logs. */
interface Found {
  readonly raw: readonly Buffer[];
  readonly entries: readonly LevelEntry[];
}

/**
 * Returns which of the texts can be read in any file below these folders.
 * @param masterKey null: by who has the files alone. Else also by who has the key that seals them, old
 * versions of records and old keys of locks included.
 */
export async function readableWords(
  folders: readonly string[],
  texts: readonly string[],
  masterKey: MasterKey | null,
): Promise<Set<string>> {
  const { raw, entries } = await contentOf(folders);
  const plain = entries.flatMap(({ key, value }) => (value === null ? [key] : [key, value]));
  const opened = masterKey === null ? [] : openedTexts(entries, masterKey);
  return new Set(
    texts.filter((text) => [...raw, ...plain, ...opened].some((part) => part.includes(text))),
  );
}

/**
 * The store replaces its files while it is open: its witness, and LevelDB's tables when it compacts. A file
 * that is gone between the listing and the reading says that what was read is of two moments: it is read
 * again from the beginning.
 */
async function contentOf(folders: readonly string[]): Promise<Found> {
  for (let reading = 1; ; reading++) {
    try {
      return await readOnce(folders);
    } catch (error) {
      const isGone = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isGone || reading === maxReadings) throw error;
    }
  }
}

async function readOnce(folders: readonly string[]): Promise<Found> {
  const raw: Buffer[] = [];
  const entries: LevelEntry[] = [];
  for (const folder of folders) {
    for (const entry of await files.readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === "ballast") continue;
      const path = join(entry.parentPath, entry.name);
      const content = await files.readFile(path);
      raw.push(content);
      entries.push(...entriesOf(path, content));
    }
  }
  return { raw, entries };
}

function entriesOf(path: string, content: Buffer): readonly LevelEntry[] {
  const name = basename(path);
  if (/^\d+\.ldb$/.test(name)) return tableEntries(content, name);
  if (!/^\d+\.log$/.test(name)) return [];
  return logRecordsUntilDamage(content, name).records.flatMap((batch) => batchEntries(batch, name));
}

function openedTexts(entries: readonly LevelEntry[], masterKey: MasterKey): readonly string[] {
  const seals = [sealWith(masterKey, [])];
  for (const { key, value } of entries) {
    if (value === null || decodeTableKey(key)?.table !== "lockKey") continue;
    seals.push(sealWith(masterKey, [JSON.parse(value.toString())]));
  }
  return entries.flatMap(({ key, value }) =>
    value === null ? [] : seals.flatMap((seal) => textOf(seal, key, value)),
  );
}

/** @param keys the locks' keys that are known */
function sealWith(masterKey: MasterKey, keys: readonly unknown[]): RecordSeal {
  const view = { get: () => keys[0], list: () => keys.values() };
  // Only keys of locks are asked for.
  return new RecordSeal(masterKey, view as ConstructorParameters<typeof RecordSeal>[1]);
}

function textOf(seal: RecordSeal, key: Buffer, value: Buffer): readonly string[] {
  try {
    const entry = seal.open({ key, value });
    return [entry.text, entry.key.toString("latin1")];
  } catch (error) {
    if (error instanceof StoreFailure) return [];
    throw error;
  }
}

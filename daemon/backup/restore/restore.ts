import { existsSync, promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFile, syncDirectory } from "../../base/durable-file.ts";
import type { EventEntry } from "../../core/model/journal.ts";
import type { LevelStore } from "../../store/level-store.ts";
import { copyHistory } from "../../store/logs/history-copy.ts";
import { firstSchema, migrations, newestSchema } from "../../store/opening/migrations.ts";
import { openStore } from "../../store/opening/open-store.ts";
import { storePaths } from "../../store/opening/provisioning.ts";
import type { StoredRecord } from "../../store/opening/stored-record.ts";
import type { MasterKey } from "../../store/secrets/master-key.ts";
import type { Change, TableName } from "../../store/store.ts";
import { type BackupContents, recordsToRestore, toJson } from "../contents.ts";
import { BackupFault } from "../sealed-file.ts";
import { epochStartIn, recordsInEpoch } from "./new-epoch.ts";

const recordsPerBatch = 500;

export interface RestoreStoreOptions {
  readonly masterKey: MasterKey;
  readonly origin: "backup" | "copy";
  /** It belongs to the previous store, so it is removed; see `OpenStoreOptions`. */
  readonly secondWitness?: string | undefined;
  readonly history?: LevelStore | undefined;
}

/**
 * Makes a store, with a new epoch, from a copy. It is built in another folder and then moved into its place, so
 * that it can start again after a crash.
 * @param origin written to the new journal: `backup` restored by a person, `copy` restored by the gateway
 * after its store was damaged
 * @param history an older copy of the store itself: its journal and logs stay, and the new epoch continues
 * with the number after the last one that the cloud has
 * @throws BackupFault when there is a store already, or the copy is of another schema.
 */
export async function restoreStore(
  directory: string,
  contents: BackupContents,
  given: RestoreStoreOptions,
): Promise<void> {
  const { masterKey, history } = given;
  const records = checkRestore(directory, contents, masterKey);
  const building = `${directory}.restoring`;
  await files.rm(building, { recursive: true, force: true });
  const stamp = { atMs: contents.createdAtMs, clock: "lost" } as const;
  const place = { directory: building, masterKey };
  const target = await openStore({ ...place, mode: "provision" });
  try {
    const kept = history === undefined ? records : inNewEpoch(records, history, target);
    for (let first = 0; first < kept.length; first += recordsPerBatch) {
      const changes = kept.slice(first, first + recordsPerBatch).map(changeOf);
      await target.commit({ changes, journal: [] }, stamp);
    }
  } finally {
    await target.close();
  }
  if (history !== undefined) {
    const { epoch } = target.journalRange();
    const epochStart = epochStartIn(records, history.journalRange());
    await copyHistory({ store: history, epochStart }, { ...place, epoch });
  }
  const detail = { reason: "restored", origin: given.origin, madeAtMs: contents.createdAtMs };
  const gap: EventEntry = { kind: "event", event: "journalGap", lock: null, detail };
  const store = await openStore({ ...place, mode: "existing" });
  try {
    await store.commit({ changes: [], journal: [gap] }, stamp);
  } finally {
    await store.close();
  }
  await files.mkdir(directory, { recursive: true, mode: 0o700 });
  const built = storePaths(building);
  const placed = storePaths(directory);
  if (given.secondWitness !== undefined) await files.rm(given.secondWitness, { force: true });
  // The marker is moved last: a store without it does not exist yet.
  for (const part of ["level", "witness", "marker"] as const) {
    await files.rm(placed[part], { recursive: true, force: true });
    await files.rename(built[part], placed[part]);
  }
  await syncDirectory(directory);
  await files.rm(building, { recursive: true, force: true });
}

/** Returns the records for the new epoch, with the history's unfinished erasures. */
function inNewEpoch(
  records: readonly StoredRecord[],
  history: LevelStore,
  target: LevelStore,
): readonly StoredRecord[] {
  const range = history.journalRange();
  const epochStart = epochStartIn(records, range);
  const { epoch } = target.journalRange();
  const erasures = Array.from(history.list("erasure"), (erasure): StoredRecord => {
    return { table: "erasure", key: [erasure.lock], value: toJson(erasure) };
  });
  return [...recordsInEpoch(records, range, { epoch, epochStart }), ...erasures];
}

/**
 * Checks what can be checked before the first write.
 * @returns the records to restore.
 * @throws BackupFault when there is a store already, or the copy is malformed or of another schema.
 */
export function checkRestore(
  directory: string,
  contents: BackupContents,
  masterKey: MasterKey,
): StoredRecord[] {
  if (existsSync(storePaths(directory).marker)) {
    throw new BackupFault(`there is a store in ${directory} already: move it away first`);
  }
  const newest = newestSchema(migrations);
  if (contents.schema < firstSchema || contents.schema > newest) {
    throw new BackupFault(`the backup has schema ${contents.schema}, this latchd knows ${newest}`);
  }
  networkFilesOf(contents.zigbee);
  return recordsToRestore(contents, masterKey);
}

/** @throws BackupFault if a file's content is not base64. */
function networkFilesOf(zigbee: BackupContents["zigbee"]): readonly (readonly [string, Buffer])[] {
  return Object.entries(zigbee).map(([name, text]) => {
    const content = Buffer.from(text, "base64");
    if (content.toString("base64") !== text) {
      throw new BackupFault(`the backup is malformed: its ${name} is not base64`);
    }
    return [name, content];
  });
}

function changeOf({ table, key, value }: StoredRecord): Change {
  const change: { table: TableName; key: StoredRecord["key"]; value: unknown } = {
    table,
    key,
    value,
  };
  // `checkRecords` has checked the record like one that was read from disk.
  return change as Change;
}

/** Puts the network's files back. @throws BackupFault when there is a network already. */
export async function restoreNetwork(
  directory: string,
  zigbee: BackupContents["zigbee"],
): Promise<void> {
  if (existsSync(directory) && (await files.readdir(directory)).length > 0) {
    throw new BackupFault(`there are files of a Zigbee network in ${directory}: move them away`);
  }
  await files.mkdir(directory, { recursive: true, mode: 0o700 });
  for (const [name, content] of networkFilesOf(zigbee)) {
    await replaceFile(join(directory, name), content);
  }
}

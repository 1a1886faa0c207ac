import { existsSync, promises as files } from "node:fs";
import { join } from "node:path";
import { replaceFile, syncDirectory } from "../base/durable-file.ts";
import type { EventEntry } from "../core/journal.ts";
import type { MasterKey } from "../store/master-key.ts";
import type { StoredRecord } from "../store/migrations.ts";
import { firstSchema, migrations, newestSchema } from "../store/migrations.ts";
import { openStore } from "../store/open-store.ts";
import { storePaths } from "../store/provisioning.ts";
import type { Change, TableName } from "../store/store.ts";
import { type BackupContents, recordsToRestore } from "./contents.ts";
import { BackupFault } from "./sealed-file.ts";

const recordsPerBatch = 500;

/**
 * Makes a store, with a new epoch, out of a copy. It is built beside and put in place whole: cut
 * short, it is simply begun anew.
 * @param origin told in the new journal: `backup` restored by a person, `copy` taken up by the gateway
 * after its store was damaged.
 * @throws BackupFault when there is a store already, or the copy is of another schema.
 */
export async function restoreStore(
  directory: string,
  contents: BackupContents,
  given: {
    readonly masterKey: MasterKey;
    readonly origin: "backup" | "copy";
    /** What it saw is of the store before; see `OpenStoreOptions`. */
    readonly farWitness?: string | undefined;
  },
): Promise<void> {
  const records = checkRestore(directory, contents, given.masterKey);
  const building = `${directory}.restoring`;
  await files.rm(building, { recursive: true, force: true });
  const store = await openStore({
    directory: building,
    mode: "provision",
    masterKey: given.masterKey,
  });
  const stamp = { atMs: contents.createdAtMs, clock: "lost" } as const;
  try {
    for (let first = 0; first < records.length; first += recordsPerBatch) {
      const changes = records.slice(first, first + recordsPerBatch).map(changeOf);
      await store.commit({ changes, journal: [] }, stamp);
    }
    const detail = { reason: "restored", origin: given.origin, madeAtMs: contents.createdAtMs };
    const gap: EventEntry = { kind: "event", event: "journalGap", lock: null, detail };
    await store.commit({ changes: [], journal: [gap] }, stamp);
  } finally {
    await store.close();
  }
  await files.mkdir(directory, { recursive: true, mode: 0o700 });
  const built = storePaths(building);
  const place = storePaths(directory);
  if (given.farWitness !== undefined) await files.rm(given.farWitness, { force: true });
  // The marker goes last: without it the store is not there yet.
  for (const part of ["level", "witness", "marker"] as const) {
    await files.rm(place[part], { recursive: true, force: true });
    await files.rename(built[part], place[part]);
  }
  await syncDirectory(directory);
  await files.rm(building, { recursive: true, force: true });
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
  // A record of a copy is as good as one read from disk: the store takes it as it stands.
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

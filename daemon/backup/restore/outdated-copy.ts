import { promises as files } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../../base/durable-file.ts";
import type { LevelStore } from "../../store/level-store.ts";
import type { ProvenContent } from "../../store/opening/content-proof.ts";
import { migrations, newestSchema } from "../../store/opening/migrations.ts";
import { openStore } from "../../store/opening/open-store.ts";
import type { MasterKey } from "../../store/secrets/master-key.ts";
import { openContents, sealContents } from "../contents.ts";
import { contentsFrom } from "../contents-collector.ts";
import { BackupFault, type BackupKey } from "../sealed-file.ts";

interface CopyTarget {
  readonly directory: string;
  readonly masterKey: MasterKey;
  readonly copyFile: string;
  readonly copyKey: BackupKey;
}

/**
 * Saves an outdated but sound store as the gateway's own copy, unless that copy is newer: it is the best copy
 * there is. Its grants are suspended, as for any copy.
 */
export async function saveOutdatedStore(target: CopyTarget): Promise<void> {
  const { directory, masterKey } = target;
  const store = await openStore({ directory, mode: "existing", masterKey });
  try {
    const records = await store.exportRecords();
    const schema = newestSchema(migrations);
    await saveRecords(target, { schema, records, lastRecordMs: await lastRecordMs(store) });
  } finally {
    await store.close();
  }
}

/** Saves the records of a damaged store that are proven complete as of an earlier moment, in the same way. */
export async function saveProvenRecords(target: CopyTarget, content: ProvenContent): Promise<void> {
  await saveRecords(target, content);
}

async function saveRecords(
  { directory, copyFile, copyKey }: CopyTarget,
  { schema, records, lastRecordMs: lastMs }: Omit<ProvenContent, "isCurrent" | "progress">,
): Promise<void> {
  if ((await madeAtMs(copyFile, copyKey)) > lastMs) return;
  const zigbeeDirectory = join(dirname(directory), "zigbee");
  const contents = await contentsFrom(records, { schema, zigbeeDirectory, nowMs: lastMs });
  await replaceFile(copyFile, await sealContents(contents, copyKey));
}

/** Returns the time of the last journal record; 0 if there is none. */
async function lastRecordMs(store: LevelStore): Promise<number> {
  const [last] = await store.readJournal(store.journalRange().head, 1);
  return last?.atMs ?? 0;
}

/** Returns when the copy was made; -Infinity if there is none or it cannot be used. */
async function madeAtMs(copyFile: string, copyKey: BackupKey): Promise<number> {
  let file: Buffer;
  try {
    file = await files.readFile(copyFile);
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
  try {
    return (await openContents(file, copyKey)).createdAtMs;
  } catch (error) {
    if (error instanceof BackupFault) return Number.NEGATIVE_INFINITY;
    throw error;
  }
}

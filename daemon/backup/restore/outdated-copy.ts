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

interface CopyPlace {
  readonly directory: string;
  readonly masterKey: MasterKey;
  readonly copyFile: string;
  readonly copyKey: BackupKey;
}

/**
 * A store that is sound and only too old is the best copy there may be: it takes the place of the
 * gateway's own one, unless that is newer, and is taken up like it, with its grants held.
 */
export async function saveOutdatedStore(place: CopyPlace): Promise<void> {
  const { directory, masterKey } = place;
  const store = await openStore({ directory, mode: "existing", masterKey });
  try {
    const records = await store.exportRecords();
    const schema = newestSchema(migrations);
    await keepRecords(place, { schema, records, lastRecordMs: await lastRecordMs(store) });
  } finally {
    await store.close();
  }
}

/** Records of a damaged store that are proven whole as of an earlier moment: kept like an outdated store. */
export async function saveProvenRecords(place: CopyPlace, content: ProvenContent): Promise<void> {
  await keepRecords(place, content);
}

async function keepRecords(
  { directory, copyFile, copyKey }: CopyPlace,
  { schema, records, lastRecordMs: lastMs }: Omit<ProvenContent, "isCurrent" | "progress">,
): Promise<void> {
  if ((await madeAtMs(copyFile, copyKey)) > lastMs) return;
  const zigbeeDirectory = join(dirname(directory), "zigbee");
  const contents = await contentsFrom(records, { schema, zigbeeDirectory, nowMs: lastMs });
  await replaceFile(copyFile, await sealContents(contents, copyKey));
}

/** When the store was last told of something; 0 for a journal without a record. */
async function lastRecordMs(store: LevelStore): Promise<number> {
  const [last] = await store.readJournal(store.journalRange().head, 1);
  return last?.atMs ?? 0;
}

/** -Infinity for a copy that is not there or cannot be used. */
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

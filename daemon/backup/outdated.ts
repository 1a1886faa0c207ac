import { promises as files } from "node:fs";
import { dirname, join } from "node:path";
import { replaceFile } from "../base/durable-file.ts";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/master-key.ts";
import { openStore } from "../store/open-store.ts";
import { openContents, sealContents } from "./contents.ts";
import { gatherContents } from "./gather.ts";
import { BackupFault, type BackupKey } from "./sealed-file.ts";

/**
 * A store that is sound and only too old is the best copy there may be: it takes the place of the
 * gateway's own one, unless that is newer, and is taken up like it, with its grants held.
 */
export async function keepOutdated(options: {
  readonly directory: string;
  readonly masterKey: MasterKey;
  readonly copyFile: string;
  readonly copyKey: BackupKey;
}): Promise<void> {
  const { directory, masterKey, copyFile, copyKey } = options;
  const keyFingerprint = masterKey.fingerprint;
  const store = await openStore({ directory, mode: "existing", keyFingerprint, masterKey });
  try {
    const lastMs = await lastRecordMs(store);
    if ((await madeAtMs(copyFile, copyKey)) > lastMs) return;
    const gatewayId = String(store.get("setting", ["gateway.id"])?.value ?? "");
    const zigbeeDirectory = join(dirname(directory), "zigbee");
    const ports = { store, gatewayId, zigbeeDirectory, nowMs: () => lastMs };
    await replaceFile(copyFile, await sealContents(await gatherContents(ports, null), copyKey));
  } finally {
    await store.close();
  }
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

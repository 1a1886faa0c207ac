import { join } from "node:path";
import { readIfPresent } from "../base/durable-file.ts";
import type { LevelStore } from "../store/level-store.ts";
import { migrations, newestSchema } from "../store/opening/migrations.ts";
import type { StoredRecord } from "../store/opening/stored-record.ts";
import type { MasterKey } from "../store/secrets/master-key.ts";
import { type BackupContents, recordsForBackup } from "./contents.ts";

/** The files of a Zigbee network; see `NetworkFiles` of the driver. No other file is saved or restored. */
const networkFileNames = ["network.json", "database.db", "coordinator_backup.json"] as const;

export interface CollectorPorts {
  readonly store: LevelStore;
  readonly gatewayId: string;
  readonly zigbeeDirectory: string;
  nowMs(): number;
}

/**
 * Returns the contents of a backup.
 * @param masterKey is included, for use on another machine; null for the gateway's own copies
 */
export async function collectContents(
  ports: CollectorPorts,
  masterKey: MasterKey | null,
): Promise<BackupContents> {
  const contents = await contentsFrom(await ports.store.exportRecords(), {
    schema: newestSchema(migrations),
    zigbeeDirectory: ports.zigbeeDirectory,
    nowMs: ports.nowMs(),
  });
  return {
    ...contents,
    gatewayId: ports.gatewayId,
    ...(masterKey === null ? {} : { masterKey: masterKey.reveal().toString("base64url") }),
  };
}

/** Returns the contents of a backup of these records and the Zigbee network's files, without the key. */
export async function contentsFrom(
  records: readonly StoredRecord[],
  given: {
    readonly schema: number;
    readonly zigbeeDirectory: string;
    /** The time of the records' state, ms UTC. */
    readonly nowMs: number;
  },
): Promise<BackupContents> {
  const zigbee: Partial<Record<(typeof networkFileNames)[number], string>> = {};
  for (const name of networkFileNames) {
    const content = await readIfPresent(join(given.zigbeeDirectory, name));
    if (content !== null) zigbee[name] = content.toString("base64");
  }
  const id = records.find(({ table, key }) => table === "setting" && key[0] === "gateway.id");
  return {
    version: 1,
    schema: given.schema,
    createdAtMs: given.nowMs,
    gatewayId: settingOf(id),
    zigbee,
    records: recordsForBackup(records),
  };
}

function settingOf(record: StoredRecord | undefined): string {
  const value: unknown = record?.value;
  const isSetting = typeof value === "object" && value !== null && "value" in value;
  return isSetting && typeof value.value === "string" ? value.value : "";
}

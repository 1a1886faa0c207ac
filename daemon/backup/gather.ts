import { promises as files } from "node:fs";
import { join } from "node:path";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/master-key.ts";
import { migrations, newestSchema } from "../store/migrations.ts";
import { errorCode } from "../store/store-failure.ts";
import { type BackupContents, worthKeeping } from "./contents.ts";

/** What a Zigbee network is made of; see `NetworkFiles` of the driver. */
const networkFiles = ["network.json", "database.db", "coordinator_backup.json"] as const;

export interface GatherPorts {
  readonly store: LevelStore;
  readonly gatewayId: string;
  readonly zigbeeDirectory: string;
  nowMs(): number;
}

/**
 * Everything a backup holds.
 * @param masterKey goes into it as well, for another machine; null for the gateway's own copies.
 */
export async function gatherContents(
  ports: GatherPorts,
  masterKey: MasterKey | null,
): Promise<BackupContents> {
  const zigbee: Record<string, string> = {};
  for (const name of networkFiles) {
    const content = await readIfPresent(join(ports.zigbeeDirectory, name));
    if (content !== null) zigbee[name] = content.toString("base64");
  }
  return {
    version: 1,
    schema: newestSchema(migrations),
    createdAtMs: ports.nowMs(),
    gatewayId: ports.gatewayId,
    ...(masterKey === null ? {} : { masterKey: masterKey.reveal().toString("base64url") }),
    zigbee,
    records: worthKeeping(await ports.store.exportRecords()),
  };
}

async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await files.readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

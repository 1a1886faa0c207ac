import { cpSync, mkdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sealContents } from "../../../daemon/backup/contents.ts";
import { collectContents } from "../../../daemon/backup/contents-collector.ts";
import { copyFileOf, copyKeyOf } from "../../../daemon/backup/restore/recovery.ts";
import { replaceFile } from "../../../daemon/base/durable-file.ts";
import type { LevelStore } from "../../../daemon/store/level-store.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { put, remove } from "../../../daemon/store/store.ts";
import { aLock, aLockId, aPassword } from "../../support/records.ts";

export const masterKey = new MasterKey(Buffer.alloc(32, 7));
/** The password that was revoked before the damage. */
export const revokedId = 2;

/**
 * `closed`: the store as it lies after an orderly end. `killed`: as SIGKILL leaves it, its last records in
 * the log alone. `older`: as it was before the revocation.
 */
export const states = ["closed", "killed", "older"] as const;
export type State = (typeof states)[number];

const stamp = { atMs: 1_000, clock: "synced" } as const;
const event = { kind: "event", event: "pwdSync", lock: null, detail: null } as const;
const password = (id: number) =>
  put("password", [aLockId, id], aPassword({ id, changedAtMs: 500, sealedFor: `password/${id}` }));

/**
 * Makes a small store with tables, a log and a revoked password, one folder for each state: the store, its
 * own copy from before the revocation beside it, and the second witness from after it.
 */
export async function makeSample(folder: string): Promise<void> {
  const data = join(folder, "making");
  const directory = join(data, "store");
  mkdirSync(directory, { recursive: true });
  const given = {
    directory,
    masterKey,
    secondWitness: join(data, "far", "witness.json"),
  };
  let store = await openStore({ ...given, mode: "provision" });
  await store.commit(
    {
      changes: [put("lock", [aLockId], aLock()), password(1), password(revokedId)],
      journal: [event],
    },
    stamp,
  );
  await store.compact();
  await makeCopy(store, data);
  await store.close();
  keep(folder, "older");
  store = await openStore({ ...given, mode: "existing" });
  const revoke = remove("password", [aLockId, revokedId]);
  await store.commit({ changes: [revoke, password(3)], journal: [event] }, stamp);
  await store.close();
  // What was in the log goes to a table of its own; what follows is in the log alone.
  store = await openStore({ ...given, mode: "existing" });
  await store.commit({ changes: [password(4)], journal: [event] }, stamp);
  await store.commit({ changes: [], journal: [event] }, stamp);
  await witnessed(store, given.secondWitness);
  keep(folder, "killed");
  await store.close();
  keep(folder, "closed");
  // The second witness lies in a place that restoring an older copy does not overwrite.
  cpSync(join(folder, "closed", "far"), join(folder, "older", "far"), { recursive: true });
  rmSync(data, { recursive: true });
}

async function makeCopy(store: LevelStore, data: string): Promise<void> {
  const ports = { store, gatewayId: "gw-1", zigbeeDirectory: join(data, "zigbee") };
  const contents = await collectContents({ ...ports, nowMs: () => 900 }, null);
  const sealed = await sealContents(contents, { kind: "key", key: copyKeyOf(masterKey) });
  await replaceFile(copyFileOf(join(data, "store")), sealed);
}

/** The witness follows a password's change within a second. */
async function witnessed(store: LevelStore, secondWitness: string): Promise<void> {
  const { commits } = await store.statistics();
  const isWitnessed = async () =>
    JSON.parse(await readFile(secondWitness, "utf8")).commits === commits;
  while (!(await isWitnessed())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function keep(folder: string, state: State): void {
  cpSync(join(folder, "making"), join(folder, state), { recursive: true });
}

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Logger } from "pino";
import { copyFileOf, openOrRecover } from "../backup/restore/recovery.ts";
import { replaceFile } from "../base/durable-file.ts";
import { checkUnwritable, closePrivateFolder, ExposedPath } from "../base/private-path.ts";
import { buildMs } from "../base/version.ts";
import { Clock } from "../clock/clock.ts";
import { storedTimeMark } from "../clock/stored-time-mark.ts";
import type { Config } from "../config/config.ts";
import { timestampOf } from "../core/model/clock.ts";
import { masterKeyOf } from "../process/key-file.ts";
import type { LevelStore } from "../store/level-store.ts";
import { dropBallast } from "../store/opening/ballast.ts";
import type { MasterKey } from "../store/secrets/master-key.ts";
import { put, type Store } from "../store/store.ts";
import { StoreFailure } from "../store/store-failure.ts";

const settings = { gatewayId: "gateway.id" } as const;

/**
 * Opens the store with the gateway's key.
 * @throws StoreFailure when it cannot be used: nothing may be sent to a lock or a stick then
 */
export async function openGatewayStore(
  config: Config,
  logger: Logger,
  credentialsDirectory: string | undefined,
): Promise<{ readonly store: LevelStore; readonly masterKey: MasterKey }> {
  const directory = join(config.dataDir, "store");
  const log = logger.child({ part: "store" });
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  await checkFolders(config, log);
  const masterKey = await masterKeyOf(config.keyFile, directory, credentialsDirectory);
  if (await dropBallast(config.dataDir)) {
    log.error({}, "the disk is full: the ballast was dropped to make room");
  }
  const copyFile = copyFileOf(directory);
  const secondWitness = config.witnessFile;
  const store = await openOrRecover({ directory, masterKey, copyFile, secondWitness, log });
  return { store, masterKey };
}

/** @throws StoreFailure `exposed` if others own the data folder or can write to it or beside the key. */
async function checkFolders({ dataDir, keyFile }: Config, log: Logger): Promise<void> {
  try {
    if (await closePrivateFolder(dataDir)) {
      log.warn({ folder: dataDir }, "others could look into the data folder; its mode is 0700 now");
    }
    const keyFolder = dirname(keyFile);
    if (existsSync(keyFolder)) await checkUnwritable(keyFolder);
  } catch (cause) {
    if (!(cause instanceof ExposedPath)) throw cause;
    throw new StoreFailure("exposed", cause.message, { cause });
  }
}

/** Makes the gateway's clock, which keeps its time mark in the store. */
export function openClock(config: Config, store: Store, logger: Logger): Clock {
  const clock: Clock = new Clock({
    trust: config.clock.trust,
    buildMs,
    marks: storedTimeMark(store),
    onSaveFailed: (err) => logger.warn({ part: "clock", err }, "failed to store the time mark"),
  });
  return clock;
}

/** Returns the gateway's id: the configured one, or the one that was made at the first start. */
export async function gatewayIdOf(config: Config, store: Store, clock: Clock): Promise<string> {
  if (config.gateway.id !== undefined) return config.gateway.id;
  const stored = store.get("setting", [settings.gatewayId])?.value;
  const file = join(config.dataDir, "gateway-id");
  if (typeof stored === "string") {
    if (!existsSync(file)) await replaceFile(file, `${stored}\n`);
    return stored;
  }
  // A new store in place of a lost one belongs to the same gateway.
  const made = existsSync(file) ? (await readFile(file, "utf8")).trim() : randomUUID();
  await replaceFile(file, `${made}\n`);
  const time = clock.reading();
  const change = put("setting", [settings.gatewayId], { value: made });
  await store.commit({ changes: [change], journal: [] }, timestampOf(time));
  return made;
}

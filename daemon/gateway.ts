import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { StickOptions } from "../drivers/zigbee/session.ts";
import { ZigbeeDriver } from "../drivers/zigbee/zigbee-driver.ts";
import type { CloudSync } from "../sync/cloud-sync.ts";
import { storedCursor } from "../sync/cursor.ts";
import type { Api } from "./api/api.ts";
import { Backups } from "./backup/backups.ts";
import { copyFileOf, openOrRecover } from "./backup/recovery.ts";
import { Clock } from "./clock.ts";
import { cloudSyncOf, localJournal } from "./cloud-link.ts";
import type { Config } from "./config.ts";
import { TimeForLocks } from "./core/served-time.ts";
import type { Front } from "./front.ts";
import { masterKeyOf } from "./key-file.ts";
import { LockKeeper } from "./locks/keeper.ts";
import { systemTimers } from "./locks/timers.ts";
import { progressesOf } from "./progresses.ts";
import { replaceFile } from "./store/atomic-file.ts";
import { dropBallast } from "./store/ballast.ts";
import { CodeVault } from "./store/sealing.ts";
import { put, type Store } from "./store/store.ts";
import { digestKeyOf, protectionOf } from "./sync-keys.ts";
import { buildMs } from "./version.ts";
import type { Progress } from "./watchdog.ts";

/** The running daemon. */
export interface Gateway {
  readonly gatewayId: string;
  readonly api: Api;
  /** Aborted when the store has failed: the process must end and start anew. */
  readonly failed: AbortSignal;
  /** What has to get on for the gateway to do its work: the watchdog's questions. */
  readonly progresses: readonly Progress[];
  /** Ends every part, the last one built first; safe to call once. */
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly credentialsDirectory: string | undefined;
}

const settings = { gatewayId: "gateway.id", highWater: "clock.highWaterMs" } as const;

/**
 * Builds and starts every part in order: key, store, clock, locks, commands, API, cloud. Neither the
 * stick nor the broker has to be there: both are looked for from then on. The stick takes a second and
 * more to come up: commands, API and cloud are loaded meanwhile.
 * @throws StoreFailure, SocketTaken or a listen error; what was started before is closed again.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const end of closers.reverse()) await end();
  };
  try {
    return await build(options, closers, close);
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function build(
  { config, logger, credentialsDirectory }: GatewayOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Gateway> {
  const storeDirectory = join(config.dataDir, "store");
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const masterKey = await masterKeyOf(config.keyFile, storeDirectory, credentialsDirectory);
  if (await dropBallast(config.dataDir)) {
    logger.error({ part: "store" }, "the disk is full: the ballast was dropped to make room");
  }
  const store = await openOrRecover({
    directory: storeDirectory,
    masterKey,
    copyFile: copyFileOf(storeDirectory),
    farWitness: config.witnessFile,
    log: logger.child({ part: "store" }),
  });
  closers.push(() => store.close());
  const clock = openClock(config, store, logger);
  closers.push(() => clock.close());
  const gatewayId = await gatewayIdOf(config, store, clock);
  const vault = new CodeVault(masterKey, store);
  const reading = () => clock.reading();
  const timeForLocks = new TimeForLocks(config.clock.timeZone);
  const driver = new ZigbeeDriver({
    stick: stickOf(config),
    directory: join(config.dataDir, "zigbee"),
    channel: config.zigbee.channel,
    getTime: () => timeForLocks.at(clock.reading()),
    settled: () => store.settled(),
    logger: logger.child({ part: "zigbee" }),
  });
  const keeper = new LockKeeper({
    store,
    driver,
    codes: vault,
    timers: systemTimers,
    reading,
    monotonicMs: () => clock.monotonicMs(),
    newId: randomUUID,
    log: logger.child({ part: "locks" }),
    deadlineMs: config.locks.deadlineMs,
    timeZone: config.clock.timeZone,
    keypadEdits: config.locks.keypadEdits,
    auditsPerDay: config.locks.auditsPerDay,
  });
  clock.onChange((time) => {
    logger.info({ part: "clock", state: time.state }, "the clock's state has changed");
    keeper.wakeAll();
    cloud?.refresh();
  });
  let cloud: CloudSync | null = null;
  const backups = new Backups({
    dataDir: config.dataDir,
    store,
    masterKey,
    gatewayId,
    nowMs: () => clock.reading().nowMs,
    monotonicMs: () => clock.monotonicMs(),
    hadThrough: () => hadThrough(config, store, front),
    log: logger.child({ part: "store" }),
  });
  closers.push(() => backups.care.stop());
  closers.push(() => keeper.stop());
  await keeper.start();
  const { buildFront } = await import("./front.ts");
  const secured = await protectionOf(config, () => clock.reading().nowMs);
  const front = buildFront({
    ...(secured === null ? {} : { keys: secured.keys }),
    config,
    gatewayId,
    store,
    vault,
    driver,
    keeper,
    logger,
    reading,
    monotonicMs: () => clock.monotonicMs(),
    cloud: () => cloud,
    backup: (passphrase) => backups.sealed(passphrase),
  });
  closers.push(() => front.stop());
  if (config.cloud !== undefined) {
    const parts = { config, cloud: config.cloud, store, front, clock, vault, gatewayId, logger };
    const digestKey = await digestKeyOf(config, masterKey.derive("state digest"));
    const protection = secured?.protection ?? null;
    const sync = await cloudSyncOf({ ...parts, digestKey, protection });
    cloud = sync;
    closers.push(() => sync.stop());
  } else {
    const journal = await localJournal({ store, clock, front, logger });
    journal.start();
    closers.push(() => journal.stop());
  }
  const api = await front.listen();
  closers.push(() => api.close());
  front.resume();
  backups.care.start();
  cloud?.start();
  const progresses = progressesOf({ store, clock, driver, keeper });
  return { gatewayId, api, failed: store.failed, progresses, close };
}

/** The last journal record that the cloud, if there is one, and all callbacks have had. */
function hadThrough(config: Config, store: Store, front: Front): number {
  const byCloud = config.cloud === undefined ? store.journalRange().head : storedCursor(store);
  return Math.min(byCloud, front.hadThrough());
}

function stickOf({ stick: { path, baudRate, rtscts } }: Config): StickOptions {
  return { path, baudRateBps: baudRate, rtscts };
}

function openClock(config: Config, store: Store, logger: Logger): Clock {
  const clock: Clock = new Clock({
    trust: config.clock.trust,
    buildMs,
    highWater: {
      load: () => {
        const value = store.get("setting", [settings.highWater])?.value;
        return typeof value === "number" ? value : null;
      },
      save: async (highWaterMs) => {
        const change = put("setting", [settings.highWater], { value: highWaterMs });
        await store.commit(
          { changes: [change], journal: [] },
          { atMs: highWaterMs, clock: "synced" },
        );
      },
    },
    onSaveFailed: (err) => logger.warn({ part: "clock", err }, "the time was not kept"),
  });
  return clock;
}

/** From the configuration, else the one that was made at the first start. */
async function gatewayIdOf(config: Config, store: Store, clock: Clock): Promise<string> {
  if (config.gateway.id !== undefined) return config.gateway.id;
  const kept = store.get("setting", [settings.gatewayId])?.value;
  const file = join(config.dataDir, "gateway-id");
  if (typeof kept === "string") {
    if (!existsSync(file)) await replaceFile(file, `${kept}\n`);
    return kept;
  }
  // A store that had to begin anew stays the same gateway's.
  const made = existsSync(file) ? (await readFile(file, "utf8")).trim() : randomUUID();
  await replaceFile(file, `${made}\n`);
  const time = clock.reading();
  const change = put("setting", [settings.gatewayId], { value: made });
  await store.commit({ changes: [change], journal: [] }, { atMs: time.nowMs, clock: time.state });
  return made;
}

import { randomInt, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { ZigbeeDriver } from "../../drivers/zigbee/zigbee-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { HomeAssistant } from "../../sync/home-assistant/home-assistant.ts";
import { storedCursor } from "../../sync/up/cursor.ts";
import { Backups } from "../backup/backups.ts";
import { systemTimers } from "../base/timers.ts";
import type { Clock } from "../clock/clock.ts";
import { SetBackRecovery } from "../clock/set-back-recovery.ts";
import type { Config } from "../config/config.ts";
import { LockKeeper } from "../locks/lock-keeper.ts";
import { progressProbes } from "../process/progress-probes.ts";
import type { LevelStore } from "../store/level-store.ts";
import type { MasterKey } from "../store/secrets/master-key.ts";
import { CodeVault } from "../store/secrets/sealing.ts";
import type { Store } from "../store/store.ts";
import { cloudSyncOf, localJournal } from "./cloud-link.ts";
import type { Closer, Gateway } from "./gateway-handle.ts";
import { gatewayIdOf } from "./gateway-store.ts";
import { homeAssistantOf } from "./home-assistant-link.ts";
import { buildServices, type Services } from "./services.ts";
import { digestKeyOf, protectionOf } from "./sync-keys.ts";

/** What exists before the rest of the gateway is built: the store is open, and the radio is starting. */
export interface Foundation {
  readonly config: Config;
  readonly logger: Logger;
  readonly store: LevelStore;
  readonly masterKey: MasterKey;
  readonly clock: Clock;
  readonly driver: ZigbeeDriver;
}

/**
 * Builds and starts the other parts in order: locks, commands, API, cloud.
 * @param closers gets the function that ends each part
 */
export async function assemble(
  { config, logger, store, masterKey, clock, driver }: Foundation,
  closers: Closer[],
): Promise<Omit<Gateway, "close">> {
  const gatewayId = await gatewayIdOf(config, store, clock);
  const vault = new CodeVault(masterKey, store);
  const reading = () => clock.reading();
  const keeper = new LockKeeper({
    store,
    driver,
    codes: vault,
    timers: systemTimers,
    reading,
    monotonicMs: () => clock.monotonicMs(),
    newId: randomUUID,
    randomDigits: (count) => Array.from({ length: count }, () => randomInt(10)).join(""),
    log: logger.child({ part: "locks" }),
    deadlineMs: config.locks.deadlineMs,
    timeZone: config.clock.timeZone,
    keypadEdits: config.locks.keypadEdits,
    auditsPerDay: config.locks.auditsPerDay,
  });
  const setBack = new SetBackRecovery({ clock, store, log: logger.child({ part: "clock" }) });
  clock.onChange(() => {
    void setBack.restore().then(() => keeper.wakeAll());
    cloud?.refresh();
  });
  let cloud: CloudSync | null = null;
  let homeAssistant: HomeAssistant | null = null;
  const backups = new Backups({
    dataDir: config.dataDir,
    store,
    masterKey,
    gatewayId,
    nowMs: () => clock.reading().nowMs,
    monotonicMs: () => clock.monotonicMs(),
    hadThrough: () => deliveredThrough(config, store, services),
    log: logger.child({ part: "store" }),
  });
  closers.push(() => backups.maintenance.stop());
  closers.push(() => keeper.stop());
  await setBack.restore();
  await keeper.start();
  const secured = await protectionOf(config, () => clock.reading().nowMs);
  const services = buildServices({
    ...(secured === null ? {} : { keys: secured.keys }),
    config,
    gatewayId,
    store,
    vault,
    driver,
    keeper,
    logger,
    clock,
    reading,
    monotonicMs: () => clock.monotonicMs(),
    authorityKey: masterKey.derive("certificate authority").toString("base64url"),
    pseudonymKey: masterKey.derive("support pseudonyms").toString("base64url"),
    cloud: () => cloud,
    homeAssistant: () => homeAssistant,
    backup: (passphrase) => backups.sealed(passphrase),
  });
  closers.push(() => services.stop());
  if (config.cloud !== undefined) {
    const parts = { config, cloud: config.cloud, store, services, clock, vault, gatewayId, logger };
    const digestKey = await digestKeyOf(config, masterKey.derive("state digest"));
    const protection = secured?.protection ?? null;
    const sync = await cloudSyncOf({ ...parts, digestKey, protection });
    cloud = sync;
    closers.push(() => sync.stop());
  } else {
    const journal = await localJournal({ store, clock, services, logger });
    journal.start();
    closers.push(() => journal.stop());
  }
  const home = await homeAssistantOf({
    config,
    store,
    services,
    driver,
    keeper,
    clock,
    gatewayId,
    logger,
    backlog: () => cloud?.state().backlog ?? null,
  });
  homeAssistant = home;
  closers.push(async () => {
    await home?.stop();
  });
  const api = await services.listen();
  closers.push(() => api.close());
  services.resume();
  backups.maintenance.start();
  cloud?.start();
  home?.start();
  const probes = progressProbes({ store, clock, driver, keeper });
  return { gatewayId, api, failed: store.failed, probes };
}

/** Returns the last journal record that was delivered to all callbacks and, if there is one, to the cloud. */
function deliveredThrough(config: Config, store: Store, services: Services): number {
  const byCloud = config.cloud === undefined ? store.journalRange().head : storedCursor(store);
  return Math.min(byCloud, services.deliveredThrough());
}

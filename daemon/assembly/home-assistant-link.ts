import type { Logger } from "pino";
import type { LockDriver, NetworkInspector } from "../../drivers/lock-driver.ts";
import type { HomeAssistant } from "../../sync/home-assistant/home-assistant.ts";
import type { HeardLock } from "../../sync/home-assistant/ports.ts";
import { systemTimers } from "../base/timers.ts";
import { version } from "../base/version.ts";
import type { Clock } from "../clock/clock.ts";
import type { Config } from "../config/config.ts";
import { isLockId, type LockId } from "../core/model/door-lock.ts";
import { announcedSetting } from "../core/model/gateway/home-assistant.ts";
import type { LockKeeper } from "../locks/lock-keeper.ts";
import type { Store } from "../store/store.ts";
import { brokerOptions } from "./broker-options.ts";
import type { Services } from "./services.ts";

/** A broker at home serves one gateway: its waits may be short. */
const reconnect = { baseMs: 1_000, maxMs: 60_000, firstMaxMs: 5_000 };
/** Home Assistant must learn soon that the gateway is gone. */
const keepaliveSeconds = 30;

interface HomeParts {
  readonly config: Config;
  readonly store: Store;
  readonly services: Services;
  readonly driver: LockDriver & NetworkInspector;
  readonly keeper: LockKeeper;
  readonly clock: Clock;
  readonly gatewayId: string;
  readonly logger: Logger;
  /** Records that wait for the cloud; null = there is no cloud. */
  backlog(): number | null;
}

/**
 * Loads the code of the line to Home Assistant's broker and makes it; it is not started yet. Returns null, and loads
 * nothing, if it is switched off and the broker retains nothing of this gateway.
 */
export async function homeAssistantOf(parts: HomeParts): Promise<HomeAssistant | null> {
  const { config, store, services, clock, gatewayId } = parts;
  const { homeAssistant: wanted, cloud } = config;
  const broker = wanted?.broker ?? cloud;
  if (wanted === undefined || broker === undefined) return null;
  if (!wanted.isEnabled && store.get("setting", announcedSetting) === undefined) return null;
  const { HomeAssistant } = await import("../../sync/home-assistant/home-assistant.ts");
  return new HomeAssistant({
    settings: {
      isEnabled: wanted.isEnabled,
      gatewayId,
      gatewayName: config.gateway.name ?? "latchd",
      version,
      discoveryPrefix: wanted.discoveryPrefix,
      baseTopic: wanted.baseTopic,
      managesCodes: wanted.codes === "manage",
      hasNames: wanted.hasNames,
      isRemoteAllowed: wanted.isRemoteAllowed,
    },
    link: {
      ...(await brokerOptions(broker)),
      ...{ urls: broker.urls, keepaliveSeconds, willDelaySeconds: 0, reconnect },
      ...{ window: 16, connectTimeoutMs: 30_000, acknowledgeTimeoutMs: 30_000 },
    },
    store,
    commands: services.executor,
    timers: systemTimers,
    timeZone: config.clock.timeZone,
    reading: () => clock.reading(),
    monotonicMs: () => clock.monotonicMs(),
    heard: () => heardLocks(parts),
    health: () => services.health.health(),
    backlog: parts.backlog,
    page: () => services.page()?.urls[0] ?? null,
    random: Math.random,
    logger: parts.logger.child({ part: "home-assistant" }),
  });
}

async function heardLocks({
  driver,
  keeper,
  clock,
}: HomeParts): Promise<ReadonlyMap<LockId, HeardLock>> {
  const { devices } = await driver.network(false);
  const { nowMs } = clock.reading();
  const heard = new Map<LockId, HeardLock>();
  for (const { uuid, linkQuality } of devices) {
    if (!isLockId(uuid)) continue;
    const silentForMs = keeper.silentForMs(uuid);
    heard.set(uuid, {
      heardAtMs: silentForMs === null ? null : nowMs - silentForMs,
      linkQuality,
    });
  }
  return heard;
}

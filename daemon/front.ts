import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { LockDriver } from "../drivers/lock-driver.ts";
import type { CloudSync } from "../sync/cloud-sync.ts";
import { type Api, startApi } from "./api/api.ts";
import { CommandDispatcher } from "./commands/dispatch.ts";
import { commands } from "./commands/table.ts";
import type { Config } from "./config.ts";
import type { TimeReading } from "./core/clock.ts";
import { healthOf } from "./health.ts";
import { LiveEvents } from "./live-events.ts";
import type { LockKeeper } from "./locks/keeper.ts";
import { Removals } from "./removals.ts";
import { Site } from "./site.ts";
import type { CodeVault } from "./store/sealing.ts";
import type { Store } from "./store/store.ts";
import { version } from "./version.ts";

/** What the doors of the gateway are built over. */
export interface FrontParts {
  readonly config: Config;
  readonly gatewayId: string;
  readonly store: Store;
  readonly vault: CodeVault;
  readonly driver: LockDriver;
  readonly keeper: LockKeeper;
  readonly logger: Logger;
  reading(): TimeReading;
  monotonicMs(): number;
  /** The link to the cloud; null = none, or not built yet. */
  cloud(): CloudSync | null;
}

/** The command door, and behind it everything that outlives a command. */
export interface Front {
  readonly door: CommandDispatcher;
  /** Opens the listeners. @throws SocketTaken, or a listen error. */
  listen(): Promise<Api>;
  /** Takes up what a restart interrupted; the locks are kept from now on. */
  resume(): void;
  stop(): void;
}

export function buildFront(parts: FrontParts): Front {
  const { store, keeper, logger, reading } = parts;
  const site = siteOf(parts);
  const removals = new Removals({
    store,
    reading,
    removeLock: (lock) => site.removeLock(lock),
    onFault: (lock, err) => logger.error({ part: "removals", lock, err }, "a lock was not removed"),
  });
  const door = new CommandDispatcher({
    commands,
    store,
    sealer: parts.vault,
    site,
    reading,
    newId: randomUUID,
    wake: (lock) => {
      removals.check();
      keeper.wake(lock);
    },
    onFault: (command, err) => logger.error({ part: "commands", command, err }, "a command failed"),
  });
  return {
    door,
    listen: () => listen(parts, door),
    resume: () => removals.check(),
    stop: () => removals.stop(),
  };
}

function listen(parts: FrontParts, door: CommandDispatcher): Promise<Api> {
  const { config, store, driver, cloud, logger, reading } = parts;
  return startApi({
    ...config.api,
    commands,
    door,
    credentials: {
      view: store,
      write: async (changes) => {
        const time = reading();
        const stamp = { atMs: time.nowMs, clock: time.state };
        await store.commit({ changes, journal: [] }, stamp);
      },
    },
    clock: reading,
    health: healthOf({ store, driver, cloud: cloud(), reading }),
    events: new LiveEvents(store),
    log: logger.child({ part: "api" }),
  });
}

function siteOf(parts: FrontParts): Site {
  const { config, driver, gatewayId, keeper, monotonicMs, cloud } = parts;
  return new Site({
    driver,
    keeper,
    monotonicMs,
    gateway: () => ({
      gatewayId,
      homeId: config.gateway.homeId ?? "",
      name: config.gateway.name ?? "latchd",
      version,
      isCloudConnected: cloud()?.state().connected ?? false,
      cloudChangedAtMs: cloud()?.state().since ?? 0,
    }),
  });
}

import { join } from "node:path";
import type { Logger } from "pino";
import type { StickOptions } from "../drivers/zigbee/herdsman/controller-start.ts";
import type { Closer, Gateway } from "./assembly/gateway-handle.ts";
import { openClock, openGatewayStore } from "./assembly/gateway-store.ts";
import type { Config } from "./config/config.ts";
import { TimeForLocks } from "./core/time/served-time.ts";

export interface GatewayOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly credentialsDirectory: string | undefined;
}

/**
 * Builds and starts every part in order: key, store, radio, clock, locks, commands, API, cloud. Stick and broker
 * may be absent: the gateway tries to connect from then on. The stick is told to start when the store is open
 * and verified; what is not needed for that is loaded while it starts (docs/decisions/lazy-loading.md).
 * @throws StoreFailure, SocketTaken or a listen error; parts that were started are closed again
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const end of closers.reverse()) await end();
  };
  try {
    return { ...(await build(options, closers)), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

async function build(
  { config, logger, credentialsDirectory }: GatewayOptions,
  closers: Closer[],
): Promise<Omit<Gateway, "close">> {
  // Loaded while the disk is read. A store that cannot be opened is the more important error.
  const loading = import("../drivers/zigbee/zigbee-driver.ts");
  loading.catch(() => undefined);
  const { store, masterKey } = await openGatewayStore(config, logger, credentialsDirectory);
  closers.push(() => store.close());
  const { ZigbeeDriver } = await loading;
  const timeForLocks = new TimeForLocks(config.clock.timeZone);
  const driver = new ZigbeeDriver({
    stick: stickOf(config),
    directory: join(config.dataDir, "zigbee"),
    channel: config.zigbee.channel,
    // Locks ask for the time, long after the clock was made.
    getTime: () => timeForLocks.at(clock.reading()),
    eventsStored: () => store.whenDurable(),
    describe: (lock) => store.get("lock", [lock]) ?? null,
    logger: logger.child({ part: "zigbee" }),
  });
  closers.push(() => driver.stop());
  const begun = driver.bringUp(Array.from(store.list("lock"), (record) => record.lock));
  const clock = openClock(config, store, logger);
  closers.push(() => clock.close());
  clock.onChange(({ state }) => {
    logger.info({ part: "clock", state }, "the clock's state has changed");
  });
  await begun;
  const { assemble } = await import("./assembly/assembly.ts");
  return assemble({ config, logger, store, masterKey, clock, driver }, closers);
}

function stickOf({ stick: { path, baudRate, rtscts } }: Config): StickOptions {
  return { path, baudRateBps: baudRate, rtscts };
}

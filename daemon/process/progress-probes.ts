import type { ZigbeeDriver } from "../../drivers/zigbee/zigbee-driver.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { LockKeeper } from "../locks/lock-keeper.ts";
import type { LevelStore } from "../store/level-store.ts";
import { StoreProbe } from "./store-probe.ts";
import type { ProgressProbe } from "./watchdog.ts";

interface WatchedParts {
  readonly store: LevelStore;
  readonly clock: { reading(): TimeReading; monotonicMs(): number };
  readonly driver: Pick<ZigbeeDriver, "radioIdleMs">;
  readonly keeper: Pick<LockKeeper, "behindMs">;
}

/** What has to get on for the locks to be right; the link to the cloud is not among it. */
export function progressProbes(parts: WatchedParts): readonly ProgressProbe[] {
  const { store, clock, driver, keeper } = parts;
  const reading = () => clock.reading();
  return [
    new StoreProbe({ store, reading, monotonicMs: () => clock.monotonicMs() }),
    // A start of the radio may take 200 s; a lock that hangs is given up after 60 s at most.
    { name: "radio", limitMs: 300_000, idleMs: () => driver.radioIdleMs() },
    { name: "planner", limitMs: 180_000, idleMs: () => keeper.behindMs() },
  ];
}

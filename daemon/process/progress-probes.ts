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

/** Returns what must make progress for the locks to be right. The link to the cloud is not part of it. */
export function progressProbes(parts: WatchedParts): readonly ProgressProbe[] {
  const { store, clock, driver, keeper } = parts;
  const reading = () => clock.reading();
  return [
    new StoreProbe({ store, reading, monotonicMs: () => clock.monotonicMs() }),
    // A start of the radio may take 200 s; an operation ends after at most 60 s.
    { name: "radio", limitMs: 300_000, idleMs: () => driver.radioIdleMs() },
    { name: "planner", limitMs: 180_000, idleMs: () => keeper.behindMs() },
  ];
}

import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../daemon/core/time/served-time.ts";
import type { LockDescription } from "../lock-driver.ts";
import type { StickOptions } from "./herdsman/controller-start.ts";
import type { DriverLogger } from "./herdsman/herdsman-log.ts";
import type { ModelQuirks } from "./quirks/quirk-model.ts";
import type { RadioTiming } from "./stick/radio.ts";

export interface ZigbeeDriverOptions {
  readonly stick: StickOptions;
  /** The folder of the network's files; it is made with mode 0700 if it is missing. */
  readonly directory: string;
  /** Channel of a network that is formed here, 11 … 26. An existing network keeps its own. */
  readonly channel: number;
  /** Quirks that take precedence over the built-in table. */
  readonly quirks?: readonly ModelQuirks[];
  readonly getTime: () => ServedTime;
  /** Resolves when the events that were passed on so far are on disk; without it nothing waits for them. */
  readonly eventsStored?: () => Promise<void>;
  readonly logger: DriverLogger;
  readonly timing?: Partial<RadioTiming>;
  /** What the gateway has on record of a lock; a device that herdsman has lost is restored from it. */
  readonly describe?: (lock: LockId) => LockDescription | null;
}

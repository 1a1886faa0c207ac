import type { Logger } from "pino";
import type { Timers } from "../../daemon/base/timers.ts";
import type { CommandExecutor } from "../../daemon/commands/execution.ts";
import type { TimeReading } from "../../daemon/core/model/clock.ts";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { HealthReport } from "../../daemon/core/model/gateway/health.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { LinkSettings } from "../link/client-options.ts";
import type { HomeSettings } from "./settings.ts";

/** What the radio knows of a lock. */
export interface HeardLock {
  readonly heardAtMs: number | null;
  readonly linkQuality: number | null;
}

/** What serving Home Assistant needs of the gateway. */
export interface HomePorts {
  readonly settings: HomeSettings;
  readonly link: LinkSettings;
  readonly store: Store;
  readonly commands: CommandExecutor;
  readonly timers: Timers;
  readonly timeZone: string;
  reading(): TimeReading;
  monotonicMs(): number;
  /** Returns what is known of each lock's radio, without asking anybody. */
  heard(): Promise<ReadonlyMap<LockId, HeardLock>>;
  health(): HealthReport;
  /** Records that wait for the cloud; null = there is no cloud. */
  backlog(): number | null;
  /** Address of the gateway's page; null = there is none. */
  page(): string | null;
  /** Uniform in [0, 1). */
  random(): number;
  readonly logger: Logger;
}

import type { SimulationTime } from "../radio.ts";
import type { ActLog } from "./body/act-log.ts";
import type { Bolt } from "./body/bolt.ts";
import type { CodeEntry } from "./body/code-entry.ts";
import type { CodeTable } from "./body/code-table.ts";
import type { Events } from "./body/events.ts";
import type { LockClock } from "./body/lock-clock.ts";
import type { LockLog } from "./body/lock-log.ts";
import type { MemoryFile } from "./body/memory.ts";
import type { Schedules } from "./body/schedules.ts";
import type { Settings } from "./cluster/settings.ts";
import type { Profile } from "./profiles.ts";
import type { Quirks } from "./quirks.ts";
import type { Transmitter } from "./transmitter.ts";

/** The parts of one virtual lock, for code that works on several of them. */
export interface LockParts {
  readonly profile: Profile;
  readonly quirks: Quirks;
  readonly time: SimulationTime;
  readonly file: MemoryFile;
  readonly clock: LockClock;
  readonly pins: CodeTable;
  readonly rfids: CodeTable;
  readonly schedules: Schedules;
  readonly log: LockLog;
  readonly settings: Settings;
  readonly transmitter: Transmitter;
  readonly events: Events;
  readonly bolt: Bolt;
  readonly entry: CodeEntry;
  readonly acts: ActLog;
}

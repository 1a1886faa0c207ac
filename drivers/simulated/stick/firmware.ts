import type { Af } from "./network/af.ts";
import type { GroupTable } from "./network/groups.ts";
import type { Joining } from "./network/join.ts";
import type { Zdo } from "./network/zdo.ts";
import type { NvMemory } from "./nv.ts";
import type { Stack } from "./stack.ts";

/** What `SYS_VERSION` answers. */
export interface FirmwareVersion {
  readonly transport: number;
  /** 1 = Z-Stack 3.x.0. */
  readonly product: number;
  readonly major: number;
  readonly minor: number;
  readonly maintenance: number;
  /** The build's date as a decimal number, YYYYMMDD. */
  readonly revision: number;
}

/** The parts of the running firmware, as the commands of the serial API reach them. */
export interface Firmware extends Stack {
  readonly nv: NvMemory;
  readonly joining: Joining;
  readonly groups: GroupTable;
  readonly af: Af;
  readonly zdo: Zdo;
  readonly version: FirmwareVersion;
  /** When the firmware last booted, ms of {@link time}. */
  readonly bootedAtMs: number;
  /** Running OSAL timers by id, with their cancellation. */
  readonly timers: Map<number, () => void>;
  /** The stick's clock, seconds since 2000-01-01 UTC; counts from 0 at boot until set. */
  clockS(): number;
  setClock(seconds: number): void;
  /** Restarts the firmware, which then obeys the startup option. */
  reset(): void;
}

import { readFileSync } from "node:fs";
import { processorMs } from "../node-lines/process-costs.ts";
import { writtenKib } from "../processes/crowded-store.ts";

/** What the kernel has counted of a process so far. */
export interface ProcessCounts {
  /** User and system time, s. */
  readonly cpuS: number;
  /** Bytes that went to the disk, KiB. */
  readonly writtenKib: number;
  /** Resident memory now and at its peak, MiB. */
  readonly rssMib: number;
  readonly peakMib: number;
}

export function countsOf(pid: number): ProcessCounts {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (name: string) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kib === undefined) throw new Error(`the kernel does not tell ${name}`);
    return Number(kib) / 1024;
  };
  return {
    cpuS: processorMs(pid) / 1_000,
    writtenKib: writtenKib(pid),
    rssMib: mib("VmRSS"),
    peakMib: mib("VmHWM"),
  };
}

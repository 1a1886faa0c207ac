import { readFileSync, realpathSync } from "node:fs";

/** What a process takes of the machine's memory, MiB. */
export interface MemoryParts {
  readonly rss: number;
  /** Pages shared with other processes count in part. */
  readonly pss: number;
  /** Pages that belong to this process alone: heap, code that was made at run time, stacks. */
  readonly anonymous: number;
  /** Pages of the Node.js binary that were touched. All processes of the binary share them; the kernel may drop them. */
  readonly binary: number;
}

const ticksPerSecond = 100;

/** Returns the memory of a process by what its pages are of, as the kernel counts it now. */
export function memoryParts(pid: number): MemoryParts {
  const binary = realpathSync(`/proc/${pid}/exe`);
  const sums = { Rss: 0, Pss: 0, Anonymous: 0 };
  let binaryKib = 0;
  let isBinary = false;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) {
      isBinary = line.endsWith(` ${binary}`);
      continue;
    }
    const [, name, kib] = /^(Rss|Pss|Anonymous):\s+(\d+) kB/.exec(line) ?? [];
    if (name !== "Rss" && name !== "Pss" && name !== "Anonymous") continue;
    sums[name] += Number(kib);
    if (isBinary && name === "Rss") binaryKib += Number(kib);
    if (isBinary && name === "Anonymous") binaryKib -= Number(kib);
  }
  const { Rss, Pss, Anonymous } = sums;
  return {
    rss: Rss / 1024,
    pss: Pss / 1024,
    anonymous: Anonymous / 1024,
    binary: binaryKib / 1024,
  };
}

/** Returns the processor time that a process has used, user and system together, ms. */
export function processorMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may contain spaces; utime and stime are the fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

import { readFileSync } from "node:fs";
import { type Figure, spreadOf } from "./figures.ts";
import { gatewayId, type Rig } from "./rig.ts";

/** How long both sides are left alone before their memory is read. */
export const restMs = 15_000;

/** Process spawn → ready with the radio online, beside herdsman's start alone. Both run afterwards. */
export async function measureStarts(rig: Rig, rounds: number): Promise<Figure> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await rig.daemon.stop();
    await rig.herdsman.stop();
    if (round % 2 === 0) {
      ours.push(await rig.daemon.start());
      bare.push(await rig.herdsman.start());
    } else {
      bare.push(await rig.herdsman.start());
      ours.push(await rig.daemon.start());
    }
  }
  await rig.cloud.online(gatewayId);
  const spread = spreadOf(bare);
  const parts = { herdsman: spread.p50 };
  return { name: "start", unit: "ms", ours: spreadOf(ours), bare: spread, parts, target: 1.25 };
}

/** Memory at rest, freshly started, all locks paired and the cloud connected. */
export async function measureMemory(rig: Rig): Promise<Figure[]> {
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const ours = memoryOf(rig.daemon.pid);
  const bare = memoryOf(rig.herdsman.process.pid);
  const figure = (name: string, kind: keyof Memory): Figure => ({
    name,
    unit: "MiB",
    ours: spreadOf([ours[kind]]),
    bare: spreadOf([bare[kind]]),
    parts: { herdsman: bare[kind] },
    target: 1.2,
  });
  return [figure("memory, RSS", "rssMib"), figure("memory, PSS", "pssMib")];
}

export interface Memory {
  readonly rssMib: number;
  /** Pages shared with other processes count in part. */
  readonly pssMib: number;
}

/** As the kernel counts it now. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const mib = (name: string) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
    if (kib === undefined) throw new Error(`smaps_rollup does not tell ${name}`);
    return Number(kib) / 1024;
  };
  return { rssMib: mib("Rss"), pssMib: mib("Pss") };
}

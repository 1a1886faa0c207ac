import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { VirtualTime } from "../../../drivers/simulated/simulation-time.ts";
import type { State } from "./sample.ts";
import type { Trial } from "./trial.ts";

const truncateEveryBytes = 64;

/** Every trial there is: each byte flipped, each file ended at every 64th byte, each file gone. */
export function allTrials(samples: string): Trial[] {
  const trials: Trial[] = [{ state: "older", kind: "leave", file: ".", at: 0 }];
  for (const state of ["closed", "killed"] as const) {
    trials.push({ state, kind: "leave", file: ".", at: 0 });
    for (const { file, bytes } of filesOf(samples, state)) {
      for (let at = 0; at < bytes; at++) trials.push({ state, kind: "flip", file, at });
      for (let at = 0; at < bytes; at += truncateEveryBytes) {
        trials.push({ state, kind: "truncate", file, at });
      }
      trials.push({ state, kind: "remove", file, at: 0 });
    }
  }
  return trials;
}

/** Flips and cuts, a fixed number of each and the same ones for the same seed, and all of the others. */
export function someTrials(samples: string, part: { seed: number; each: number }): Trial[] {
  const random = new VirtualTime(part.seed);
  const all = allTrials(samples);
  const drawn = (["flip", "truncate"] as const).flatMap((kind) => {
    const many = all.filter((trial) => trial.kind === kind);
    return many.filter(() => random.random() < part.each / many.length);
  });
  return [...all.filter(({ kind }) => kind === "remove" || kind === "leave"), ...drawn];
}

/** Files of the store; LevelDB's own log of what it did and its lock hold nothing. */
function filesOf(samples: string, state: State): { file: string; bytes: number }[] {
  const root = join(samples, state, "store");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(root, file)).isFile() && !/(LOG|LOCK)(\.old)?$/.test(file))
    .map((file) => ({ file, bytes: statSync(join(root, file)).size }));
}

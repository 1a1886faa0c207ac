import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { memoryFolder } from "../../support/memory-folder.ts";
import { runTrials } from "./run-trials.ts";
import { makeSample } from "./sample.ts";
import { allTrials } from "./trials.ts";

/** `npm run damage`: exit code 1 when a damage was neither detected nor harmless. */
new Command("damage")
  .description(
    "Every byte of a small store flipped, every file of it ended at every 64th byte, every file taken " +
      "away, an older copy put back; each opened as the daemon does it.",
  )
  .parse();
const samples = mkdtempSync(join(memoryFolder(), "latchd-damage-"));
try {
  await makeSample(samples);
  const trials = allTrials(samples);
  const { failures, ...counts } = await runTrials(samples, trials, (done) => {
    if (done % 2_000 === 0) console.error(`${done} of ${trials.length}`);
  });
  for (const [name, value] of Object.entries(counts)) console.log(`${name.padEnd(12)} ${value}`);
  console.log(`${"failures".padEnd(12)} ${failures.length}`);
  for (const failure of failures.slice(0, 50)) console.log(failure);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(samples, { recursive: true, force: true });
}

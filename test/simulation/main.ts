import { existsSync } from "node:fs";
import { Command } from "commander";
import { type SimulationResult, simulate } from "./simulation.ts";

interface Arguments {
  readonly seed: string;
  readonly runs: string;
  readonly days: string;
  readonly locks: string;
  readonly directory?: string;
  readonly trace?: boolean;
}

/** Memory, where there is one: nothing here depends on a disk's pace. */
const memoryFolder = "/dev/shm";

const command = new Command("simulate")
  .description("The whole gateway under faults, in virtual time, from a seed.")
  .option("--seed <number>", "the first seed; the same seed gives the same run", "1")
  .option("--runs <number>", "runs, each with the next seed", "1")
  .option("--days <number>", "days to live through", "90")
  .option("--locks <number>", "locks in the house", "30")
  .option("--directory <path>", "where the store is made for the time of the run")
  .option("--trace", "print everything that goes through the radio");
const { seed, runs, days, locks, directory, trace } = command.parse().opts<Arguments>();
const folder = directory ?? (existsSync(memoryFolder) ? memoryFolder : undefined);

function report(result: SimulationResult, ofSeed: number, tookMs: number): void {
  const { counts, writes, accepted, openings } = result;
  console.log(
    `seed ${ofSeed}: ${result.days} days in ${(tookMs / 1000).toFixed(1)} s, ${result.steps} steps, trace ${result.trace}`,
  );
  for (const { text, count } of counts) console.log(`  ${String(count).padStart(6)}  ${text}`);
  console.log(
    `  ${(writes / Math.max(1, accepted)).toFixed(2).padStart(6)}  radio writes per change (${writes} writes, ${accepted} of ${result.commands} commands accepted)`,
  );
  console.log(`  ${String(openings).padStart(6)}  openings in the journal`);
  const list = (map: ReadonlyMap<string, number>) =>
    [...map].map(([name, count]) => `${count} ${name}`).join(", ");
  console.log(`  faults: ${list(result.faults)}`);
  console.log(`  ends: ${list(result.ends)}`);
  for (const { rule, step, atMs, text } of result.findings) {
    console.log(`  step ${step}, ${new Date(atMs).toISOString()}: ${rule}: ${text}`);
  }
  if (result.findings.length > 0) {
    console.log(`  again: npm run simulate -- --seed ${ofSeed} --days ${days} --locks ${locks}`);
  }
}

let hasFailed = false;
for (let run = 0; run < Number(runs); run += 1) {
  const ofSeed = Number(seed) + run;
  const startedMs = performance.now();
  const result = await simulate({
    seed: ofSeed,
    days: Number(days),
    locks: Number(locks),
    ...(folder === undefined ? {} : { directory: folder }),
    onDay: (day) => {
      if (process.stderr.isTTY) process.stderr.write(`\rseed ${ofSeed}, day ${day} `);
    },
    ...(trace === true ? { onTrace: (line: string) => console.log(line) } : {}),
  });
  if (process.stderr.isTTY) process.stderr.write("\r");
  report(result, ofSeed, performance.now() - startedMs);
  hasFailed ||= result.findings.length > 0;
}
process.exit(hasFailed ? 1 : 0);

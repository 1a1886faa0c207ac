import { Command, InvalidArgumentError } from "commander";
import { zoneDirectory, zoneFiles } from "../../../daemon/clock/zone-files.ts";
import { useZoneSource } from "../../../daemon/core/time/time-zone.ts";
import { type Adversary, adversaries, type SimulationResult } from "./checks/result.ts";
import { simulate } from "./simulation.ts";

interface Arguments {
  readonly seed: string;
  readonly runs: string;
  readonly days: string;
  readonly locks: string;
  readonly directory?: string;
  readonly trace?: boolean;
  readonly adversary?: string;
  readonly unprotected?: boolean;
}

const command = new Command("simulate")
  .description("The whole gateway under faults, in virtual time, from a seed.")
  .option("--seed <number>", "the first seed; the same seed gives the same run", "1")
  .option("--runs <number>", "runs, each with the next seed", "1")
  .option("--days <number>", "days to live through", "90")
  .option("--locks <number>", "locks in the house", "30")
  .option("--directory <path>", "where the store is made for the time of the run")
  .option("--adversary <places>", "where somebody means harm: broker, radio")
  .option(
    "--unprotected",
    "commands need no signature, and whoever is on the radio has the network key",
  )
  .option("--trace", "print everything that goes through the radio");
const { seed, runs, days, locks, directory, trace, adversary, unprotected } = command
  .parse()
  .opts<Arguments>();

// As the daemon does: Intl takes a hundred times as long to say what a zone's clock shows.
useZoneSource(zoneFiles(zoneDirectory));

function report(result: SimulationResult, ofSeed: number, tookMs: number): void {
  const { counts, writes, accepted, openings } = result;
  console.log(
    `seed ${ofSeed}: ${result.days} days in ${(tookMs / 1000).toFixed(1)} s, ${result.steps} steps, trace ${result.trace}`,
  );
  for (const { text, count } of counts) console.log(`  ${String(count).padStart(6)}  ${text}`);
  console.log(
    `  ${(writes / Math.max(1, accepted)).toFixed(2).padStart(6)}  radio writes per change (${writes} writes, ${accepted} of ${result.commands} commands accepted)`,
  );
  console.log(`  ${String(result.frames).padStart(6)}  operations sent, reads and clocks too`);
  const { twice, never } = result.wrongReports;
  console.log(
    `  ${String(openings).padStart(6)}  openings reported of ${result.opened} that happened; the radio reported ${twice} twice and ${never} never`,
  );
  const { grant, revocation } = result.confirmedMs;
  console.log(`  grants confirmed after ${spread(grant)}, revocations after ${spread(revocation)}`);
  const list = (map: ReadonlyMap<string, number>) =>
    [...map].map(([name, count]) => `${count} ${name}`).join(", ");
  console.log(`  commands: ${list(result.done)}`);
  console.log(`  faults: ${list(result.faults)}`);
  console.log(`  ends: ${list(result.ends)}`);
  if (result.harm.size > 0) console.log(`  harm: ${list(result.harm)}`);
  for (const { rule, step, atMs, text, before } of result.findings) {
    console.log(`  step ${step}, ${new Date(atMs).toISOString()}: ${rule}: ${text}`);
    for (const line of before) console.log(`    ${line}`);
  }
  if (result.findings.length > 0) {
    const harm = adversary === undefined ? "" : ` --adversary ${adversary}`;
    const open = unprotected === true ? " --unprotected" : "";
    console.log(
      `  again: npm run simulate -- --seed ${ofSeed} --days ${days} --locks ${locks}${harm}${open}`,
    );
  }
}

/** Median, 95th percentile and longest of sorted ms. */
function spread(sortedMs: readonly number[]): string {
  const at = (share: number) => {
    const ms = sortedMs[Math.floor(share * (sortedMs.length - 1))] ?? 0;
    return `${(ms / 1000).toFixed(1)} s`;
  };
  return `${at(0.5)} (95 %: ${at(0.95)}, longest: ${at(1)}, ${sortedMs.length} of them)`;
}

function adversariesOf(text = ""): readonly Adversary[] {
  const names = text === "" ? [] : text.split(",");
  return names.map((name) => {
    const known = adversaries.find((one) => one === name);
    if (known === undefined) {
      throw new InvalidArgumentError(`--adversary: ${name} is none of ${adversaries.join(", ")}`);
    }
    return known;
  });
}

let hasFailed = false;
for (let run = 0; run < Number(runs); run += 1) {
  const ofSeed = Number(seed) + run;
  const startedMs = performance.now();
  const result = await simulate({
    seed: ofSeed,
    days: Number(days),
    locks: Number(locks),
    ...(directory === undefined ? {} : { directory }),
    adversaries: adversariesOf(adversary),
    isUnprotected: unprotected === true,
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

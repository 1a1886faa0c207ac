import { Command } from "commander";
import { nodeFlags } from "../../support/runner/node-flags.ts";
import { measureAppliance } from "./appliance.ts";
import { type Figure, isAboveLimit, ratioOf } from "./figures.ts";
import { measureEventFlood } from "./flood/event-flood.ts";
import { measurePush } from "./flood/push.ts";
import { measureHomeMemory } from "./home-assistant/home-memory.ts";
import { measureInstalledSize } from "./installed-size.ts";
import { measureCommands, measureEvents } from "./latency.ts";
import { measureNodeLines } from "./node-lines/node-lines.ts";
import { measurePageMemory } from "./page/page-memory.ts";
import { measureQueue } from "./queue.ts";
import { besideBare, measureBareRates, measureCommandRate } from "./rates.ts";
import { tableOf } from "./report.ts";
import { measureRequests } from "./requests.ts";
import { buildRig, lockCount, pairAll } from "./rig.ts";
import { measureMassEnding } from "./scale/mass-ending.ts";
import { measureNextDue, measurePlanningAtScale } from "./scale/planning.ts";
import { measureMemory, measureStarts } from "./start-and-rest.ts";
import { measureBurst, measurePlanning } from "./throughput.ts";

interface Arguments {
  readonly events: string;
  readonly commands: string;
  readonly starts: string;
  readonly flood: string;
  readonly queue: string;
  readonly locks: string;
  readonly passwords: string;
  readonly appliance?: boolean;
  readonly floodEvents?: true | string;
  readonly floodSeconds: string;
  readonly push?: boolean;
  readonly nodeLines?: true | string[];
  readonly moreFlags?: string[];
  readonly json?: boolean;
}

const command = new Command("bench")
  .description("latchd beside the bare libraries it is made of, measured in one run, as ratios.")
  .option("--events <number>", "openings to measure", "200")
  .option("--commands <number>", "commands to measure", "100")
  .option("--starts <number>", "starts to measure", "5")
  .option("--flood <number>", "commands published at once", "600")
  .option("--queue <number>", "records queued while the broker is away", "100000")
  .option("--locks <number>", "locks in the appliance's store", "50")
  .option("--passwords <number>", "passwords of each of them", "100")
  .option(
    "--appliance",
    "only what an appliance costs: start to READY, memory, disk, installed size",
  )
  .option(
    "--flood-events [rate]",
    "only a flood of that many openings a second (1500): rate, memory, recovery, a revocation in it",
  )
  .option("--flood-seconds <number>", "how long that flood lasts", "8")
  .option("--push", "only an opening a second while --locks × --passwords are pushed by the cloud")
  .option(
    "--node-lines [lines...]",
    "only the daemon on each line of Node.js of .ci/node-lines.txt: the table of docs/bench.md",
  )
  .option(
    "--more-flags <sets...>",
    "with --node-lines: compare production's flags with these added, such as lite-mode,no-sparkplug",
  )
  .option("--json", "print the figures as JSON; progress goes to stderr in any case");
const given = command.parse().opts<Arguments>();
const { events, commands, starts, flood, queue, json } = given;
const startedMs = performance.now();

function progress(text: string): void {
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0).padStart(4);
  console.error(`${seconds} s  ${text}`);
}

async function run(): Promise<Figure[]> {
  const figures: Figure[] = [
    measurePlanning(),
    ...[25, 100, 400].map((count) => measurePlanningAtScale(count)),
    measureNextDue(),
  ];
  figures.push(...(await runAppliance()));
  progress("five thousand windows that end in one second");
  figures.push(...(await measureMassEnding()));
  progress("starting broker, two sticks and the bare parts");
  const rig = await buildRig();
  try {
    progress(`pairing ${lockCount} locks on each stick (broker: ${rig.broker.name})`);
    await pairAll(rig);
    progress(`${starts} starts each`);
    figures.unshift(await measureStarts(rig, Number(starts)));
    progress("at rest");
    figures.splice(1, 0, ...(await measureMemory(rig)));
    progress(`${events} openings each`);
    figures.unshift(await measureEvents(rig, Number(events)));
    progress(`${commands} commands each`);
    figures.splice(1, 0, await measureCommands(rig, Number(commands)));
    progress("a burst of openings");
    const burst = await measureBurst(rig);
    progress(`${flood} commands at once`);
    const rate = await measureCommandRate(rig, Number(flood));
    progress("the bare parts at their fastest");
    const bareRates = await measureBareRates(rig);
    figures.push(...besideBare(burst, bareRates), ...besideBare(rate, bareRates));
  } finally {
    progress("ending");
    await rig.close();
  }
  progress(`${queue} records queued while the broker is away`);
  figures.push(...(await measureQueue(Number(queue))));
  progress("requests over REST beside a bare Fastify route");
  figures.push(...(await measureRequests()));
  return figures;
}

async function runAppliance(): Promise<Figure[]> {
  const crowd = { locks: Number(given.locks), passwords: Number(given.passwords) };
  progress(`an appliance of ${crowd.locks} locks with ${crowd.passwords} passwords each`);
  const figures = await measureAppliance(crowd, Number(starts));
  progress("a phone loads the page");
  const ofPage = await measurePageMemory();
  progress("Home Assistant at rest");
  const ofHome = await measureHomeMemory();
  progress("what is installed");
  return [...figures, ...ofPage, ...ofHome, measureInstalledSize()];
}

const flags = nodeFlags();
if (given.nodeLines !== undefined) {
  const lines = given.nodeLines === true ? [] : given.nodeLines;
  const options = { lines, rounds: Number(starts), moreFlags: given.moreFlags ?? [] };
  console.log(await measureNodeLines(options, progress));
  process.exit(0);
}

/** What is measured alone, or everything. */
function runGiven(): Promise<Figure[]> {
  const { floodEvents, floodSeconds, push } = given;
  if (floodEvents !== undefined) {
    const perSecond = floodEvents === true ? 1_500 : Number(floodEvents);
    return measureEventFlood({ perSecond, seconds: Number(floodSeconds) });
  }
  if (push === true) {
    return measurePush({ locks: Number(given.locks), passwords: Number(given.passwords) });
  }
  return given.appliance === true ? runAppliance() : run();
}

const figures = await runGiven();
if (json === true) {
  const rows = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure) }));
  console.log(JSON.stringify({ node: process.version, flags, figures: rows }, null, 2));
} else {
  console.log(`node ${process.version}; daemon flags: ${flags.join(" ") || "none"}; bare: none\n`);
  console.log(tableOf(figures));
}
const above = figures.filter(isAboveLimit);
for (const { name } of above) console.error(`above its limit: ${name}`);
process.exit(above.length === 0 ? 0 : 1);

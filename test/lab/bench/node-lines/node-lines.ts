import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../support/project-root.ts";
import { nodeFlags } from "../../../support/runner/node-flags.ts";
import { spreadOf } from "../figures.ts";
import { buildRig, gatewayId, pairOurs, type Rig } from "../rig.ts";
import { restMs } from "../start-and-rest.ts";
import { type MemoryParts, memoryParts, processorMs } from "./process-costs.ts";

/** Changes of a code whose processor time is measured in each run. */
const changes = 60;

/** What one run of the daemon on a line of Node.js costs. */
interface Run extends MemoryParts {
  /** Processor time until the radio is online, ms. */
  readonly startMs: number;
  /** Processor time for one change of a code, ms. */
  readonly changeMs: number;
  /** RSS after these changes, MiB. */
  readonly rssAfter: number;
}

export interface LinesOptions {
  /** Lines to measure; empty = all of .ci/node-lines.txt. */
  readonly lines: readonly string[];
  /** Runs on each line. They take turns, so that other work on the machine meets all of them. */
  readonly rounds: number;
  /** Flags to add to those of production, for a comparison: each set with commas and without dashes. */
  readonly moreFlags: readonly string[];
}

interface Candidate {
  readonly name: string;
  readonly node: string;
  readonly flags: readonly string[];
  readonly runs: Run[];
}

/** Measures the daemon at rest with 20 locks on each line of Node.js. @returns the table of docs/bench.md */
export async function measureNodeLines(
  options: LinesOptions,
  progress: (text: string) => void,
): Promise<string> {
  const candidates = candidatesOf(options);
  const rig = await buildRig();
  try {
    progress("pairing the locks");
    await pairOurs(rig);
    const passwordIds = await addPasswords(rig);
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const candidate of candidates) {
        progress(`round ${round}: ${candidate.name}`);
        await rig.daemon.stop();
        rig.daemon.runtime = candidate;
        candidate.runs.push(await measureRun(rig, { passwordIds, round }));
      }
    }
  } finally {
    await rig.close();
  }
  return tableOf(candidates);
}

function candidatesOf({ lines, moreFlags }: LinesOptions): Candidate[] {
  const known = lines.length > 0 ? lines : knownLines();
  const usual = nodeFlags("");
  const sets = [[], ...moreFlags.map((set) => set.split(",").map((name) => `--${name}`))];
  return known.flatMap((line) => {
    const node = join(binariesOf(line), "node");
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
    return sets.map((set) => {
      const flags = [...nodeFlags(version), ...set];
      const own = flags.filter((flag) => !usual.includes(flag));
      return { name: [version, ...own].join(" "), node, flags, runs: [] };
    });
  });
}

function knownLines(): string[] {
  const text = readFileSync(join(projectRoot(), ".ci/node-lines.txt"), "utf8");
  return text.split("\n").flatMap((row) => (/^\d/.test(row) ? [row.split(" ")[0] ?? ""] : []));
}

/** Returns the folder of a line's binary, fetched if it is not there yet. */
function binariesOf(line: string): string {
  const script = join(projectRoot(), ".ci/node-line");
  return execFileSync("bash", [script, line], { encoding: "utf8" }).trim();
}

/** Adds one password to each lock, beside the one that opens. @returns their ids */
async function addPasswords({ cloud, ours }: Rig): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (const [lock, ieee] of ours.ieees.entries()) {
    const params = { uuid: `0x${ieee}`, password: String(300_000 + lock), name: "bench" };
    const reply = await cloud.command(gatewayId, "add_password", params);
    if (reply.ErrNo !== 0) throw new Error(`add_password: ${reply.ErrMsg}`);
    await cloud.event(gatewayId, "pwdOperation", (event) => event.seq > reply.seq);
    ids.push(reply["password_id"]);
  }
  return ids;
}

interface RunPlan {
  readonly passwordIds: readonly unknown[];
  readonly round: number;
}

async function measureRun(rig: Rig, plan: RunPlan): Promise<Run> {
  await rig.daemon.start();
  const { pid } = rig.daemon;
  const startMs = processorMs(pid);
  await rig.cloud.online(gatewayId);
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const atRest = memoryParts(pid);
  // The first command loads what commands need: it is not one of those that are measured.
  await changeCode(rig, plan, 0);
  const beforeMs = processorMs(pid);
  for (let number = 1; number <= changes; number += 1) await changeCode(rig, plan, number);
  const changeMs = (processorMs(pid) - beforeMs) / changes;
  return { ...atRest, startMs, changeMs, rssAfter: memoryParts(pid).rss };
}

async function changeCode({ cloud, ours }: Rig, plan: RunPlan, number: number): Promise<void> {
  const lock = number % ours.ieees.length;
  const reply = await cloud.command(gatewayId, "update_password", {
    uuid: `0x${ours.ieees[lock]}`,
    password_id: plan.passwordIds[lock],
    password: String(400_000 + plan.round * 1_000 + number),
  });
  if (reply.ErrNo !== 0) throw new Error(`update_password: ${reply.ErrMsg}`);
  await cloud.event(gatewayId, "pwdOperation", (event) => event.seq > reply.seq);
}

function tableOf(candidates: readonly Candidate[]): string {
  const first = candidates[0];
  if (first === undefined) throw new Error("no line of Node.js to measure");
  const median = ({ runs }: Candidate, key: keyof Run) => spreadOf(runs.map((run) => run[key])).p50;
  const rows = candidates.map((candidate) => {
    const ratio = median(candidate, "rss") / median(first, "rss");
    const cells = [
      candidate.name,
      ...(["rss", "pss", "anonymous", "binary"] as const).map((key) =>
        median(candidate, key).toFixed(1),
      ),
      ratio.toFixed(2),
      median(candidate, "rssAfter").toFixed(1),
      median(candidate, "startMs").toFixed(0),
      median(candidate, "changeMs").toFixed(1),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| Node.js | RSS | PSS | anonymous | of the binary | RSS, ratio | RSS after 61 changes | CPU of a start [ms] | CPU of a change [ms] |",
    "|---|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Trial } from "./trial.ts";

const program = fileURLToPath(new URL("./child.js", import.meta.url));

export interface DamageReport {
  readonly flips: number;
  readonly truncations: number;
  readonly others: number;
  readonly detected: number;
  readonly harmless: number;
  /** The number of trials that ended the child process. */
  readonly deaths: number;
  /** Trials that ended in any other way, each with what happened. */
  readonly failures: readonly string[];
}

/** Runs all trials in child processes; one that dies is replaced, and its trial counted as a death. */
export async function runTrials(
  samples: string,
  trials: readonly Trial[],
  progress: (done: number) => void = () => undefined,
): Promise<DamageReport> {
  const counts = { detected: 0, harmless: 0, deaths: 0 };
  const failures: string[] = [];
  const left = [...trials];
  let done = 0;
  const lane = async () => {
    while (left.length > 0) {
      const child = spawn(process.execPath, [program, samples], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const ended = once(child, "close");
      for await (const { trial, answer } of answersOf(child, left)) {
        progress(++done);
        if (answer === "detected" || answer === "harmless") counts[answer] += 1;
        else {
          counts.deaths += answer === null ? 1 : 0;
          failures.push(`${JSON.stringify(trial)}: ${answer ?? "the process died"}`);
        }
      }
      child.stdin?.end();
      await ended;
    }
  };
  await Promise.all([lane(), lane()]);
  const countOf = (kind: Trial["kind"]) => trials.filter((trial) => trial.kind === kind).length;
  return {
    flips: countOf("flip"),
    truncations: countOf("truncate"),
    others: countOf("remove") + countOf("leave"),
    ...counts,
    failures,
  };
}

/** Hands the child one trial after the other; a null answer is its death. */
async function* answersOf(
  child: ChildProcess,
  left: Trial[],
): AsyncGenerator<{ readonly trial: Trial; readonly answer: string | null }> {
  if (child.stdout === null) return;
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  for (let trial = left.pop(); trial !== undefined; trial = left.pop()) {
    child.stdin?.write(`${JSON.stringify(trial)}\n`);
    const line = await lines.next();
    if (line.done === true) {
      yield { trial, answer: null };
      return;
    }
    const answer: unknown = JSON.parse(line.value);
    yield { trial, answer: String(answer) };
  }
}

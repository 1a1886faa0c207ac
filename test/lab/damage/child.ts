import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { runTrial, type Trial } from "./trial.ts";

/**
 * Runs the trials that come as JSON lines and answers each with its outcome. LevelDB may end the process
 * over a damaged file: the parent sees that no answer came. Argument: the samples' folder.
 */
const [, , samples = ""] = process.argv;
const scratch = mkdtempSync(join(samples, "child-"));
for await (const line of createInterface(process.stdin)) {
  const trial: Trial = JSON.parse(line);
  let answer: string;
  try {
    answer = await runTrial(samples, trial, scratch);
  } catch (error) {
    answer = `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
rmSync(scratch, { recursive: true, force: true });

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { readFieldLocks } from "../../../drivers/simulated/lock/field-record.ts";
import { projectRoot } from "../../support/project-root.ts";
import { readFieldFrames } from "./field-frames.ts";
import { playFrames } from "./play-frames.ts";
import { playModels } from "./play-models.ts";
import { printLine } from "./report-line.ts";

const exitCode = { right: 0, wrong: 1, usage: 64 } as const;
/** Models in play at a time. */
const usualParallel = 8;

interface Arguments {
  readonly data: string;
  readonly locks?: string;
  readonly frames?: string;
  readonly only?: string;
  readonly parallel: string;
  readonly framesOnly?: boolean;
  readonly modelsOnly?: boolean;
}

const options = new Command("field")
  .description(
    "Plays the models and frames of real locks against the gateway; ends with 1 when one is wrong.",
  )
  .option(
    "--data <folder>",
    "folder with locks.json and frames.jsonl",
    join(projectRoot(), "test", "lab", "field"),
  )
  .option("--locks <file>", "models, in place of the folder's locks.json")
  .option("--frames <file>", "frames, in place of the folder's frames.jsonl")
  .option("--only <word>", "models and frames whose id or model has this word")
  .option("--parallel <n>", "models in play at a time", String(usualParallel))
  .option("--frames-only", "no models")
  .option("--models-only", "no frames")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.right : exitCode.usage))
  .parse()
  .opts<Arguments>();

const locks = load("models", options.locks ?? join(options.data, "locks.json"), readFieldLocks);
const frames = load(
  "frames",
  options.frames ?? join(options.data, "frames.jsonl"),
  readFieldFrames,
);
const isWanted = (...texts: (string | null)[]): boolean =>
  options.only === undefined || texts.some((text) => text?.includes(options.only ?? "") === true);
const models = locks.filter(({ id }) => isWanted(id));
const wanted = frames.filter(({ id, model }) => isWanted(id, model));

let wrong = 0;
if (options.framesOnly !== true) {
  wrong += await playModels(models, Number(options.parallel), printLine);
}
if (options.modelsOnly !== true) wrong += await playFrames(locks, wanted, printLine);
process.stdout.write(`${wrong === 0 ? "all right" : `${wrong} wrong`}\n`);
process.exit(wrong === 0 ? exitCode.right : exitCode.wrong);

/** Reads a file, or ends with a sentence about it. */
function load<T>(what: string, path: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(path, "utf8"));
  } catch (error) {
    process.stderr.write(
      `${what}: ${path}: ${error instanceof Error ? error.message : "unreadable"}\n`,
    );
    process.exit(exitCode.usage);
  }
}

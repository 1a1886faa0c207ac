import { type ChildProcess, spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./support/project-root.ts";

/**
 * Compiles whenever a source file changes, then runs the tests that the arguments name (as for test/run.ts), then checks
 * the types. A change in the meantime ends the round that is under way and starts the next one.
 */
const root = projectRoot();
const testArguments = process.argv.slice(2);
const compiler = join(root, "node_modules/typescript-native/bin/tsc");
const tests = join(root, "dist/test/run.js");

/** An editor writes a file in several steps, and a checkout writes many files. */
const quietMs = 150;

/** The steps of one round. Types are checked last, because that takes several times as long as the rest. */
const round: readonly (readonly string[])[] = [
  [compiler, "-p", root, "--noCheck"],
  ...(testArguments.length === 0 ? [] : [[tests, ...testArguments]]),
  [compiler, "-p", root, "--noEmit"],
];

let timer: NodeJS.Timeout | undefined;
let running: ChildProcess | undefined;

function startStep(index: number): void {
  const step = round[index];
  if (step === undefined) {
    running = undefined;
    console.log("waiting for a change");
    return;
  }
  running = spawn(process.execPath, step, { cwd: root, stdio: "inherit" });
  running.on("exit", (_, signal) => {
    if (signal === null) startStep(index + 1);
  });
}

function restart(): void {
  running?.kill();
  startStep(0);
}

for (const folder of ["daemon", "drivers", "sync", "test"]) {
  watch(join(root, folder), { recursive: true }, (_, name) => {
    if (name?.endsWith(".ts") !== true) return;
    clearTimeout(timer);
    timer = setTimeout(restart, quietMs);
  });
}
restart();

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Runs the test files of a suite with node's own runner: `unit` is everything that needs Node alone,
 * `interop` what needs other programs (mosquitto, socat). Words after the suite choose files by name.
 * Exit code: the runner's; 64 for a suite that does not exist or is empty.
 */
const suites: Readonly<Record<string, (path: string) => boolean>> = {
  unit: (path) => !path.startsWith(`system${sep}interop${sep}`),
  interop: (path) => path.startsWith(`system${sep}interop${sep}`),
};

/**
 * Test files that run at once for each processor. Most of a test's time is spent waiting for a deadline of the
 * radio, so two files for each processor end in half the time and still leave each its share of it.
 */
const filesPerProcessor = 2;

const root = fileURLToPath(new URL(".//", import.meta.url));
const [suite = "unit", ...words] = process.argv.slice(2);
const belongs = suites[suite];
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.js") && belongs?.(path) === true)
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`no test files for ${[suite, ...words].join(" ")}`);
  process.exit(64);
}
const runner = spawn(
  process.execPath,
  [
    "--test",
    `--test-concurrency=${filesPerProcessor * availableParallelism()}`,
    "--test-reporter=spec",
    `--import=${new URL("support/test-process.js", import.meta.url).href}`,
    ...files.map((path) => relative(process.cwd(), join(root, path))),
  ],
  { stdio: "inherit" },
);
runner.on("exit", (code) => process.exit(code ?? 1));

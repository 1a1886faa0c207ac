import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { reportOptions, runnerOptions } from "./support/runner/options.ts";

/** Tests of the core that go through thousands of event orders or weeks, seconds each. */
const longTests = [
  "order-of-knowledge.test.js",
  "plan-property.test.js",
  "weekly-wall-clock.test.js",
  "enforcement-property.test.js",
];

/**
 * Runs the test files of a suite with node's own runner. `unit` needs Node alone; `fast` is the part of it that tests
 * the pure core, without {@link longTests}; `interop` needs other programs (mosquitto, socat); `page` needs Chromium.
 * Further arguments choose files by a part of their path. The exit code is the runner's, or 64 if no file matches.
 */
const suites: Readonly<Record<string, (path: string) => boolean>> = {
  unit: (path) =>
    !path.startsWith(`system${sep}interop${sep}`) && !path.startsWith(`system${sep}page${sep}`),
  fast: (path) =>
    path.startsWith(`unit${sep}daemon${sep}core${sep}`) &&
    !longTests.some((name) => path.endsWith(name)),
  interop: (path) => path.startsWith(`system${sep}interop${sep}`),
  page: (path) => path.startsWith(`system${sep}page${sep}`),
};

/**
 * The number of test files that run at once on each processor. A test spends most of its time waiting for a timeout of
 * the radio, so two files on each processor need half the time, and each still gets enough of the processor.
 */
const filesPerProcessor = 2;

const root = dirname(fileURLToPath(import.meta.url));
const [suite = "unit", ...parts] = process.argv.slice(2);
const belongs = suites[suite];
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.js") && belongs?.(path) === true)
  .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no test files for ${[suite, ...parts].join(" ")}`);
  process.exit(64);
}
const paths = files.map((path) => relative(process.cwd(), join(root, path)));
const runner = spawn(
  process.execPath,
  suite === "fast"
    ? [...reportOptions(), join(root, "support/runner/one-process.js"), ...paths]
    : [...runnerOptions(filesPerProcessor * availableParallelism()), ...paths],
  { stdio: "inherit" },
);
runner.on("exit", (code) => process.exit(code ?? 1));
process.once("SIGTERM", () => runner.kill());

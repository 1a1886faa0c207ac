/** Returns the options of `node` that report tests by whole sentences and by the lines of the TypeScript sources. */
export function reportOptions(): string[] {
  return [
    "--enable-source-maps",
    `--test-reporter=${new URL("sentence-reporter.js", import.meta.url).href}`,
    "--test-reporter-destination=stdout",
    `--import=${new URL("../test-process.js", import.meta.url).href}`,
  ];
}

/** Returns the options of `node` that run test files, each in a process of its own and `concurrency` at once. */
export function runnerOptions(concurrency: number): string[] {
  return ["--test", `--test-concurrency=${concurrency}`, ...reportOptions()];
}

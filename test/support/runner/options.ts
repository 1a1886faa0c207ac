/**
 * Returns the options of `node` that run test files: `concurrency` files at once, reported by whole sentences and by the
 * lines of the TypeScript sources.
 */
export function runnerOptions(concurrency: number): string[] {
  return [
    "--enable-source-maps",
    "--test",
    `--test-concurrency=${concurrency}`,
    `--test-reporter=${new URL("sentence-reporter.js", import.meta.url).href}`,
    "--test-reporter-destination=stdout",
    `--import=${new URL("../test-process.js", import.meta.url).href}`,
  ];
}

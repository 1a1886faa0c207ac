import { pathToFileURL } from "node:url";

/**
 * Runs the test files of the command line in this one process: starting a process for each takes longer than the tests
 * of the pure core.
 */
for (const file of process.argv.slice(2)) await import(pathToFileURL(file).href);

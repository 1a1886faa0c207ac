/**
 * Preloaded into a daemon under test (`--import`): what it does at intervals, it does at least every
 * `LONGEST_INTERVAL_MS`. Its clocks and its timeouts stay.
 */
const longestMs = Number(process.env["LONGEST_INTERVAL_MS"] ?? "1000");
const { setInterval: setRealInterval } = globalThis;
const setShortInterval = (task: () => void, ms = longestMs) =>
  setRealInterval(task, Math.min(ms, longestMs));
Object.defineProperty(globalThis, "setInterval", { value: setShortInterval });

/**
 * Preloaded into a daemon under test (`--import`): the clocks of its machine.
 * `MACHINE_CLOCK_AHEAD_MS` is how far the machine's clock is ahead of this one's. `MACHINE_BOOT` is the id of the
 * machine's start and its uptime in ms; without it they are this machine's. What happens later arrives as messages.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { performance } from "node:perf_hooks";
import { isObject } from "../../../daemon/base/json.ts";

const dateMs = Date.now;
const monotonicMs = performance.now.bind(performance);
const startMs = monotonicMs();
let aheadMs = Number(process.env["MACHINE_CLOCK_AHEAD_MS"] ?? "0");
/** Time that has passed in one moment, as for a process that was stopped. */
let skippedMs = 0;

Date.now = () => dateMs() + skippedMs + aheadMs;
replace(performance, "now", () => monotonicMs() + skippedMs);

const [bootId, bootUptimeMs] = (process.env["MACHINE_BOOT"] ?? "").split(" ");
if (bootId !== undefined && bootUptimeMs !== undefined) {
  const read = fs.readFileSync;
  const uptimeS = () => (Number(bootUptimeMs) + performance.now() - startMs) / 1000;
  replace(fs, "readFileSync", (...args: Parameters<typeof read>) => {
    if (args[0] === "/proc/sys/kernel/random/boot_id") return `${bootId}\n`;
    return args[0] === "/proc/uptime" ? `${uptimeS()} 0\n` : read(...args);
  });
  syncBuiltinESMExports();
}

/** What is repeated, so that it can be called at once after time was skipped. */
const repeated = new Map<unknown, () => void>();
const begin = globalThis.setInterval;
const end = globalThis.clearInterval;
replace(globalThis, "setInterval", (work: () => void, everyMs: number) => {
  const timer = begin(work, everyMs);
  repeated.set(timer, work);
  return timer;
});
replace(globalThis, "clearInterval", (timer: Parameters<typeof end>[0]) => {
  repeated.delete(timer);
  end(timer);
});

process.on("message", (message: unknown) => {
  if (!isObject(message)) return;
  const { skipMs, clockAheadMs } = message;
  if (typeof skipMs === "number") skippedMs += skipMs;
  if (typeof clockAheadMs === "number") aheadMs = clockAheadMs;
  for (const work of [...repeated.values()]) work();
  process.send?.("done");
});
// The channel to the test must not keep a daemon alive that ends by itself.
process.channel?.unref();

function replace(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, writable: true, configurable: true });
}

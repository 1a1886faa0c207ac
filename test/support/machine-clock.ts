/**
 * Preloaded into a daemon under test (`--import`): its machine's clock is ahead of this machine's by
 * `MACHINE_CLOCK_AHEAD_MS`. The monotonic clock stays, as it does on a Pi that starts with a wrong time.
 */
const aheadMs = Number(process.env["MACHINE_CLOCK_AHEAD_MS"] ?? "0");
const now = Date.now;
Date.now = () => now() + aheadMs;

/** CLOCK_MONOTONIC in ns: on Linux the same clock in every process of the machine. */
export function nowNs(): number {
  // 2^53 ns are 104 days of uptime: as a number it loses nothing before that.
  return Number(process.hrtime.bigint());
}

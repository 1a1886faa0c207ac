/**
 * Name of the setting with the time since which the radio has been up (ms UTC): frames that locks sent before may be
 * missing. It is one small write whenever the stick comes up.
 */
export const radioUpSinceSetting = ["locks.heardSince"] as const;

/** Returns the time of the setting's value, ms UTC; 0 = the radio was never up. */
export function radioUpSinceMs(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

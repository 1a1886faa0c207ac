import { idleLimitMs, type SessionRecord, useMemoryMs } from "./account.ts";

/** Returns when a session ends that is not used again, ms. */
export function sessionEndMs({
  usedAtMs,
  expiresAtMs,
}: Pick<SessionRecord, "usedAtMs" | "expiresAtMs">): number {
  return Math.min(usedAtMs + idleLimitMs, expiresAtMs);
}

/** Returns whether the use at this time has to be written. */
export function isUseToWrite(
  { usedAtMs }: Pick<SessionRecord, "usedAtMs">,
  nowMs: number,
): boolean {
  return nowMs - usedAtMs >= useMemoryMs;
}

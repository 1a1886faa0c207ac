import {
  idleLimitMs,
  type PassRecord,
  type SessionRecord,
  sessionLifeMs,
  useMemoryMs,
} from "./account.ts";

/** Returns when a session ends that is not used again, ms. */
export function sessionEndMs({
  usedAtMs,
  expiresAtMs,
}: Pick<SessionRecord, "usedAtMs" | "expiresAtMs">): number {
  return Math.min(usedAtMs + idleLimitMs, expiresAtMs);
}

/** Returns whether a session has ended, by its time or because the time was set back. */
export function hasSessionEnded(
  session: Pick<SessionRecord, "usedAtMs" | "expiresAtMs">,
  nowMs: number,
): boolean {
  return nowMs >= sessionEndMs(session) || isSessionOfFuture(session, nowMs);
}

/** A session that was used later than now is from before the time was set back, and nobody knows how old it is. */
export function isSessionOfFuture(
  { usedAtMs, expiresAtMs }: Pick<SessionRecord, "usedAtMs" | "expiresAtMs">,
  nowMs: number,
): boolean {
  return usedAtMs > nowMs || expiresAtMs > nowMs + sessionLifeMs;
}

/** Returns whether a pass has ended, by its time or because the time was set back to before it was made. */
export function hasPassEnded(
  { createdAtMs, expiresAtMs }: Pick<PassRecord, "createdAtMs" | "expiresAtMs">,
  nowMs: number,
): boolean {
  return nowMs >= expiresAtMs || createdAtMs > nowMs;
}

/** Returns whether the use at this time has to be written. */
export function isUseToWrite(
  { usedAtMs }: Pick<SessionRecord, "usedAtMs">,
  nowMs: number,
): boolean {
  return nowMs - usedAtMs >= useMemoryMs;
}

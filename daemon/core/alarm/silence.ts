import type { Capabilities } from "../model/door-lock.ts";
import type { LockRecord } from "../model/lock.ts";
import { offlineAfterMs } from "./alarm-policies.ts";

/** How long a lock may be silent after a try that it did not answer, before somebody should look, ms. */
const unansweredMs = 2 * 60_000;

/** What is wrong with a lock's silence although it does not count as offline yet. */
export type Silence =
  /** It did not answer the last tries, and nothing else was heard of it. */
  | { readonly kind: "unanswering"; readonly tries: number }
  /** It should have spoken by itself. @see rhythmOf */
  | { readonly kind: "late"; readonly rhythmMs: number };

/**
 * Returns how often the lock speaks by itself, ms: the shorter of its report interval and its check-in interval, each of
 * which brings a frame. A lock that has neither is probed before it counts as offline.
 */
export function rhythmOf(capabilities: Pick<Capabilities, "reportMs" | "checkInMs">): number {
  const { reportMs, checkInMs } = capabilities;
  if (reportMs === null && checkInMs === null) return offlineAfterMs(capabilities);
  return Math.min(reportMs ?? Number.POSITIVE_INFINITY, checkInMs ?? Number.POSITIVE_INFINITY);
}

/**
 * Returns what is wrong with the silence of a lock, or null if nothing is. One report may be lost, so that a lock is late
 * after one and a half times its rhythm.
 * @param silentForMs since its last frame, or since the radio is up if there was none
 */
export function silenceOf(
  { capabilities, missedOperations }: Pick<LockRecord, "capabilities" | "missedOperations">,
  silentForMs: number,
): Silence | null {
  if (silentForMs < unansweredMs) return null;
  if (missedOperations > 0) return { kind: "unanswering", tries: missedOperations };
  const rhythmMs = rhythmOf(capabilities);
  return silentForMs > 1.5 * rhythmMs ? { kind: "late", rhythmMs } : null;
}

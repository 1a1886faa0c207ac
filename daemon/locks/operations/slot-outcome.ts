import type { Outcome } from "../../../drivers/lock-driver.ts";
import { offlineAfterMisses } from "../../core/contact/backoff.ts";
import { offlineEffects } from "../../core/event/reduce.ts";
import type { Capabilities } from "../../core/model/door-lock.ts";
import type { Effects, LockRecord } from "../../core/model/lock.ts";
import type { SlotOutcome, Unreachable } from "../../core/outcome/outcome-input.ts";

/** ZCL FAILURE; on a lock whose statuses are the other way round, success. */
const failureStatus = 1;

/** What a write of a slot brought, in the core's words. */
export function writeOutcome(
  outcome: Outcome<"setPinCode" | "clearPinCode" | "setUserStatus">,
  { statusMeaning }: Pick<Capabilities, "statusMeaning">,
): SlotOutcome {
  if (statusMeaning === "inverted") {
    if (outcome.kind === "done") return { kind: "refused", status: "failure" };
    if (outcome.kind === "refused" && outcome.statusCode === failureStatus) return { kind: "done" };
  }
  return outcome.kind === "done" ? { kind: "done" } : failure(outcome);
}

/** An operation of any kind that did not come about. */
type Failure = Exclude<SlotOutcome, { kind: "done" } | { kind: "read" }>;

/** How an operation did not come about, in the core's words. */
export function failure(outcome: Exclude<Outcome, { kind: "done" }>): Failure {
  // biome-ignore lint/nursery/useExhaustiveSwitchCases: the compiler holds it exhaustive; the linter does not see through Exclude and Extract.
  switch (outcome.kind) {
    case "refused":
      return { kind: "refused", status: outcome.status };
    case "unsupported":
    case "unreadable":
      return { kind: outcome.kind };
    case "unreachable":
      return unreached(outcome);
  }
}

/** Silence in the core's words: what the stick has failed says nothing of the lock. */
export function unreached({
  cause,
  wasSent,
}: Extract<Outcome, { kind: "unreachable" }>): Unreachable {
  const isStickFault = cause === "stickOffline";
  return { kind: "unreachable", wasSent, ...(isStickFault ? { isStickFault } : {}) };
}

/**
 * So many misses on end: the lock is told as offline. One that sleeps misses what is sent between its
 * polls while all is well: only silence beyond its own rhythm says that it is away.
 */
export function withOffline(effects: Effects, before: LockRecord, nowMs: number): Effects {
  const lock = effects.lock ?? before;
  if (lock.missedOperations < offlineAfterMisses || !lock.isOnline) return effects;
  if (lock.capabilities.isSleepy) return effects;
  const offline = offlineEffects(lock, nowMs);
  return {
    ...effects,
    ...offline,
    journal: [...(effects.journal ?? []), ...(offline.journal ?? [])],
  };
}

import type { Outcome } from "../../../drivers/lock-driver.ts";
import { offlineAfterMisses } from "../../core/contact/backoff.ts";
import { offlineEffects } from "../../core/event/reduce.ts";
import type { Capabilities } from "../../core/model/door-lock.ts";
import type { Effects, LockRecord } from "../../core/model/lock.ts";
import type { SlotOutcome, Unreachable } from "../../core/outcome/outcome-input.ts";

/** ZCL FAILURE; success on a lock that has the two statuses swapped. */
const failureStatus = 1;

/** Returns the outcome of a slot write in the core's terms. */
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

/** An outcome other than success. */
type Failure = Exclude<SlotOutcome, { kind: "done" } | { kind: "read" }>;

/** Returns an outcome other than success in the core's terms. */
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

/** Returns a missing answer in the core's terms. A fault of the stick says nothing about the lock. */
export function unreached({
  cause,
  wasSent,
}: Extract<Outcome, { kind: "unreachable" }>): Unreachable {
  const isStickFault = cause === "stickOffline";
  return { kind: "unreachable", wasSent, ...(isStickFault ? { isStickFault } : {}) };
}

/**
 * Adds that the lock is offline after too many operations without an answer in a row. A sleepy lock misses
 * frames between its polls while it is in reach: only silence beyond its polling shows that it is away.
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

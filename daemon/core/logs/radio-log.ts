import type { LockId, UserId } from "../model/door-lock.ts";
import type { Effects } from "../model/lock.ts";
import type { OperationName } from "../model/operation.ts";
import type { PasswordId } from "../model/password.ts";
import type { OutcomeInput } from "../outcome/outcome-input.ts";

/** Who wants something: a client, a unix user or the cloud, and the id that it gave the command. */
export interface Requester {
  readonly by: string;
  readonly commandId?: string;
}

/**
 * What a read showed beside what is wanted there. `masked`: a code whose digits the lock hides. `silent`:
 * no answer that says anything.
 */
export type ReadBack = "equal" | "different" | "masked" | "empty" | "silent";

/** One operation on a lock as the radio log has it: never a code, never a name. */
export interface RadioEntry {
  readonly lock: LockId;
  /** The Door Lock command, or what was read or written beside. */
  readonly command: OperationName;
  readonly userId?: UserId;
  readonly scheduleId?: number;
  /** The password that the slot belonged to. */
  readonly passwordId?: PasswordId;
  /** Transaction sequence number of the ZCL frame (of the first, if there were two); absent = none left the gateway. */
  readonly tsn?: number;
  /** `success`, the lock's refusal, or why there was no answer. */
  readonly status: string;
  readonly read?: ReadBack;
  /** From here on the lock is known to hold what is wanted: it showed or told so itself. */
  readonly isConfirmed?: true;
  /** Absent for what the gateway does of itself. */
  readonly asked?: Requester;
}

/** An entry as it is kept, numbered from 1; `hash` chains it to the one before. */
export interface RadioRecord extends RadioEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly hash: string;
}

/** Some five megabytes; one more entry drops the oldest, in the same batch. */
export const radioLogLimit = 20_000;

/** What was found of an operation once its answer was weighed. */
export type Judged = Pick<RadioEntry, "read" | "isConfirmed">;

/** The end of an operation on a slot. @param effects what it meant for the records */
export function judgedOutcome(input: OutcomeInput, effects: Effects): Judged {
  const after = effects.slots?.find(({ userId }) => userId === input.slot.userId);
  const isNews = input.slot.confidence !== "confirmed" || input.outcome.kind === "done";
  const isConfirmed = isNews && after?.confidence === "confirmed";
  const read = readBackOf(input);
  return { ...(read === null ? {} : { read }), ...(isConfirmed ? { isConfirmed } : {}) };
}

function readBackOf({ operation, outcome, holder, slot }: OutcomeInput): ReadBack | null {
  if (operation.name !== "getPinCode" && operation.name !== "getUserStatus") return null;
  if (outcome.kind === "unreachable") return null;
  if (outcome.kind !== "read") return "silent";
  const { content } = outcome;
  if (content.kind === "empty") return "empty";
  const before = slot.content.kind === "occupied" ? slot.content : null;
  if (operation.name === "getUserStatus") {
    return before?.userStatus === content.userStatus ? "equal" : "different";
  }
  if (content.mark === null) return "masked";
  const wanted = holder?.code?.mark ?? before?.mark ?? null;
  return content.mark === wanted ? "equal" : "different";
}

/** The end of an operation on a slot's schedules or user type. */
export function judgedGuard(name: string, outcome: { kind: string }, effects: Effects): Judged {
  const guard = effects.slots?.[0]?.guard.kind;
  const isShown =
    outcome.kind === "yearDay" || outcome.kind === "weekDay" || outcome.kind === "userType";
  const isSilent = outcome.kind === "unsupported" || outcome.kind === "unreadable";
  const isEqual = guard === "programming" || guard === "held";
  const read: ReadBack = isEqual ? "equal" : "different";
  return {
    ...(isShown ? { read } : isSilent && name.startsWith("get") ? { read: "silent" } : {}),
    ...(guard === "held" ? { isConfirmed: true } : {}),
  };
}

import type { Effects } from "../model/lock.ts";
import type { RadioEntry, ReadBack } from "../model/radio-log.ts";
import type { OutcomeInput } from "../outcome/outcome-input.ts";

/** About five megabytes. One more entry drops the oldest in the same batch. */
export const radioLogLimit = 20_000;

/** What the answer to an operation showed. */
export type RadioJudgement = Pick<RadioEntry, "read" | "isConfirmed">;

/** Judges the outcome of an operation on a slot. @param effects the effects of the outcome on the records */
export function judgeSlotOutcome(input: OutcomeInput, effects: Effects): RadioJudgement {
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

/** Judges the outcome of an operation on a slot's schedules or user type. */
export function judgeEnforcementOutcome(
  name: string,
  outcome: { kind: string },
  effects: Effects,
): RadioJudgement {
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

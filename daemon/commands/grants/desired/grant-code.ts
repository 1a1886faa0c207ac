import { isRecent } from "../../../core/grant/used-code.ts";
import { type CodeLengths, chooseCode, commonLengths } from "../../../core/input/code-choice.ts";
import { apiCodeDigits } from "../../../core/input/six-digits.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { CodeMark } from "../../../core/model/sealed-code.ts";
import type { PinCode } from "../../../core/model/secret.ts";
import type { CommandContext } from "../../command.ts";
import {
  checkCode,
  checkFits,
  checkLength,
  checkUnused,
  isLengthFree,
  pinCodeOf,
} from "../../passwords/desired/code-check.ts";
import { atField, type WantedDoor } from "./grant-doors.ts";

/** Limit of random codes that are tried for one grant. */
const maxCandidates = 64;
/** What the API takes where the caller may choose the length. */
const anyLength: CodeLengths = { min: 4, max: 10 };

/**
 * Returns the code that the caller gives, which every lock can take and none has.
 * @throws GatewayError `badParameters`, `unsupported`, `duplicate`
 */
export function givenCode(
  context: CommandContext,
  digits: string,
  doors: readonly WantedDoor[],
): PinCode {
  const code = pinCodeOf(digits);
  checkLength(context, code);
  checkForDoors(context, code, doors);
  return code;
}

/** @throws GatewayError `badParameters` for a trivial code, `unsupported`, `duplicate` */
export function checkForDoors(
  context: CommandContext,
  code: PinCode,
  doors: readonly WantedDoor[],
): void {
  const { sealer, time } = context;
  for (const { field, lock } of doors) {
    atField(field, () => {
      checkCode(context, lock.lock.capabilities, code);
      const mark = sealer.mark(lock.lock.lock, code);
      checkUnused(lock, mark, { by: null, nowMs: time.nowMs });
    });
  }
}

/**
 * Returns a random code within the limits of every lock that none of them has, or had in the last 90 days.
 * @throws GatewayError `unsupported` for a lock that takes no codes, or locks that take no common length; `busy` if no
 * code was found
 */
export function generatedCode(context: CommandContext, doors: readonly WantedDoor[]): PinCode {
  const capabilities = doors.map(({ lock }) => lock.lock.capabilities);
  const isFree = isLengthFree(context);
  const allowed = isFree ? anyLength : { min: apiCodeDigits, max: apiCodeDigits };
  const lengths = commonLengths(capabilities, allowed);
  if (lengths === null) {
    const taken = isFree ? "no common length" : `no codes of ${apiCodeDigits} digits`;
    throw new GatewayError("unsupported", `locks: these locks take ${taken}`, { field: "locks" });
  }
  const digits = Math.min(Math.max(apiCodeDigits, lengths.min), lengths.max);
  const used = doors.map(({ lock }) => [lock.lock.lock, usedMarks(context, lock)] as const);
  const isUsed = (code: PinCode) =>
    used.some(([lock, marks]) => marks.has(context.sealer.mark(lock, code)));
  const code = chooseCode(candidates(context, digits), lengths, isUsed);
  if (code === null) throw new GatewayError("busy", "no free code was found; try again");
  for (const { field, lock } of doors) {
    atField(field, () => checkFits(lock.lock.capabilities, code));
  }
  return code;
}

function* candidates({ randomCode }: CommandContext, digits: number): Generator<PinCode> {
  for (let count = 0; count < maxCandidates; count += 1) yield randomCode(digits);
}

/** Returns every code that a lock has, is to have, or had in the last 90 days. */
function usedMarks(
  { view, time }: CommandContext,
  { lock, passwords, slots }: LockView,
): ReadonlySet<CodeMark> {
  const marks = new Set<CodeMark>();
  for (const { code } of passwords) if (code !== null) marks.add(code.mark);
  for (const { content } of slots.values()) {
    if (content.kind === "occupied" && content.mark !== null) marks.add(content.mark);
  }
  for (const record of view.list("usedCode", [lock.lock])) {
    if (isRecent(record, time.nowMs)) marks.add(record.mark);
  }
  return marks;
}

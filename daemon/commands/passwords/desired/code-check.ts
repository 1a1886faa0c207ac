import { apiCodeDigits } from "../../../core/input/six-digits.ts";
import { isTrivialCode } from "../../../core/input/trivial-code.ts";
import type { Capabilities } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import type { LockView } from "../../../core/model/lock.ts";
import type { CodeMark } from "../../../core/model/sealed-code.ts";
import { PinCode } from "../../../core/model/secret.ts";
import { isOver } from "../../../core/plan/target.ts";
import type { CommandContext } from "../../command.ts";
import { unmanagedSlot } from "./slot-choice.ts";

/** @throws GatewayError `badParameters` when it has more in it than digits */
export function pinCodeOf(digits: string): PinCode {
  const pinCode = PinCode.parse(digits);
  if (pinCode === null) {
    throw new GatewayError("badParameters", "password: digits only", { field: "password" });
  }
  return pinCode;
}

/**
 * Checks a new code before it goes over the radio.
 * @throws GatewayError `unsupported` when this lock cannot take it, `badParameters` when it is trivial and
 * `passwords.refuse_trivial` is set
 */
export function checkCode(
  { site }: Pick<CommandContext, "site">,
  capabilities: Capabilities,
  code: PinCode,
): void {
  if (site.refusesTrivialCodes === true && isTrivialCode(code)) {
    throw new GatewayError(
      "badParameters",
      "password: is too easy to guess: no repeated digits, runs such as 123456 or repeated parts such as 121212",
      { field: "password" },
    );
  }
  checkFits(capabilities, code);
}

/** @throws GatewayError `unsupported` when this lock takes no codes, or none of this length */
export function checkFits(capabilities: Capabilities, code: PinCode): void {
  if (capabilities.pinUsers === 0 || capabilities.setsPinCodes === "no") {
    throw new GatewayError("unsupported", "uuid: this lock takes no codes over the air", {
      field: "uuid",
    });
  }
  const { minPinLength, maxPinLength } = capabilities;
  if (code.length < minPinLength || code.length > maxPinLength) {
    const range = `${minPinLength} to ${maxPinLength} digits`;
    throw new GatewayError("unsupported", `password: this lock takes codes of ${range}`, {
      field: "password",
    });
  }
}

/**
 * Checks that a call of V1.6 has a code of six digits. Lock actions, people on the page, and callers at the
 * gateway itself, may set any code that the lock takes.
 * @throws GatewayError `badParameters`
 */
export function checkLength(
  context: Pick<CommandContext, "caller" | "codeLength">,
  code: PinCode,
): void {
  if (isLengthFree(context) || code.length === apiCodeDigits) return;
  throw new GatewayError("badParameters", `password: must be ${apiCodeDigits} digits`, {
    field: "password",
  });
}

/** Returns whether the caller may set a code of any length that the lock takes. */
export function isLengthFree({
  caller,
  codeLength,
}: Pick<CommandContext, "caller" | "codeLength">): boolean {
  return caller.transport === "socket" || caller.session !== undefined || codeLength === "lock";
}

/** Who wants a code, and when. */
export interface CodeWish {
  /** The password that wants it, which may have it already; null = a password that is not stored yet. */
  readonly by: number | null;
  readonly nowMs: number;
  /** The code may stay in a slot in which it is unmanaged; absent = such a code counts as used. */
  readonly mayAdopt?: true;
}

/** Equal codes on one lock cannot be told apart at the door. @throws GatewayError `duplicate`. */
export function checkUnused(view: LockView, mark: CodeMark, wish: CodeWish): void {
  if (!isUsed(view, mark, wish)) return;
  throw new GatewayError("duplicate", "password: the lock already has this code", {
    field: "password",
  });
}

/**
 * Returns whether another password wants a code, or the lock has it for another. A password that is over
 * and gone from the lock does not reserve its code.
 */
export function isUsed(view: LockView, mark: CodeMark, wish: CodeWish): boolean {
  const { by: except, nowMs, mayAdopt } = wish;
  const isWanted = view.passwords.some(
    (password) =>
      password.id !== except &&
      password.code?.mark === mark &&
      (password.userId !== null || !isOver(password, nowMs)),
  );
  if (isWanted) return true;
  const adopted = mayAdopt === true ? unmanagedSlot(view, mark) : null;
  for (const { holder, userId, content } of view.slots.values()) {
    const isOther = holder === null ? userId !== adopted : holder !== except;
    if (isOther && content.kind === "occupied" && content.mark === mark) return true;
  }
  return false;
}

import type { PinReading } from "../../../drivers/lock-driver.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { LockView } from "../../core/model/lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import { PinCode } from "../../core/model/secret.ts";
import type { PlannedOperation } from "../../core/model/slot-operation.ts";
import type { SlotOutcome } from "../../core/outcome/outcome-input.ts";
import type { LockPorts } from "../lock-ports.ts";
import { failure, writeOutcome } from "./slot-outcome.ts";

/** Limit of a junk code's digits: some locks report more digits than they take. */
const junkDigits = 8;

/** What is sent, and for which password. */
export interface SlotRequest {
  readonly operation: PlannedOperation;
  readonly holder: PasswordRecord | null;
  /** See {@link codeFor} and {@link junkFor}. */
  readonly pinCode: PinCode | null;
}

/** Returns the code that an operation sends for its holder, or null if it sends none. */
export function codeFor(
  { codes }: Pick<LockPorts, "codes">,
  operation: PlannedOperation,
  holder: PasswordRecord | null,
): PinCode | null {
  if (operation.name !== "setPinCode" || operation.isJunk === true) return null;
  return holder?.code == null ? null : codes.open(holder.code, holder.sealedFor);
}

/** Returns a random code to overwrite a revoked one with, or null if the operation does not overwrite. */
export function junkFor(
  { randomDigits }: Pick<LockPorts, "randomDigits">,
  operation: PlannedOperation,
  { lock }: LockView,
): PinCode | null {
  if (operation.name !== "setPinCode" || operation.isJunk !== true) return null;
  const { minPinLength, maxPinLength } = lock.capabilities;
  return PinCode.parse(randomDigits(Math.max(minPinLength, Math.min(maxPinLength, junkDigits))));
}

/** Sends one operation on a slot and returns its outcome in the core's terms. Codes in the answer are sealed at once. */
export async function sendSlotOperation(
  ports: Pick<LockPorts, "driver" | "codes" | "deadlineMs" | "newId">,
  { lock: { lock, capabilities } }: LockView,
  { operation, holder, pinCode }: SlotRequest,
): Promise<SlotOutcome> {
  const { driver, deadlineMs } = ports;
  const options = { deadlineMs, endpoint: capabilities.endpoint };
  switch (operation.name) {
    case "setPinCode": {
      if (pinCode === null) throw new Error("a code is set for nobody");
      const { isJunk: _, ...set } = operation;
      const args = { ...set, userType: "unrestricted", pinCode } as const;
      return writeOutcome(await driver.perform(lock, args, options), capabilities);
    }
    case "clearPinCode":
    case "setUserStatus":
      return writeOutcome(await driver.perform(lock, operation, options), capabilities);
    case "getPinCode": {
      const outcome = await driver.perform(lock, operation, options);
      return outcome.kind === "done"
        ? shown(ports, lock, { reading: outcome.reply, holder })
        : failure(outcome);
    }
    case "getUserStatus": {
      const outcome = await driver.perform(lock, operation, options);
      if (outcome.kind !== "done") return failure(outcome);
      const userStatus = outcome.reply;
      return userStatus === "available"
        ? { kind: "read", content: { kind: "empty" }, code: null }
        : {
            kind: "read",
            content: { kind: "occupied", mark: null, userStatus, userType: "unrestricted" },
            code: null,
            edited: { code: null, sealedFor: `password/${lock}/${ports.newId()}` },
          };
    }
  }
}

function shown(
  { codes, newId }: Pick<LockPorts, "codes" | "newId">,
  lock: LockId,
  { reading, holder }: { readonly reading: PinReading; readonly holder: PasswordRecord | null },
): SlotOutcome {
  if (reading.kind === "empty") return { kind: "read", content: { kind: "empty" }, code: null };
  const { pinCode, userStatus, userType } = reading;
  const mark = pinCode === "masked" ? null : codes.mark(lock, pinCode);
  const content = { kind: "occupied", mark, userStatus, userType } as const;
  const sealedFor = `password/${lock}/${newId()}`;
  if (pinCode === "masked") {
    return { kind: "read", content, code: null, edited: { code: null, sealedFor } };
  }
  const code = holder === null ? null : codes.seal(lock, pinCode, holder.sealedFor);
  const edited = { code: codes.seal(lock, pinCode, sealedFor), sealedFor };
  return { kind: "read", content, code, edited };
}

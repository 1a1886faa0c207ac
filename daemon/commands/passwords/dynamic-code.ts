import { GatewayError } from "../../core/model/errors.ts";
import type { LockView } from "../../core/model/lock.ts";
import {
  dynamicPasswordId,
  dynamicPositionSetting,
  type PasswordRecord,
} from "../../core/model/password.ts";
import type { PinCode } from "../../core/model/secret.ts";
import type { CommandContext } from "../command.ts";
import { checkFits, isUsed } from "./desired/code-check.ts";

/** A code lasts this long from when it is made; it may be used more than once. */
export const dynamicLifeMs = 300_000;
/** Limit of codes tried until one is free. A lock has some hundred of the million codes at most. */
const maxSteps = 16;
/** Keeps a code that was stepped on to apart from the codes of the next time steps. */
const stepWidth = 2 ** 32;

/** A code, and its step within the time step as it is stored. */
interface FreeCode {
  readonly pinCode: PinCode;
  readonly step: string;
}

/**
 * Returns a code by RFC 6238 over five-minute steps. It steps over a code that the lock has, and over every
 * code given before in the same time step: a frozen or deleted code does not come back.
 * @throws GatewayError `busy` when no code is free, `unsupported` when the lock takes no such code
 */
export function freeCode(
  { sealer, time, view }: CommandContext,
  lock: LockView,
  before: PasswordRecord | undefined,
): FreeCode {
  const { lock: lockId, capabilities } = lock.lock;
  const digits = Math.min(Math.max(6, capabilities.minPinLength), capabilities.maxPinLength, 9);
  const timeStep = Math.floor(time.nowMs / dynamicLifeMs);
  const wish = { by: dynamicPasswordId, nowMs: time.nowMs };
  const given = String(view.get("setting", dynamicPositionSetting(lockId))?.value ?? "").split(" ");
  const first = given[0] === String(timeStep) ? Number(given[1]) + 1 : 0;
  let free: FreeCode | null = null;
  for (let step = first; step < maxSteps; step += 1) {
    const pinCode = sealer.oneTimeCode(lockId, timeStep + step * stepWidth, digits);
    const mark = sealer.mark(lockId, pinCode);
    if (mark === before?.code?.mark) free = null;
    else if (free === null && !isUsed(lock, mark, wish)) {
      free = { pinCode, step: `${timeStep} ${step}` };
    }
  }
  if (free === null) {
    throw new GatewayError("busy", "too many dynamic codes within five minutes; try again later");
  }
  checkFits(capabilities, free.pinCode);
  return free;
}

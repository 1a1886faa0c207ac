import type { LockView } from "../model/lock.ts";
import type { Step } from "./plan-work.ts";
import { targetOf } from "./target.ts";

/** Says whether a step takes access away, or reads a slot for that purpose. No request of a person goes before it. */
export function isRevoking(view: LockView, step: Step, nowMs: number): boolean {
  if (step.kind !== "perform" || step.audit !== undefined) return false;
  const { operation, passwordId } = step;
  if (operation.name === "clearPinCode") return true;
  if (operation.name === "setUserStatus") return operation.userStatus === "occupiedDisabled";
  if (operation.name === "setPinCode") return operation.isJunk === true;
  const password = view.passwords.find(({ id }) => id === passwordId);
  if (password === undefined) return false;
  return targetOf(password, view.lock.capabilities, nowMs) !== "open";
}

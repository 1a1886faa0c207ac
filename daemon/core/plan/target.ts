import type { Capabilities } from "../model/door-lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { persistEveryMs } from "../time/time-mark.ts";
import { closedSince, hasEnded, isOpen } from "../time/window.ts";

/**
 * What a slot should hold now.
 * `absent`: no code. `closed`: no code that opens, so none or a disabled one. `open`: the code, enabled.
 */
export type Target = "absent" | "closed" | "open";

/** Returns what the password's slot should hold at `nowMs`, from the desired state alone. */
export function targetOf(
  password: PasswordRecord,
  capabilities: Capabilities,
  nowMs: number,
): Target {
  if (isOver(password, nowMs)) return "absent";
  const mayDisable = capabilities.userStatus !== "no";
  if (password.isFrozen) return mayDisable ? "closed" : "absent";
  if (password.id === administratorId || isOpen(password.window, nowMs)) return "open";
  // A weekly password opens again soon: a disabled code need not be sent over the radio again.
  return password.window.weekly !== null && capabilities.userStatus === "yes" ? "closed" : "absent";
}

/** Says whether this password never opens again, unless somebody changes it. */
export function isOver(password: PasswordRecord, nowMs: number): boolean {
  if (password.isDeleted || password.consumedAtMs !== null) return true;
  return password.id !== administratorId && hasEnded(password.window, nowMs);
}

/**
 * Says whether the window of a code that the lock has confirmed may have opened meanwhile, if `nowMs` is as old as the
 * time on disk may be. One that closed shortly before has not.
 */
export function mayHaveBegun(password: PasswordRecord, slot: SlotRecord, nowMs: number): boolean {
  const { revision, operationStage, window } = password;
  if (operationStage !== "done" || slot.appliedRevision !== revision) return false;
  if (password.isFrozen || isOver(password, nowMs)) return false;
  const closedAtMs = closedSince(window, nowMs);
  if (closedAtMs !== null && closedAtMs > nowMs - persistEveryMs) return false;
  return isOpen(window, nowMs + persistEveryMs);
}

import type { Capabilities } from "../model/door-lock.ts";
import { administratorId, type PasswordRecord } from "../model/password.ts";
import { hasEnded, isOpen } from "../time/window.ts";

/**
 * What a slot is to hold now.
 * `absent`: no code. `closed`: no code that opens: none, or a disabled one. `open`: the code, enabled.
 */
export type Target = "absent" | "closed" | "open";

/** What the password's slot is to hold at `nowMs`, decided from the desired state alone. */
export function targetOf(
  password: PasswordRecord,
  capabilities: Capabilities,
  nowMs: number,
): Target {
  if (isOver(password, nowMs)) return "absent";
  const mayDisable = capabilities.userStatus !== "no";
  if (password.isFrozen) return mayDisable ? "closed" : "absent";
  if (password.id === administratorId || isOpen(password.window, nowMs)) return "open";
  // A weekly password comes back soon: disabling spares sending its code through the air again.
  return password.window.weekly !== null && capabilities.userStatus === "yes" ? "closed" : "absent";
}

/** Nothing will ever make this password open again, unless somebody changes it. */
export function isOver(password: PasswordRecord, nowMs: number): boolean {
  if (password.isDeleted || password.consumedAtMs !== null) return true;
  return password.id !== administratorId && hasEnded(password.window, nowMs);
}

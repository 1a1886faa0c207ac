import type { Effects, LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import { driftLimitSeconds } from "../time/lock-clock.ts";
import { isOpen } from "../time/window.ts";

/**
 * Returns the effects of an opening with a code that should not be live. The record of its slot is wrong, so the slot
 * becomes unknown, and the planner reads and clears it before anything else. A lock that let the code in against a
 * schedule that it had shown, by more than its clock may be off, gets no schedules of that kind again.
 */
export function afterOpenedOutside(
  view: LockView,
  holder: PasswordRecord,
  nowMs: number,
): Pick<Effects, "lock" | "slots"> {
  const slot = holder.userId === null ? undefined : view.slots.get(holder.userId);
  if (slot === undefined) return { lock: view.lock };
  const doubted = {
    ...slot,
    content: { kind: "unknown" },
    guard: { kind: "none" },
    retryAtMs: null,
  } as const;
  const marginMs = driftLimitSeconds * 1000;
  const isByClock =
    isOpen(holder.window, nowMs - marginMs) || isOpen(holder.window, nowMs + marginMs);
  if (slot.guard.kind !== "held" || isByClock) return { lock: view.lock, slots: [doubted] };
  const scheduling = { ...view.lock.scheduling, [slot.guard.schedules.userType]: "no" } as const;
  return { lock: { ...view.lock, scheduling }, slots: [doubted] };
}

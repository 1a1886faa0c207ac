import type { LockRecord, LockView } from "../model/lock.ts";
import type { PasswordRecord } from "../model/password.ts";
import type { SlotRecord } from "../model/slot.ts";
import { targetOf } from "../plan/target.ts";
import { driftLimitSeconds } from "../time/lock-clock.ts";
import { isOpen } from "../time/window.ts";
import { enforcementSteps, firstScheduleId } from "./slot-enforcement.ts";

/** Least time between two checks of a slot's schedules and the lock's clock, however often the lock refuses. */
export const scheduleDoubtPauseMs = 3_600_000;

/**
 * Returns the effects of a code that the lock refused by its schedule, although the code's window is open by more than
 * the lock's clock may be off. The planner reads back the schedules and the user type, and sets and reads the clock. If
 * all of them were right and the lock refuses again, it does not keep to what it shows: then the gateway alone enforces
 * this window.
 * @returns null if there is nothing to check
 */
export function afterScheduleRefusal(
  view: LockView,
  holder: PasswordRecord,
  nowMs: number,
): { readonly lock: LockRecord; readonly slots: readonly SlotRecord[] } | null {
  const slot = holder.userId === null ? undefined : view.slots.get(holder.userId);
  if (slot?.content.kind !== "occupied" || slot.guard.kind === "programming") return null;
  if (!isWellInside(view.lock, holder, nowMs)) return null;
  const { scheduleDoubt: before } = slot;
  const isKnown =
    before?.passwordId === holder.id &&
    before.revision === holder.revision &&
    Math.abs(nowMs - before.atMs) < scheduleDoubtPauseMs;
  if (isKnown) {
    if (slot.guard.kind !== "held") return null;
    const guard = { kind: "refused", schedules: slot.guard.schedules } as const;
    return { lock: view.lock, slots: [{ ...slot, guard }] };
  }
  const scheduleDoubt = { atMs: nowMs, passwordId: holder.id, revision: holder.revision };
  return {
    lock: withClockDoubt(view.lock),
    slots: [{ ...slot, ...doubted(view.lock, slot), scheduleDoubt }],
  };
}

function isWellInside(lock: LockRecord, { window, ...holder }: PasswordRecord, nowMs: number) {
  const marginMs = driftLimitSeconds * 1000;
  return (
    targetOf({ ...holder, window }, lock.capabilities, nowMs) === "open" &&
    isOpen(window, nowMs - marginMs) &&
    isOpen(window, nowMs + marginMs)
  );
}

/** Marks our schedules to be read back. If there are none of ours, somebody else has bound the user. */
function doubted(
  lock: LockRecord,
  { content, guard, ...slot }: SlotRecord,
): Pick<SlotRecord, "content" | "guard"> {
  if (guard.kind === "held") {
    const { schedules } = guard;
    const steps = enforcementSteps(schedules, { ...slot, content, guard }, firstScheduleId(lock));
    const stepsDone = steps.findIndex(({ name }) => name.startsWith("get"));
    return { content, guard: { kind: "programming", schedules, stepsDone } };
  }
  if (content.kind !== "occupied") return { content, guard };
  return { content: { ...content, userType: "yearDay" }, guard };
}

/** Marks a clock that can be set to be set and read at once. Any other clock shows its time in the event. */
function withClockDoubt(lock: LockRecord): LockRecord {
  if (lock.capabilities.clock !== "server" || lock.lockClock.writtenAtMs === null) return lock;
  return { ...lock, lockClock: { ...lock.lockClock, writtenAtMs: null } };
}

import { batteryStep, wrongCode, wrongCodeLimit } from "./alarms.ts";
import type { EventEntry } from "./journal.ts";
import type { Effects, LockRecord } from "./lock.ts";

/** The alarm policies applied to a lock's record: what is kept and what is told. */

/** @param percent 0 … 100 */
export function toldBattery(lock: LockRecord, percent: number, nowMs: number): Effects {
  const { state, events } = batteryStep(lock, percent, nowMs);
  const isNew = percent !== lock.batteryPercent || events.length > 0;
  if (!isNew) return {};
  return {
    lock: { ...lock, ...kept(state), batteryPercent: percent, batteryAtMs: nowMs },
    journal: events.map(
      (event): EventEntry => ({
        kind: "event",
        event,
        lock: lock.lock,
        detail: { battery_level: percent },
      }),
    ),
  };
}

/** One wrong code at the keypad. */
export function toldWrongCode(lock: LockRecord, nowMs: number): Effects {
  const { state, events } = wrongCode(lock, nowMs);
  return {
    lock: { ...lock, ...counted(state) },
    journal: events.map((event) => bare(lock, event)),
  };
}

/** The lock's own alarm for too many wrong codes. */
export function toldWrongCodeLimit(lock: LockRecord, nowMs: number): Effects {
  const { state, events } = wrongCodeLimit(lock, nowMs);
  if (events.length === 0) return {};
  return {
    lock: { ...lock, ...counted(state) },
    journal: events.map((event) => bare(lock, event)),
  };
}

function bare(lock: LockRecord, event: EventEntry["event"]): EventEntry {
  return { kind: "event", event, lock: lock.lock, detail: null };
}

// Policies hand back what they were given when nothing changes: take only the fields that are theirs.
function kept({
  batteryStep: step,
  batteryToldAtMs,
}: Pick<LockRecord, "batteryStep" | "batteryToldAtMs">) {
  return { batteryStep: step, batteryToldAtMs };
}

function counted({ wrongCodes, wrongCodeAtMs }: Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">) {
  return { wrongCodes, wrongCodeAtMs };
}

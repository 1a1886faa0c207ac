import type { EventEntry } from "../model/journal.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import { countWrongCode, countWrongCodeLimit } from "./alarm-policies.ts";

/** The wrong code policy applied to a lock's record: what is kept and what is told. */

/** One wrong code at the keypad. */
export function wrongCodeEffects(lock: LockRecord, nowMs: number): Effects {
  const { state, events } = countWrongCode(lock, nowMs);
  return {
    lock: { ...lock, ...counted(state) },
    journal: events.map((event) => bare(lock, event)),
  };
}

/** The lock's own alarm for too many wrong codes. */
export function wrongCodeLimitEffects(lock: LockRecord, nowMs: number): Effects {
  const { state, events } = countWrongCodeLimit(lock, nowMs);
  if (events.length === 0) return {};
  return {
    lock: { ...lock, ...counted(state) },
    journal: events.map((event) => bare(lock, event)),
  };
}

function bare(lock: LockRecord, event: EventEntry["event"]): EventEntry {
  return { kind: "event", event, lock: lock.lock, detail: null };
}

// The policy hands back what it was given when nothing changes: take only the fields that are its own.
function counted({ wrongCodes, wrongCodeAtMs }: Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">) {
  return { wrongCodes, wrongCodeAtMs };
}

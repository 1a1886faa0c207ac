import type { EventEntry } from "../model/journal.ts";
import type { Effects, LockRecord } from "../model/lock.ts";
import { countWrongCode, countWrongCodeLimit } from "./alarm-policies.ts";

/** Returns the effects of one wrong code at the keypad. */
export function wrongCodeEffects(lock: LockRecord, nowMs: number): Effects {
  const { state, events } = countWrongCode(lock, nowMs);
  return {
    lock: { ...lock, ...counted(state) },
    journal: events.map((event) => bare(lock, event)),
  };
}

/** Returns the effects of the lock's own alarm for too many wrong codes. */
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

// If nothing changes, the policy returns its whole input: take only its own fields.
function counted({ wrongCodes, wrongCodeAtMs }: Pick<LockRecord, "wrongCodes" | "wrongCodeAtMs">) {
  return { wrongCodes, wrongCodeAtMs };
}

import { slotCoverage } from "../core/audit/slot-coverage.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../core/contact/radio-up-since.ts";
import type { PartHealth } from "../core/model/gateway/health.ts";
import type { LockView } from "../core/model/lock.ts";
import type { Store } from "../store/store.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Every slot should be read within this time; the budget and the lock may prevent it. */
const readLimitMs = 14 * dayMs;

/**
 * Returns how many slots of all locks are known. Unknown slots are no fault as long as they are read in time; a slot
 * that was not read for 14 days is a fault.
 */
export function slotHealth(store: Store, nowMs: number): PartHealth {
  const radioUpSince = radioUpSinceMs(store.get("setting", radioUpSinceSetting)?.value);
  let unknown = 0;
  let unknownForMs = 0;
  let oldestReadMs = 0;
  let locks = 0;
  for (const lock of store.list("lock")) {
    const slots = new Map([...store.list("slot", [lock.lock])].map((slot) => [slot.userId, slot]));
    const view: LockView = { lock, passwords: [], slots };
    const coverage = slotCoverage(view, radioUpSince, nowMs);
    // Reads do not help with a lock that shows nothing; `latchctl doctor` reports it.
    if (!coverage.canRead) continue;
    oldestReadMs = Math.max(oldestReadMs, coverage.oldestReadMs ?? 0);
    if (coverage.slotsUnknown === 0) continue;
    locks += 1;
    unknown += coverage.slotsUnknown;
    unknownForMs = Math.max(unknownForMs, coverage.unknownForMs ?? 0);
  }
  if (oldestReadMs > readLimitMs) {
    const days = Math.floor(oldestReadMs / dayMs);
    return { state: "degraded", reason: `a slot of a lock was last read ${days} days ago` };
  }
  if (unknown === 0) return { state: "ok", reason: "" };
  const hours = Math.floor(unknownForMs / hourMs);
  const reason = `${unknown} slots of ${locks} locks are not known yet, the oldest for ${hours} h`;
  return { state: "ok", reason };
}

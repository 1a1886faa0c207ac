import { leastSpacingMs } from "../../core/audit/audit.ts";
import { heardSinceMs, heardSinceSetting } from "../../core/contact/heard-since.ts";
import { heldSetting, rejoinedSetting } from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { hasLeft, type LockView } from "../../core/model/lock.ts";
import { plan, type Step } from "../../core/plan/plan.ts";
import type { LockPorts } from "../lock-room.ts";

/** How a lock's link stands. */
export interface LinkStanding {
  /** It is left alone for so long, ms; 0 = go ahead. */
  readonly waitMs: number;
  /** A frame of it came just now: it listens. */
  readonly isAwake: boolean;
}

/** What to do next for a lock, by its records, the time, its link and what is configured. */
export function planned(ports: LockPorts, view: LockView, link: LinkStanding): Step {
  const { driver, timeZone, auditsPerDay } = ports;
  const time = ports.reading();
  const place = timeZone === undefined ? {} : { timeZone };
  const audit =
    auditsPerDay === undefined ? {} : { auditsPerDay, ...auditPlace(ports, view, link) };
  const hold = holdOf(ports, view.lock.lock);
  const isThere = driver.radioState().kind === "online" && !hasLeft(view.lock);
  const blockedUntilMs = isThere ? linkFreeAtMs(time.nowMs, link) : Number.MAX_SAFE_INTEGER;
  return plan({ view, time, blockedUntilMs, ...place, ...hold, ...audit });
}

function holdOf({ store }: LockPorts, lock: LockId): { readonly heldThroughMs?: number } {
  // Nobody has said that it is the same lock: it gets no code at all.
  if (store.get("setting", rejoinedSetting(lock)) !== undefined) {
    return { heldThroughMs: Number.MAX_SAFE_INTEGER };
  }
  const held = store.get("setting", heldSetting(lock))?.value;
  return typeof held === "number" ? { heldThroughMs: held } : {};
}

/** How often a slot may be read in a network of so many locks: all together twice a second, at most. */
const networkSpacingMs = 500;

function auditPlace(ports: LockPorts, { lock }: LockView, { isAwake }: LinkStanding) {
  const { store } = ports;
  const networkMs = [...store.list("lock")].length * networkSpacingMs;
  const auditSpacingMs = ports.auditSpacingMs ?? Math.max(networkMs, leastSpacingMs(lock));
  const heardSince = store.get("setting", heardSinceSetting)?.value;
  return { isAwake, auditSpacingMs, heardSinceMs: heardSinceMs(heardSince) };
}

function linkFreeAtMs(nowMs: number, { waitMs }: LinkStanding): number | null {
  return waitMs === 0 ? null : nowMs + waitMs;
}

import { leastSpacingMs } from "../../core/audit/audit.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../../core/contact/radio-up-since.ts";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { hasLeft, type LockView } from "../../core/model/lock.ts";
import { plan, type Step } from "../../core/plan/plan.ts";
import type { LockPorts } from "../lock-ports.ts";

/** How a lock's link stands. */
export interface LinkState {
  /** It is left alone for so long, ms; 0 = go ahead. */
  readonly waitMs: number;
  /** A frame of it came just now: it listens. */
  readonly isAwake: boolean;
}

/** What to do next for a lock, by its records, the time, its link and what is configured. */
export function nextStep(ports: LockPorts, view: LockView, link: LinkState): Step {
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

function holdOf({ store }: LockPorts, lock: LockId): { readonly suspendedThroughMs?: number } {
  // Nobody has said that it is the same lock: it gets no code at all.
  if (store.get("setting", rejoinSuspensionSetting(lock)) !== undefined) {
    return { suspendedThroughMs: Number.MAX_SAFE_INTEGER };
  }
  const held = store.get("setting", copySuspensionSetting(lock))?.value;
  return typeof held === "number" ? { suspendedThroughMs: held } : {};
}

/** How often a slot may be read in a network of so many locks: all together twice a second, at most. */
const networkSpacingMs = 500;

function auditPlace(ports: LockPorts, { lock }: LockView, { isAwake }: LinkState) {
  const { store } = ports;
  const networkMs = [...store.list("lock")].length * networkSpacingMs;
  const auditSpacingMs = ports.auditSpacingMs ?? Math.max(networkMs, leastSpacingMs(lock));
  const upSince = store.get("setting", radioUpSinceSetting)?.value;
  return { isAwake, auditSpacingMs, radioUpSinceMs: radioUpSinceMs(upSince) };
}

function linkFreeAtMs(nowMs: number, { waitMs }: LinkState): number | null {
  return waitMs === 0 ? null : nowMs + waitMs;
}

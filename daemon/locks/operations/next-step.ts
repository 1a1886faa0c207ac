import { sharedSpacingMs } from "../../core/audit/audit.ts";
import { radioUpSinceMs, radioUpSinceSetting } from "../../core/contact/radio-up-since.ts";
import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
  suspensionOf,
} from "../../core/contact/suspended-grants.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import { hasLeft, type LockView } from "../../core/model/lock.ts";
import { plan, type Step } from "../../core/plan/plan.ts";
import type { LockPorts } from "../lock-ports.ts";

/** The state of a lock's link. */
export interface LinkState {
  /** For how long the lock is left alone, ms; 0 = it may be tried. */
  readonly waitMs: number;
  /** The lock has just sent a frame and listens. */
  readonly isAwake: boolean;
  /** How many locks of the network have just sent a frame, this one included. */
  readonly listening: number;
}

/** Returns the next step for a lock, from its records, the time, its link and the configuration. */
export function nextStep(ports: LockPorts, view: LockView, link: LinkState): Step {
  const { driver, timeZone, auditsPerDay } = ports;
  const time = ports.reading();
  const zone = timeZone === undefined ? {} : { timeZone };
  const audit =
    auditsPerDay === undefined ? {} : { auditsPerDay, ...auditContext(ports, view, link) };
  const suspension = suspensionOfLock(ports, view.lock.lock);
  const isThere = driver.radioState().kind === "online" && !hasLeft(view.lock);
  const blockedUntilMs = isThere ? linkFreeAtMs(time.nowMs, link) : Number.MAX_SAFE_INTEGER;
  return plan({ view, time, blockedUntilMs, ...zone, ...suspension, ...audit });
}

function suspensionOfLock({ store }: LockPorts, lock: LockId): ReturnType<typeof suspensionOf> {
  const rejoined = store.get("setting", rejoinSuspensionSetting(lock))?.value;
  return suspensionOf(rejoined, store.get("setting", copySuspensionSetting(lock))?.value);
}

function auditContext(ports: LockPorts, { lock }: LockView, { isAwake, listening }: LinkState) {
  const { store } = ports;
  const locks = [...store.list("lock")].length;
  const auditSpacingMs = ports.auditSpacingMs ?? sharedSpacingMs(lock, { locks, listening });
  const upSince = store.get("setting", radioUpSinceSetting)?.value;
  return { isAwake, auditSpacingMs, radioUpSinceMs: radioUpSinceMs(upSince) };
}

function linkFreeAtMs(nowMs: number, { waitMs }: LinkState): number | null {
  return waitMs === 0 ? null : nowMs + waitMs;
}

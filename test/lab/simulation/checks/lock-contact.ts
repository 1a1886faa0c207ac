import type { UserId } from "../../../../daemon/core/model/door-lock.ts";
import type { House, Placement } from "../house.ts";

/** The wait before a refused grant is tried again; it is multiplied by the number of refusals. */
const refusalDelayMs = 2_000;

/** Returns since when nothing has kept the gateway from acting on this lock, or null if something does. */
export function freeSinceMs(house: House, placement: Placement, sinceMs: number): number | null {
  const { contactMs, troubleMs, clockWrongMs, clockReportedMs, lock } = placement;
  if (!house.isReachable(placement) || contactMs < troubleMs) return null;
  // A lock that sleeps can be reached with its next frame.
  const awokeMs = lock.kind.awakeMs === null ? contactMs : awokeSinceMs(placement, sinceMs);
  if (awokeMs === null || clockWrongMs === null) return awokeMs;
  // The gateway cannot know the state of a clock that it has not seen, nor later changes of that clock.
  return clockReportedMs < Math.max(clockWrongMs, lock.clock.setMs)
    ? null
    : Math.max(awokeMs, clockReportedMs);
}

function awokeSinceMs({ framesMs, contactMs }: Placement, sinceMs: number): number | null {
  const awokeMs = framesMs.find((atMs) => atMs >= sinceMs);
  return awokeMs === undefined ? null : Math.max(contactMs, awokeMs);
}

/**
 * When the lock last refused something of the slot. A refused grant is tried again after seconds, and
 * reported as failed after three refusals; a lock that fell asleep meanwhile gets it with its next frame.
 * @returns null if the lock has not been heard since
 */
export function refusedSinceMs(
  { refusedMs, framesMs, lock }: Placement,
  userId: UserId | null,
): number | null {
  const lastMs = userId === null ? undefined : refusedMs.get(userId);
  if (lastMs === undefined) return 0;
  if (lock.kind.awakeMs === null) return lastMs;
  return framesMs.find((frameMs) => frameMs >= lastMs + 2 * refusalDelayMs) ?? null;
}

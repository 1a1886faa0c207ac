import type { LockId } from "../core/model/door-lock.ts";
import type { StoreView } from "../store/store.ts";

/**
 * Returns the other locks of grants that were used up, while this lock still has a slot for such a grant's password. An
 * opening here may have ended the code there.
 */
export function doorsOfUsedGrants(store: StoreView, lock: LockId): readonly LockId[] {
  const doors = new Set<LockId>();
  for (const { grant, uses, consumedAtMs, userId } of store.list("password", [lock])) {
    if (grant === undefined || uses === undefined || consumedAtMs === null || userId === null) {
      continue;
    }
    for (const door of store.get("grant", [grant])?.doors ?? []) doors.add(door.lock);
  }
  doors.delete(lock);
  return [...doors];
}

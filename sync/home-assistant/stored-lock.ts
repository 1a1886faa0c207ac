import type { LockRecord, LockView } from "../../daemon/core/model/lock.ts";
import type { StoreView } from "../../daemon/store/store.ts";

/** Returns everything stored of one lock. */
export function storedLock(view: StoreView, lock: LockRecord): LockView {
  const slots = new Map(Array.from(view.list("slot", [lock.lock]), (slot) => [slot.userId, slot]));
  return { lock, passwords: [...view.list("password", [lock.lock])], slots };
}

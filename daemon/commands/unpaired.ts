import type { LockId } from "../core/door-lock.ts";
import type { EventEntry } from "../core/journal.ts";
import { type Change, remove, type StoreView } from "../store/store.ts";

/**
 * What is written when a lock was unpaired: its records go, and it is told. The home it was in is
 * named in the event: no record tells it any more.
 */
export function unpaired(
  view: StoreView,
  lock: LockId,
  wasTold: boolean,
): { readonly changes: readonly Change[]; readonly journal: readonly EventEntry[] } {
  const binding = view.get("binding", [lock]);
  const name = view.get("lock", [lock])?.name;
  const detail = {
    was_told: wasTold ? 1 : 0,
    ...(name === undefined ? {} : { name }),
    ...(binding === undefined ? {} : { home_id: binding.homeId }),
    ...(binding === undefined || binding.roomId === null ? {} : { room_id: binding.roomId }),
  };
  return {
    changes: [
      ...[...view.list("password", [lock])].map(({ id }) => remove("password", [lock, id])),
      ...[...view.list("slot", [lock])].map(({ userId }) => remove("slot", [lock, userId])),
      ...[...view.list("opmode", [lock])].map(({ unlockId }) => remove("opmode", [lock, unlockId])),
      ...[...view.list("message", [lock])].map(({ passwordId }) =>
        remove("message", [lock, passwordId]),
      ),
      ...(view.get("gesture", [lock]) === undefined ? [] : [remove("gesture", [lock])]),
      remove("binding", [lock]),
      remove("lock", [lock]),
    ],
    journal: [{ kind: "event", event: "lockRemoved", lock, detail }],
  };
}

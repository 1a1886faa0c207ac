import {
  copySuspensionSetting,
  rejoinSuspensionSetting,
} from "../../../core/contact/suspended-grants.ts";
import type { LockId } from "../../../core/model/door-lock.ts";
import type { EventEntry } from "../../../core/model/journal.ts";
import { dynamicPositionSetting } from "../../../core/model/password.ts";
import { supersededEvent } from "../../../core/outcome/password-event.ts";
import { type Change, put, remove, type StoreView } from "../../../store/store.ts";
import { removedStampsOf } from "../../sequence/sequence-stamps.ts";

/**
 * Returns what is written when a lock was unpaired. Its records go with its key, so that no copy can unseal a
 * code of it, and what else refers to its people is marked for erasure. The event names the home that the
 * lock was in, because no record does so afterwards.
 */
export function unpairingChanges(
  view: StoreView,
  lock: LockId,
  wasTold: boolean,
): { readonly changes: readonly Change[]; readonly journal: readonly EventEntry[] } {
  const binding = view.get("binding", [lock]);
  const name = view.get("lock", [lock])?.name;
  const keyId = view.get("lockKey", [lock])?.keyId ?? null;
  const detail = {
    was_told: wasTold ? 1 : 0,
    ...(name === undefined ? {} : { name }),
    ...(binding === undefined ? {} : { home_id: binding.homeId }),
    ...(binding === undefined || binding.roomId === null ? {} : { room_id: binding.roomId }),
  };
  const passwords = [...view.list("password", [lock])];
  const overtaken = passwords.flatMap((password) => supersededEvent(password, "lockRemoved") ?? []);
  return {
    changes: [
      ...passwords.map(({ id }) => remove("password", [lock, id])),
      ...[...view.list("slot", [lock])].map(({ userId }) => remove("slot", [lock, userId])),
      ...[...view.list("opmode", [lock])].map(({ unlockId }) => remove("opmode", [lock, unlockId])),
      ...[...view.list("message", [lock])].map(({ passwordId }) =>
        remove("message", [lock, passwordId]),
      ),
      ...(view.get("gesture", [lock]) === undefined ? [] : [remove("gesture", [lock])]),
      remove("binding", [lock]),
      remove("setting", copySuspensionSetting(lock)),
      remove("setting", rejoinSuspensionSetting(lock)),
      remove("setting", dynamicPositionSetting(lock)),
      ...removedStampsOf(view, lock),
      remove("lock", [lock]),
      remove("lockKey", [lock]),
      put("erasure", [lock], { lock, keyId }),
    ],
    journal: [...overtaken, { kind: "event", event: "lockRemoved", lock, detail }],
  };
}

import { showsUserType } from "../evidence/programming-evidence.ts";
import type { UserStatus, UserType } from "../model/door-lock.ts";
import type { LockRecord } from "../model/lock.ts";
import type { CodeMark } from "../model/sealed-code.ts";
import type { SlotContent, SlotRecord } from "../model/slot.ts";

/**
 * What a slot is taken to hold once the lock has accepted a code for it, until the lock shows it.
 * @param slot as it was before
 * @param told the user status that was sent with the code
 */
export function contentAfterSet(
  lock: LockRecord,
  slot: SlotRecord,
  mark: CodeMark | null,
  told: UserStatus,
): SlotContent {
  return {
    kind: "occupied",
    mark,
    userStatus: statusAfterSet(slot, told),
    userType: typeAfterSet(lock, slot.content),
  };
}

/**
 * Some locks enable whatever code they are given. After refusals the worse is taken for true: one more
 * thing that is not as it was told would park the slot, with a code that is live meanwhile.
 */
function statusAfterSet({ refusals }: SlotRecord, told: UserStatus): UserStatus {
  return refusals > 0 ? "occupiedEnabled" : told;
}

/**
 * Set PIN Code says that the user is unrestricted, and some locks leave the type as it was. Where the
 * slot does not show it, the worse is taken for true, unless nothing could be done about it.
 */
function typeAfterSet(lock: LockRecord, before: SlotContent): UserType {
  const isKnown = showsUserType(lock) || lock.scheduling.setsUserType === "no";
  return isKnown || before.kind !== "occupied" ? "unrestricted" : before.userType;
}

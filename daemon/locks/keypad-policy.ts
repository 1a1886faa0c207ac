import { rejoinSuspensionSetting } from "../core/contact/suspended-grants.ts";
import type { KeypadEdits } from "../core/keypad/keypad-edits.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { LockPorts } from "./lock-ports.ts";

/**
 * What becomes of edits at a lock's keypad now. While nobody has said that a device which joined is the lock,
 * what it says of its keypad changes nothing that is wanted: the code that it names would go into the real
 * lock as soon as that is back.
 */
export function keypadPolicy(
  { store, keypadEdits = "keep" }: Pick<LockPorts, "store" | "keypadEdits">,
  lock: LockId,
): KeypadEdits {
  return store.get("setting", rejoinSuspensionSetting(lock)) === undefined ? keypadEdits : "revert";
}

import { rejoinSuspensionSetting } from "../core/contact/suspended-grants.ts";
import type { KeypadEdits } from "../core/keypad/keypad-edits.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { LockPorts } from "./lock-ports.ts";

/**
 * Returns what happens to edits at a lock's keypad now. While nobody has confirmed that a device which joined
 * is the lock, its keypad events change no password: the code that it reports would be set on the real lock
 * as soon as that one is back.
 */
export function keypadPolicy(
  { store, keypadEdits = "keep" }: Pick<LockPorts, "store" | "keypadEdits">,
  lock: LockId,
): KeypadEdits {
  return store.get("setting", rejoinSuspensionSetting(lock)) === undefined ? keypadEdits : "revert";
}

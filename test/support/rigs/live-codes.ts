import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";

const enabled = 1;

/** Returns the codes that open the lock now. */
export function liveCodes(lock: VirtualLock): string[] {
  const users = lock.users().filter((user) => user.kind === "pin" && user.userStatus === enabled);
  return users.map(({ pinCode }) => pinCode.reveal());
}

import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../radio/zigbee-rig.ts";
import type { KeeperRig } from "./keeper-rig.ts";

/** What the gateway of a rig knows of its locks' bolts and openings. */
export function lockWatch(rig: KeeperRig) {
  const stateOf = (lock: VirtualLock) => rig.store.get("lock", [idOf(lock)])?.lockState;
  return {
    /** Returns the stored state of the bolt. */
    stateOf,
    /** Waits until the stored state of the bolt is this one. */
    becomes: (lock: VirtualLock, state: string) =>
      rig.until(`the state ${state}`, () => (stateOf(lock) === state ? true : null)),
    /** Returns the `method` of each opening of the lock in the journal, the oldest first. */
    async openingMethods(lock: VirtualLock) {
      const openings = (await rig.events(lock)).filter(({ event }) => event === "lockerOpenAlarm");
      return openings.map(({ detail }) => detail?.["method"]);
    },
  };
}

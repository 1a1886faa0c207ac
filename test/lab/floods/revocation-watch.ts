import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";

const doorLock = 0x0101;
const clearPinCode = 0x07;
const clusterSpecific = 0b01;

/**
 * Watches for the frame that clears a slot.
 * @returns when it reached the lock, by `performance.now()`
 */
export function clearedAt(lock: VirtualLock, userId: number): Promise<number> {
  return new Promise((resolve) => {
    const look = ({ clusterId, payload }: { clusterId: number; payload: Uint8Array }) => {
      const [control = 0, , command, low = 0, high = 0] = payload;
      if (clusterId !== doorLock || (control & 0b11) !== clusterSpecific) return;
      if (command !== clearPinCode || low + 256 * high !== userId) return;
      lock.frameObservers.delete(look);
      resolve(performance.now());
    };
    lock.frameObservers.add(look);
  });
}

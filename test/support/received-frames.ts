import type { VirtualLock } from "../../drivers/simulated/lock/virtual-lock.ts";

const doorLock = 0x0101;
const clusterSpecific = 0b01;

/**
 * The Door Lock commands that a lock gets from now on, as hex: command id, then its payload. Sequence
 * numbers are left out.
 */
export function receivedFrames(lock: VirtualLock): string[] {
  const frames: string[] = [];
  lock.frameObservers.add(({ clusterId, payload }) => {
    const isCommand = ((payload[0] ?? 0) & 0b11) === clusterSpecific;
    if (clusterId === doorLock && isCommand)
      frames.push(Buffer.from(payload.slice(2)).toString("hex"));
  });
  return frames;
}

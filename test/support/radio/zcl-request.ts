import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";

/** Gives a lock a frame as if another device on its network had sent it. The bytes begin with the frame control. */
export function sendRaw(lock: VirtualLock, clusterId: number, hex: string): void {
  lock.receive({
    profileId: 0x0104,
    clusterId,
    sourceEndpoint: 1,
    destinationEndpoint: lock.quirks.endpoint,
    payload: Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex")),
  });
}

/** Ends the lock's reports of its state (Configure Reporting of 0x0000 with a longest time of 0xFFFF). */
export function endStateReports(lock: VirtualLock): void {
  sendRaw(lock, 0x0101, "10 7A 06 00 00 00 30 00 00 FF FF");
}

/** Makes the lock report its state and its battery once a second, whatever they are. */
export function reportEverySecond(lock: VirtualLock): void {
  sendRaw(lock, 0x0101, "10 7B 06 00 00 00 30 00 00 01 00");
  sendRaw(lock, 0x0001, "10 7C 06 00 21 00 20 00 00 01 00 00");
}

import { mtFrame, u16 } from "../radio/znp-client.ts";

/** AF_INCOMING_MSG, ZCL Door Lock, and its Operation Event Notification (ZCL 7.3.2.17). */
const incoming = [0x44, 0x81] as const;
const doorLock = 0x0101;
const operationEvent = 0x20;
const byKeypad = 0;
const unlock = 2;

/** Returns the payload of AF_INCOMING_MSG with a ZCL frame of a lock. */
export function incomingMessage(
  peer: number,
  clusterId: number,
  zcl: readonly number[],
): readonly number[] {
  const ends = [1, 1, 0, 100, 0];
  const stamp = [0, 0, 0, 0];
  return [...u16(0, clusterId, peer), ...ends, ...stamp, 0, zcl.length, ...zcl];
}

/** Returns such a payload for an opening by the user's code; `number` makes it one of its own. */
export function openingMessage(peer: number, userId: number, number: number): readonly number[] {
  const localTime = [...u16(number), 0, 0];
  const event = [byKeypad, unlock, ...u16(userId), 0, ...localTime];
  return incomingMessage(peer, doorLock, [0x09, number & 0xff, operationEvent, ...event]);
}

/** Returns the whole frame on the line to the host. */
export function incomingFrame(payload: readonly number[]): Uint8Array {
  return mtFrame(...incoming, payload);
}

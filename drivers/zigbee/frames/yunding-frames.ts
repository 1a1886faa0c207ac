import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import { clusterIds, type ZclFrame } from "./zcl-frame.ts";

/**
 * Yunding's locks (Wyze Lock) report their state in frames of their own: manufacturer code 0x125A,
 * cluster 0xFC00, 85 octets in all, of which octet 80 has the bolt in its two lowest bits. Frames of
 * another length carry no state (zigbee2mqtt#3018; zigbee-herdsman-converters#12438, #12462).
 */
const manufacturerCode = 0x125a;
const headerLength = 5;
const stateFrameLength = 85;
const boltOctet = 80;

/** Frames arrive out of sequence; one that is this far behind, within this time, is an old one. */
const maxBehind = 50;
const orderMs = 30_000;

export function isYundingState(clusterId: number, frame: ZclFrame): boolean {
  return (
    clusterId === clusterIds.vendor &&
    frame.manufacturerCode === manufacturerCode &&
    frame.payload.length === stateFrameLength - headerLength
  );
}

/** @returns null when the bits are neither of the two that are known. */
export function decodeYundingState(frame: ZclFrame): LockEvent | null {
  const bolt = (frame.payload[boltOctet - headerLength] ?? 0) & 0b11;
  if (bolt === 0b11) return { kind: "lockState", lockState: "locked" };
  if (bolt === 0b00) return { kind: "lockState", lockState: "unlocked" };
  return null;
}

/** Keeps late frames from undoing newer ones: octet 3, the ZCL sequence number, counts up. */
export class YundingSequence {
  readonly #newest = new Map<LockId, { readonly sequence: number; readonly atMs: number }>();
  readonly #now: () => number;

  /** @param now monotonic, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a state frame. @returns whether a newer one came before it */
  isLate(lock: LockId, sequence: number): boolean {
    const atMs = this.#now();
    const newest = this.#newest.get(lock);
    if (newest !== undefined && atMs - newest.atMs < orderMs) {
      const behind = (newest.sequence - sequence) & 0xff;
      if (behind > 0 && behind < maxBehind) return true;
    }
    this.#newest.set(lock, { sequence, atMs });
    return false;
  }

  /** Whether this lock has sent such frames since the start. */
  hasReceived(lock: LockId): boolean {
    return this.#newest.has(lock);
  }

  forget(lock: LockId): void {
    this.#newest.delete(lock);
  }
}

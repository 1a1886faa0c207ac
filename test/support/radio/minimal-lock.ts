import type { MinimalDevice } from "./minimal-device.ts";
import { u16 } from "./znp-client.ts";

const doorLock = 0x0101;
const basicTexts = new Map([
  [0x0004, "Bare"],
  [0x0005, "BARE-1"],
]);

interface Code {
  readonly status: number;
  readonly type: number;
  readonly digits: readonly number[];
}

/**
 * A lock that answers an interview, knows Set, Get and Clear PIN Code and Lock and Unlock Door, has no
 * attributes but its name and model, cannot be bound and never speaks by itself.
 */
export class MinimalLock implements MinimalDevice {
  readonly ieee = "00158d0000000001";
  readonly networkAddress = 0x3344;
  readonly codes = new Map<number, Code>();
  isLocked = true;
  /** Whether what it does not know gets the default response that it is not supported. */
  isPolite = true;

  /** The digits in a slot, or null. */
  codeOf(userId: number): string | null {
    const code = this.codes.get(userId);
    return code === undefined ? null : String.fromCharCode(...code.digits);
  }

  zdo(command: number): readonly number[] {
    const head = [0, ...u16(this.networkAddress)];
    switch (command) {
      case 0x02: // an end device whose receiver stays on when idle
        return [...head, 0x02, 0x40, 0x8c, ...u16(0x1234), 80, ...u16(160, 0, 160), 0];
      case 0x05:
        return [...head, 1, 1];
      case 0x04: {
        const simple = [1, ...u16(0x0104, 0x000a), 0, 2, ...u16(0x0000, doorLock), 0];
        return [...head, simple.length, ...simple];
      }
      default: // NOT_SUPPORTED
        return [0x84];
    }
  }

  zcl(clusterId: number, frame: Uint8Array): readonly (readonly number[])[] {
    const [control = 0, sequence = 0, command = 0] = frame;
    const payload = [...frame.subarray(3)];
    const isSpecific = (control & 0x03) === 1;
    if (!isSpecific) return this.#general(clusterId, sequence, command, payload);
    const answer = clusterId === doorLock ? this.#command(command, payload) : null;
    if (answer !== null) return [[0x09, sequence, command, ...answer]];
    // UNSUP_CLUSTER_COMMAND.
    return this.isPolite ? [[0x18, sequence, 0x0b, command, 0x81]] : [];
  }

  #general(
    clusterId: number,
    sequence: number,
    command: number,
    payload: readonly number[],
  ): readonly (readonly number[])[] {
    const isKnown = command === 0x00 && clusterId === 0x0000;
    if (!isKnown && !this.isPolite) return [];
    if (command === 0x00) return [[0x18, sequence, 0x01, ...readAttributes(clusterId, payload)]];
    // UNSUP_GENERAL_COMMAND as a default response, which itself gets none.
    return command === 0x0b ? [] : [[0x18, sequence, 0x0b, command, 0x82]];
  }

  #command(command: number, payload: readonly number[]): readonly number[] | null {
    const [low = 0, high = 0, status = 0, type = 0, length = 0, ...digits] = payload;
    const userId = low | (high << 8);
    switch (command) {
      case 0x00:
      case 0x01:
        this.isLocked = command === 0x00;
        return [0];
      case 0x05:
        this.codes.set(userId, { status, type, digits: digits.slice(0, length) });
        return [0];
      case 0x06: {
        const code = this.codes.get(userId);
        if (code === undefined) return [low, high, 0, 0xff, 0];
        return [low, high, code.status, code.type, code.digits.length, ...code.digits];
      }
      case 0x07:
        this.codes.delete(userId);
        return [0];
      default:
        return null;
    }
  }
}

/** Read Attributes Response: names of the Basic cluster, UNSUPPORTED_ATTRIBUTE for all else. */
function readAttributes(clusterId: number, payload: readonly number[]): number[] {
  const records: number[] = [];
  for (let index = 0; index + 1 < payload.length; index += 2) {
    const id = (payload[index] ?? 0) | ((payload[index + 1] ?? 0) << 8);
    const text = clusterId === 0x0000 ? basicTexts.get(id) : undefined;
    if (text === undefined) records.push(...u16(id), 0x86);
    else records.push(...u16(id), 0, 0x42, text.length, ...Buffer.from(text));
  }
  return records;
}

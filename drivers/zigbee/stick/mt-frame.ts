/** Frames of TI's Monitor and Test API on the serial line: SOF, length, cmd0, cmd1, data, checksum. */

const startOfFrame = 0xfe;
/** MT_RPC_DATA_MAX. */
const maxDataLength = 250;
const overheadLength = 5;

/** The upper three bits of cmd0: a request wants a response (SRSP), a notification (AREQ) wants none. */
export const mtType = { request: 1, notification: 2, response: 3 } as const;
/** The lower five bits of cmd0. */
export const mtSubsystem = { rpcError: 0, sys: 1, af: 4, zdo: 5, util: 7 } as const;

export interface MtFrame {
  readonly type: number;
  readonly subsystem: number;
  /** cmd1. */
  readonly command: number;
  readonly data: Buffer;
}

/** A frame and the bytes that it came in. */
export interface ReceivedFrame extends MtFrame {
  readonly bytes: Buffer;
}

/**
 * Finds frames in a stream of bytes that is cut anywhere. After a wrong checksum it looks for the next
 * SOF among the bytes that it has: noise costs no frame but the one that it damaged. Keeps at most
 * one unfinished frame, 255 bytes.
 */
export class MtFrameReader {
  #pending = Buffer.alloc(0);

  /** Whether an unfinished frame waits for its rest. */
  get isMidFrame(): boolean {
    return this.#pending.length > 0;
  }

  /** @returns the frames that these bytes complete, in order */
  push(bytes: Buffer): ReceivedFrame[] {
    return this.#scan(Buffer.concat([this.#pending, bytes]));
  }

  /** Treats the unfinished frame as noise. @returns the whole frames that it has hidden */
  expire(): ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    while (this.isMidFrame) frames.push(...this.#scan(this.#pending.subarray(1)));
    return frames;
  }

  #scan(pending: Buffer): ReceivedFrame[] {
    const frames: ReceivedFrame[] = [];
    let at = pending.indexOf(startOfFrame);
    while (at >= 0) {
      const length = pending[at + 1];
      if (length === undefined) break;
      const end = at + length + overheadLength;
      if (length <= maxDataLength && end > pending.length) break;
      const frame = length > maxDataLength ? null : decoded(pending.subarray(at, end));
      if (frame !== null) frames.push(frame);
      at = pending.indexOf(startOfFrame, frame === null ? at + 1 : end);
    }
    this.#pending = at < 0 ? Buffer.alloc(0) : Buffer.from(pending.subarray(at));
    return frames;
  }
}

function decoded(bytes: Buffer): ReceivedFrame | null {
  // A loop, because a flood brings thousands of frames in one chunk.
  let sum = 0;
  for (let at = 1; at < bytes.length; at += 1) sum ^= bytes[at] ?? 0;
  if (sum !== 0) return null;
  const cmd0 = bytes.readUInt8(2);
  return {
    type: cmd0 >> 5,
    subsystem: cmd0 & 0x1f,
    command: bytes.readUInt8(3),
    data: bytes.subarray(4, -1),
    bytes,
  };
}

/** The fields of AF_DATA_REQUEST that are used. */
export interface DataRequest {
  /** Network address of the destination. */
  readonly peer: number;
  /** Joins AF_DATA_CONFIRM to it, 0 … 255. */
  readonly transaction: number;
  /** ZCL transaction sequence number of the payload; null = no whole ZCL header. */
  readonly sequence: number | null;
}

/** @returns null when the frame is no AF_DATA_REQUEST (0x24 0x01) */
export function dataRequestOf({ type, subsystem, command, data }: MtFrame): DataRequest | null {
  const isRequest = type === mtType.request && subsystem === mtSubsystem.af && command === 0x01;
  if (!isRequest || data.length < 10) return null;
  const payload = data.subarray(10);
  // A manufacturer's code (frame control bit 2) precedes the sequence number (ZCL 2.4.1).
  const isManufacturers = ((payload[0] ?? 0) & 0x04) !== 0;
  const sequence = payload[isManufacturers ? 3 : 1] ?? null;
  return { peer: data.readUInt16LE(0), transaction: data.readUInt8(6), sequence };
}

/** Reads AF_DATA_CONFIRM (0x44 0x80). @returns null for any other frame */
export function dataConfirmOf({
  type,
  subsystem,
  command,
  data,
}: MtFrame): { readonly status: number; readonly transaction: number } | null {
  const isOne = type === mtType.notification && subsystem === mtSubsystem.af && command === 0x80;
  if (!isOne || data.length < 3) return null;
  return { status: data.readUInt8(0), transaction: data.readUInt8(2) };
}

/** Why the firmware started, from SYS_RESET_IND (0x41 0x80): 0 power, 1 external, 2 watchdog; else null. */
export function resetReasonOf({ type, subsystem, command, data }: MtFrame): number | null {
  const isOne = type === mtType.notification && subsystem === mtSubsystem.sys && command === 0x80;
  return isOne ? (data[0] ?? 0xff) : null;
}

/** devState_t from the answer to UTIL_GET_DEVICE_INFO (0x67 0x00); null when the frame is no whole one. */
export function deviceStateOf({ type, subsystem, command, data }: MtFrame): number | null {
  const isOne = type === mtType.response && subsystem === mtSubsystem.util && command === 0x00;
  return isOne && data[0] === 0 ? (data[12] ?? null) : null;
}

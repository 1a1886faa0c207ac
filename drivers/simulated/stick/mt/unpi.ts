/**
 * UNPI, the framing under TI's Monitor and Test API: SOF, length, two command bytes, data, checksum.
 */

/** First byte of every frame. */
const startOfFrame = 0xfe;
/** Longest data a frame may carry (MT_RPC_DATA_MAX). */
export const maxDataLength = 250;
/** SOF, length, cmd0, cmd1 and checksum. */
const overheadLength = 5;

/** Upper three bits of cmd0. */
export type MtType = "poll" | "request" | "notification" | "response";

const typeBits: Readonly<Record<MtType, number>> = {
  poll: 0x00,
  request: 0x20,
  notification: 0x40,
  response: 0x60,
};

export interface MtFrame {
  readonly type: MtType;
  /** Lower five bits of cmd0. */
  readonly subsystem: number;
  /** cmd1. */
  readonly command: number;
  readonly data: Uint8Array;
}

/** Names a frame's type and subsystem in one byte. */
export function commandByte(type: MtType, subsystem: number): number {
  return typeBits[type] | (subsystem & 0x1f);
}

/** @throws RangeError when the data exceeds {@link maxDataLength}. */
export function encodeFrame(frame: MtFrame): Uint8Array {
  if (frame.data.length > maxDataLength) {
    throw new RangeError(`an MT frame carries at most ${maxDataLength} bytes of data`);
  }
  const bytes = new Uint8Array(frame.data.length + overheadLength);
  bytes[0] = startOfFrame;
  bytes[1] = frame.data.length;
  bytes[2] = commandByte(frame.type, frame.subsystem);
  bytes[3] = frame.command;
  bytes.set(frame.data, 4);
  bytes[bytes.length - 1] = checksum(bytes.subarray(1, -1));
  return bytes;
}

/** XOR over length, command bytes and data. */
function checksum(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/**
 * Finds frames in a byte stream cut anywhere. After a wrong checksum it looks for the next SOF among
 * the bytes that it has, so a damaged frame costs nothing but itself. Keeps at most one frame.
 */
export class UnpiParser {
  #pending: Uint8Array = new Uint8Array(0);

  /** True while an unfinished frame waits for its rest. */
  get isMidFrame(): boolean {
    return this.#pending.length > 0;
  }

  /** @returns the frames that these bytes complete, in order. */
  push(bytes: Uint8Array): MtFrame[] {
    const pending = new Uint8Array(this.#pending.length + bytes.length);
    pending.set(this.#pending);
    pending.set(bytes, this.#pending.length);
    return this.#scan(pending);
  }

  /**
   * Discards the unfinished frame: its SOF was noise, or its sender died.
   * @returns the whole frames that were hidden behind it.
   */
  expire(): MtFrame[] {
    const frames: MtFrame[] = [];
    while (this.isMidFrame) frames.push(...this.#scan(this.#pending.subarray(1)));
    return frames;
  }

  #scan(pending: Uint8Array): MtFrame[] {
    const frames: MtFrame[] = [];
    let start = pending.indexOf(startOfFrame);
    while (start !== -1) {
      const length = pending[start + 1];
      if (length === undefined) break;
      const end = start + length + overheadLength;
      if (length > maxDataLength) {
        start = pending.indexOf(startOfFrame, start + 1);
        continue;
      }
      if (end > pending.length) break;
      const frame = decode(pending.subarray(start, end));
      if (frame !== null) frames.push(frame);
      start = pending.indexOf(startOfFrame, frame === null ? start + 1 : end);
    }
    this.#pending = start === -1 ? new Uint8Array(0) : pending.slice(start);
    return frames;
  }
}

function decode(bytes: Uint8Array): MtFrame | null {
  const [, , cmd0, command] = bytes;
  if (cmd0 === undefined || command === undefined) return null;
  if (bytes.at(-1) !== checksum(bytes.subarray(1, -1))) return null;
  const type = typeOf(cmd0 & 0xe0);
  if (type === null) return null;
  return { type, subsystem: cmd0 & 0x1f, command, data: bytes.slice(4, -1) };
}

function typeOf(bits: number): MtType | null {
  switch (bits) {
    case 0x00:
      return "poll";
    case 0x20:
      return "request";
    case 0x40:
      return "notification";
    case 0x60:
      return "response";
    default:
      return null;
  }
}

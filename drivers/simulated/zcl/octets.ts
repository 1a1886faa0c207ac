/** The bytes ended before the frame did, or a field cannot be what it says. Answered with 0x80. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame";
}

/** Reads little-endian ZCL fields one after another; throws {@link MalformedFrame} at the end of the bytes. */
export class OctetReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** An unsigned integer of 1 … 6 octets. */
  uint(size: number): number {
    let value = 0;
    let weight = 1;
    for (const octet of this.octets(size)) {
      value += octet * weight;
      weight *= 256;
    }
    return value;
  }

  u8(): number {
    return this.uint(1);
  }

  u16(): number {
    return this.uint(2);
  }

  u32(): number {
    return this.uint(4);
  }

  octets(length: number): Uint8Array {
    if (length > this.remaining) {
      throw new MalformedFrame(`${length} octets wanted, ${this.remaining} left`);
    }
    const part = this.#bytes.subarray(this.#position, this.#position + length);
    this.#position += length;
    return part;
  }

  /** An octet or character string: one length octet (0xff = not valid, read as empty), then the octets. */
  string(): Uint8Array {
    const length = this.u8();
    return this.octets(length === 0xff ? 0 : length);
  }

  rest(): Uint8Array {
    return this.octets(this.remaining);
  }
}

/** Builds a run of little-endian ZCL fields. */
export class OctetWriter {
  readonly #octets: number[] = [];

  /** An unsigned integer of 1 … 6 octets; negative values are written as two's complement. */
  uint(value: number, size: number): this {
    let left = value < 0 ? value + 256 ** size : value;
    for (let index = 0; index < size; index++) {
      this.#octets.push(left % 256);
      left = Math.floor(left / 256);
    }
    return this;
  }

  u8(value: number): this {
    return this.uint(value, 1);
  }

  u16(value: number): this {
    return this.uint(value, 2);
  }

  u32(value: number): this {
    return this.uint(value, 4);
  }

  octets(bytes: Uint8Array): this {
    this.#octets.push(...bytes);
    return this;
  }

  /** One length octet and the octets; at most 254. */
  string(bytes: Uint8Array): this {
    const kept = bytes.subarray(0, 254);
    return this.u8(kept.length).octets(kept);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }
}

/** Character strings on the air are one octet per character. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

export function fromLatin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

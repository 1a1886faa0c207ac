import type { Ieee } from "../radio.ts";

/** A payload ended before its last field. */
export class ShortPayloadError extends Error {
  constructor() {
    super("payload is shorter than its fields");
    this.name = "ShortPayloadError";
  }
}

/** Reads little-endian fields off a payload. @throws ShortPayloadError past its end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  ieee(): Ieee {
    return ieeeOf(this.bytes(8));
  }

  /** Always a copy: the caller may keep it. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.slice(start, start + length);
  }

  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** A list of 16-bit values preceded by its 8-bit count. */
  u16List(): number[] {
    return Array.from({ length: this.u8() }, () => this.u16());
  }

  #advance(length: number): number {
    if (length > this.remaining) throw new ShortPayloadError();
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** Builds a payload of little-endian fields; every method returns the writer itself. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  u8(...values: readonly number[]): this {
    for (const value of values) this.#bytes.push(value & 0xff);
    return this;
  }

  u16(...values: readonly number[]): this {
    for (const value of values) this.u8(value, value >>> 8);
    return this;
  }

  u32(value: number): this {
    return this.u16(value & 0xffff, value >>> 16);
  }

  ieee(ieee: Ieee): this {
    return this.bytes(ieeeBytes(ieee));
  }

  bytes(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** A list of 16-bit values preceded by its 8-bit count. */
  u16List(values: readonly number[]): this {
    return this.u8(values.length).u16(...values);
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** The eight bytes of an address as they travel: least significant first. */
export function ieeeBytes(ieee: Ieee): Uint8Array {
  return Uint8Array.from(Buffer.from(ieee, "hex").reverse());
}

/** The inverse of {@link ieeeBytes}. */
export function ieeeOf(bytes: Uint8Array): Ieee {
  return Buffer.from(bytes).reverse().toString("hex");
}

export function isFilledWith(bytes: Uint8Array, value: number): boolean {
  return bytes.every((byte) => byte === value);
}

/**
 * Reads little-endian fields one after another and gives null where the bytes have run out:
 * locks leave out trailing fields, and what did arrive still counts.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number | null {
    return this.#take(1);
  }

  u16(): number | null {
    return this.#take(2);
  }

  u32(): number | null {
    return this.#take(4);
  }

  /**
   * A ZCL octet string: one length byte, then the bytes. A string that is cut short gives null,
   * because half a code is no code. Length 0xFF is ZCL's "invalid string" and reads as empty.
   */
  octets(): Uint8Array | null {
    const length = this.u8();
    if (length === null) return null;
    if (length === 0xff) return new Uint8Array(0);
    if (length > this.remaining) {
      this.#offset = this.#bytes.length;
      return null;
    }
    const octets = this.#bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    return octets;
  }

  /** An unsigned number of 1 to 4 bytes. */
  uint(size: number): number | null {
    return this.#take(size);
  }

  /** Skips this many bytes. @returns whether they were there */
  skip(size: number): boolean {
    const isThere = size <= this.remaining;
    this.#offset = isThere ? this.#offset + size : this.#bytes.length;
    return isThere;
  }

  #take(size: number): number | null {
    if (size > this.remaining) {
      this.#offset = this.#bytes.length;
      return null;
    }
    let value = 0;
    for (let index = size - 1; index >= 0; index--) {
      value = value * 256 + (this.#bytes[this.#offset + index] ?? 0);
    }
    this.#offset += size;
    return value;
  }
}

import { StoreFailure } from "../store-failure.ts";

/** Reads values in LevelDB's encodings, one after the other. */
export class ByteReader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #at = 0;

  /** @param what names the bytes in failures. */
  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const [byte] = this.bytes(1);
    return byte ?? 0;
  }

  bytes(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.malformed("ends early");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** Reads a whole number of up to 53 bits, seven in each byte, the lowest first. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw this.malformed("holds a number out of range");
      if (byte < 0x80) return value;
    }
  }

  /** Reads a length and that many bytes. */
  prefixed(): Buffer {
    return this.bytes(this.varint());
  }

  malformed(fault: string): StoreFailure {
    return new StoreFailure("damaged", `${this.#what} ${fault}`);
  }
}

import { ByteReader } from "./byte-reader.ts";

/** LevelDB's blocks are 4 KiB before compression; one large record makes a block of its own. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Decompresses Snappy's raw format (google/snappy, format_description.txt), which LevelDB uses for blocks.
 * @throws StoreFailure `damaged` when the bytes are malformed
 */
export function unsnap(packed: Buffer, what: string): Buffer {
  const reader = new ByteReader(packed, what);
  const length = reader.varint();
  if (length > maxBytes) throw reader.malformed("is longer than any block");
  const plain = Buffer.alloc(length);
  let at = 0;
  while (!reader.isAtEnd) {
    const tag = reader.byte();
    if ((tag & 3) === 0) {
      const literal = reader.bytes(literalLength(reader, tag));
      if (at + literal.length > length) throw reader.malformed("is longer than it says");
      at += literal.copy(plain, at);
    } else {
      const { back, count } = copyOf(reader, tag);
      if (back === 0 || back > at || at + count > length) {
        throw reader.malformed("copies from outside");
      }
      // Byte by byte: a copy may overlap its own output.
      for (const end = at + count; at < end; at++) plain[at] = plain[at - back] ?? 0;
    }
  }
  if (at !== length) throw reader.malformed("is shorter than it says");
  return plain;
}

function literalLength(reader: ByteReader, tag: number): number {
  const short = tag >>> 2;
  return short < 60 ? short + 1 : reader.bytes(short - 59).readUIntLE(0, short - 59) + 1;
}

function copyOf(
  reader: ByteReader,
  tag: number,
): { readonly back: number; readonly count: number } {
  const high = tag >>> 2;
  switch (tag & 3) {
    case 1:
      return { back: ((tag >>> 5) << 8) | reader.byte(), count: (high & 7) + 4 };
    case 2:
      return { back: reader.bytes(2).readUInt16LE(), count: high + 1 };
    default:
      return { back: reader.bytes(4).readUInt32LE(), count: high + 1 };
  }
}

import { ByteReader } from "./byte-reader.ts";

/** One attribute of a report or a read response; `value` is null for strings and what is not a number. */
export interface AttributeRecord {
  readonly attributeId: number;
  readonly value: number | null;
}

/** Foundation commands (ZCL 2.5) that carry attributes from a lock. */
export const foundationCommands = {
  readResponse: 0x01,
  report: 0x0a,
  defaultResponse: 0x0b,
} as const;

/** Sizes in bytes of the ZCL data types of a fixed size, by type id (ZCL 2.6.2). */
const sizes: ReadonlyMap<number, number> = new Map([
  [0x00, 0],
  ...[0x08, 0x10, 0x18, 0x20, 0x28, 0x30].map((id) => [id, 1] as const),
  ...[0x09, 0x19, 0x21, 0x29, 0x31, 0x38, 0xe8, 0xe9].map((id) => [id, 2] as const),
  ...[0x0a, 0x1a, 0x22, 0x2a].map((id) => [id, 3] as const),
  ...[0x0b, 0x1b, 0x23, 0x2b, 0x39, 0xe0, 0xe1, 0xe2, 0xea].map((id) => [id, 4] as const),
  ...[0x0c, 0x1c, 0x24, 0x2c].map((id) => [id, 5] as const),
  ...[0x0d, 0x1d, 0x25, 0x2d].map((id) => [id, 6] as const),
  ...[0x0e, 0x1e, 0x26, 0x2e].map((id) => [id, 7] as const),
  ...[0x0f, 0x1f, 0x27, 0x2f, 0x3a, 0xf0].map((id) => [id, 8] as const),
  [0xf1, 16],
]);

/** Longer values than this are skipped: no attribute that is used is longer. */
const longestNumber = 4;

const octetString = 0x41;
const characterString = 0x42;
const longOctetString = 0x43;
const longCharacterString = 0x44;
const strings: ReadonlySet<number> = new Set([
  octetString,
  characterString,
  longOctetString,
  longCharacterString,
]);
/** Array, set and bag (ZCL 2.6.2.5): the type of the elements, their number, the elements. */
const lists: ReadonlySet<number> = new Set([0x48, 0x50, 0x51]);
/** The number of elements, then type and value of each. */
const structure = 0x4c;
/** Deepest nesting of lists. */
const maxDepth = 4;

/**
 * Reads the records of a Report Attributes (0x0A) or Read Attributes Response (0x01) payload, as far
 * as their types are known.
 */
export function parseAttributeRecords(commandId: number, payload: Uint8Array): AttributeRecord[] {
  const reader = new ByteReader(payload);
  const records: AttributeRecord[] = [];
  for (;;) {
    const attributeId = reader.u16();
    if (attributeId === null) return records;
    if (commandId === foundationCommands.readResponse) {
      const status = reader.u8();
      if (status === null) return records;
      if (status !== 0) continue;
    }
    const type = reader.u8();
    if (type === null) return records;
    const value = readValue(reader, type);
    if (value === undefined) return records;
    records.push({ attributeId, value });
  }
}

/** @returns null for what is no number; undefined when it is cut off or its size is not known. */
function readValue(reader: ByteReader, type: number, depth = 0): number | null | undefined {
  if (lists.has(type) || type === structure) {
    return depth < maxDepth && skipElements(reader, type, depth) ? null : undefined;
  }
  if (strings.has(type)) return skipString(reader, type) ? null : undefined;
  const size = sizes.get(type);
  if (size === undefined) return undefined;
  if (size > longestNumber || size === 0) return reader.skip(size) ? null : undefined;
  return reader.uint(size) ?? undefined;
}

/** @returns whether the string was there */
function skipString(reader: ByteReader, type: number): boolean {
  const isLong = type === longOctetString || type === longCharacterString;
  if (!isLong) return reader.octets() !== null;
  const length = reader.u16();
  // 0xFFFF: not valid, and empty.
  return length !== null && (length === 0xffff || reader.skip(length));
}

/** Skips the elements, so that the records after them can be read. */
function skipElements(reader: ByteReader, type: number, depth: number): boolean {
  const common = type === structure ? null : reader.u8();
  const count = reader.u16();
  if (count === null) return false;
  // 0xFFFF: not valid, and empty.
  for (let index = 0; index < count && count !== 0xffff; index++) {
    const own = type === structure ? reader.u8() : common;
    if (own === null || own === 0 || readValue(reader, own, depth + 1) === undefined) return false;
  }
  return true;
}

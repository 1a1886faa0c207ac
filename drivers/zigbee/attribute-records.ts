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

/** Sizes in bytes of the ZCL data types of up to four bytes (ZCL 2.6.2). */
const sizes: Readonly<Record<number, 1 | 2 | 4>> = {
  8: 1, // data8
  9: 2,
  11: 4,
  16: 1, // boolean
  24: 1, // map8
  25: 2,
  27: 4,
  32: 1, // uint8
  33: 2,
  35: 4,
  40: 1, // int8
  41: 2,
  43: 4,
  48: 1, // enum8
  49: 2,
  226: 4, // UTC time
};

const octetString = 0x41;
const characterString = 0x42;

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
    if (type === octetString || type === characterString) {
      if (reader.octets() === null) return records;
      records.push({ attributeId, value: null });
      continue;
    }
    const size = sizes[type];
    if (size === undefined) return records;
    const value = size === 1 ? reader.u8() : size === 2 ? reader.u16() : reader.u32();
    if (value === null) return records;
    records.push({ attributeId, value });
  }
}

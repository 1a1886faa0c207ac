import { MalformedFrame, type OctetReader, type OctetWriter } from "./octets.ts";

/** What an attribute holds: integers and booleans as numbers, strings and long fields as octets. */
export type ZclValue = number | Uint8Array;

/** Data types of the attributes the virtual locks have (ZCL 2.6.2). */
export const DataType = {
  boolean: 0x10,
  bitmap8: 0x18,
  bitmap16: 0x19,
  bitmap32: 0x1b,
  uint8: 0x20,
  uint16: 0x21,
  uint24: 0x22,
  uint32: 0x23,
  int32: 0x2b,
  enum8: 0x30,
  octetString: 0x41,
  characterString: 0x42,
  utcTime: 0xe2,
  ieeeAddress: 0xf0,
} as const;

export type DataTypeId = number;

/** Fixed sizes by type id; ids not listed and not strings cannot be skipped over. */
const fixedSize: ReadonlyMap<number, number> = new Map([
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

const stringTypes: ReadonlySet<number> = new Set([DataType.octetString, DataType.characterString]);

/** Analog types carry a reportable change in Configure Reporting; the others do not (ZCL 2.5.7.1.7). */
export function isAnalog(type: DataTypeId): boolean {
  return (
    (type >= 0x20 && type <= 0x2f) ||
    (type >= 0x38 && type <= 0x3a) ||
    (type >= 0xe0 && type <= 0xe2)
  );
}

function isSigned(type: DataTypeId): boolean {
  return type >= 0x28 && type <= 0x2f;
}

/** @throws MalformedFrame when the value is cut off or its type has no known size. */
export function readValue(reader: OctetReader, type: DataTypeId): ZclValue {
  if (stringTypes.has(type)) return reader.string();
  const size = fixedSize.get(type);
  if (size === undefined) throw new MalformedFrame(`type 0x${type.toString(16)} has no known size`);
  if (size > 6) return reader.octets(size);
  const value = reader.uint(size);
  return isSigned(type) && value >= 256 ** size / 2 ? value - 256 ** size : value;
}

export function writeValue(writer: OctetWriter, type: DataTypeId, value: ZclValue): void {
  if (typeof value === "number") writer.uint(value, fixedSize.get(type) ?? 1);
  else if (stringTypes.has(type)) writer.string(value);
  else writer.octets(value);
}

/** Writes the parts of ASN.1's distinguished encoding (ITU-T X.690) that a certificate needs. */
export const der = {
  sequence: (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts)),
  set: (...parts: readonly Buffer[]) => tagged(0x31, Buffer.concat(parts)),
  /** Of a positive number, big-endian. */
  integer: (bytes: Uint8Array) => tagged(0x02, unsigned(bytes)),
  boolean: (value: boolean) => tagged(0x01, Buffer.of(value ? 0xff : 0x00)),
  bitString: (bytes: Uint8Array, unusedBits = 0) =>
    tagged(0x03, Buffer.concat([Buffer.of(unusedBits), bytes])),
  octets: (bytes: Uint8Array) => tagged(0x04, bytes),
  utf8: (text: string) => tagged(0x0c, Buffer.from(text)),
  oid: (dotted: string) => tagged(0x06, oidBytes(dotted)),
  /** UTCTime: years 1950 … 2049. */
  utcTime: (yymmddhhmmss: string) => tagged(0x17, Buffer.from(`${yymmddhhmmss}Z`)),
  /** `[number]`, holding other values. */
  explicit: (number: number, inner: Uint8Array) => tagged(0xa0 | number, inner),
  /** `[number]`, instead of another value's own tag. */
  implicit: (number: number, bytes: Uint8Array) => tagged(0x80 | number, bytes),
};

function tagged(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function unsigned(bytes: Uint8Array): Buffer {
  let at = 0;
  while (at < bytes.length - 1 && bytes[at] === 0) at += 1;
  const rest = Buffer.from(bytes.subarray(at));
  const isNegative = ((rest[0] ?? 0) & 0x80) !== 0;
  return isNegative ? Buffer.concat([Buffer.of(0), rest]) : rest;
}

function oidBytes(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return Buffer.from([first * 40 + second, ...rest.flatMap(base128)]);
}

function base128(value: number): readonly number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) | 0x80);
  }
  return bytes;
}

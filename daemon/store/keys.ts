import { strict as assert } from "node:assert";
import type { Key, KeyPart, TableName } from "./store.ts";

/**
 * Keys as LevelDB has them: one byte of area, then each part, so that byte order is key order.
 *
 * A number is `0x01` and 8 bytes big-endian. A string is `0x02`, its UTF-16 code units each in
 * UTF-8's 1 … 3 byte form, `0x00` written as `0x00 0xFF`, and an ending `0x00`. Encoding code
 * units, not code points, keeps JavaScript's own string order and every string, lone surrogates
 * included, apart from every other.
 */
const numberTag = 0x01;
const stringTag = 0x02;
const numberWidth = 8;

/** First byte of a key. The bytes are on disk: they must never be changed or reused. */
export const areas = { meta: 0x01, journal: 0x02, operation: 0x03, radio: 0x04 } as const;

const tableAreas = {
  lock: 0x10,
  password: 0x11,
  slot: 0x12,
  inbox: 0x13,
  client: 0x14,
  token: 0x15,
  attempt: 0x16,
  setting: 0x17,
  home: 0x18,
  room: 0x19,
  binding: 0x1a,
  removal: 0x1b,
  order: 0x1c,
  callback: 0x1d,
  member: 0x1e,
  opmode: 0x1f,
  gesture: 0x20,
  verification: 0x21,
  message: 0x22,
  lockKey: 0x23,
  erasure: 0x24,
  commandStamp: 0x2e,
  account: 0x2f,
  pass: 0x30,
  session: 0x31,
  grant: 0x32,
  usedCode: 0x33,
} as const satisfies Record<TableName, number>;

export function tableAreaOf(table: TableName): number {
  return tableAreas[table];
}

/** Tables whose records belong to a lock; their keys begin with the lock. */
const lockTables: ReadonlySet<TableName> = new Set([
  "lock",
  "password",
  "slot",
  "binding",
  "opmode",
  "gesture",
  "message",
  "usedCode",
] as const);

export function isLockTable(table: TableName): boolean {
  return lockTables.has(table);
}

/** Number of key parts of each table. */
export const keyLengths: Readonly<Record<TableName, number>> = {
  lock: 1,
  password: 2,
  slot: 2,
  inbox: 1,
  client: 1,
  token: 1,
  attempt: 1,
  setting: 1,
  home: 1,
  room: 2,
  binding: 1,
  removal: 1,
  order: 1,
  callback: 1,
  member: 1,
  opmode: 2,
  gesture: 1,
  verification: 1,
  message: 2,
  lockKey: 1,
  erasure: 1,
  commandStamp: 1,
  account: 1,
  pass: 1,
  session: 1,
  grant: 1,
  usedCode: 2,
};

export const tableNames: readonly TableName[] = [
  "lock",
  "password",
  "slot",
  "inbox",
  "client",
  "token",
  "attempt",
  "setting",
  "home",
  "room",
  "binding",
  "removal",
  "order",
  "callback",
  "member",
  "opmode",
  "gesture",
  "verification",
  "message",
  "lockKey",
  "erasure",
  "commandStamp",
  "account",
  "pass",
  "session",
  "grant",
  "usedCode",
];

const tableByArea = new Map<number, TableName>(
  tableNames.map((table) => [tableAreas[table], table]),
);

/** The range of keys of all tables. */
export const tablesRange = { gte: Buffer.of(0x10), lt: Buffer.of(0x80) } as const;

/** Keys before and after every other key. */
export const edgeKeys = [Buffer.of(0x00), Buffer.of(0xfe)] as const;

export function tableKey(table: TableName, key: Key): Buffer {
  assert.equal(
    key.length,
    keyLengths[table],
    `a key of table ${table} has a fixed number of parts`,
  );
  return encodeKey(tableAreas[table], key);
}

/** Encoded keys by name: some are written with every batch. */
const metaKeys = new Map<string, Buffer>();

export function metaKey(name: string): Buffer {
  const known = metaKeys.get(name);
  if (known !== undefined) return known;
  const key = encodeKey(areas.meta, [name]);
  metaKeys.set(name, key);
  return key;
}

export function journalKey(seq: number): Buffer {
  return encodeKey(areas.journal, [seq]);
}

export function activityKey(seq: number): Buffer {
  return encodeKey(areas.operation, [seq]);
}

export function radioKey(seq: number): Buffer {
  return encodeKey(areas.radio, [seq]);
}

/** @returns the table and key parts, or null when the bytes are no key of a known table. */
export function decodeTableKey(bytes: Uint8Array): { table: TableName; key: Key } | null {
  const table = tableByArea.get(bytes[0] ?? 0);
  const key = table === undefined ? null : decodeParts(bytes.subarray(1));
  return table === undefined || key?.length !== keyLengths[table] ? null : { table, key };
}

/** @returns the sequence number of a journal key, or null when it is none. */
export function decodeJournalKey(bytes: Uint8Array): number | null {
  const parts = bytes[0] === areas.journal ? decodeParts(bytes.subarray(1)) : null;
  const [seq] = parts ?? [];
  return parts?.length === 1 && typeof seq === "number" ? seq : null;
}

/** Order of key parts: numbers before strings, each in its own order. */
export function compareParts(left: KeyPart, right: KeyPart): number {
  if (typeof left === "number") {
    return typeof right === "number" ? left - right : -1;
  }
  if (typeof right === "number") {
    return 1;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

export function encodeKey(area: number, key: Key): Buffer {
  const parts: Buffer[] = [Buffer.of(area)];
  for (const part of key) {
    parts.push(typeof part === "number" ? numberBytes(part) : stringBytes(part));
  }
  return Buffer.concat(parts);
}

function numberBytes(value: number): Buffer {
  assert.ok(Number.isSafeInteger(value) && value >= 0, "a key part is a whole number ≥ 0");
  const bytes = Buffer.alloc(1 + numberWidth, numberTag);
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), 1);
  bytes.writeUInt32BE(value % 0x1_0000_0000, 5);
  return bytes;
}

/** Text with one byte per code unit: addresses and ids, which nearly all keys are. */
const plain = /^[ -~]*$/;

function stringBytes(text: string): Buffer {
  if (plain.test(text)) return Buffer.from(`\x02${text}\0`, "latin1");
  const bytes: number[] = [stringTag];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0) {
      bytes.push(0x00, 0xff);
    } else if (unit < 0x80) {
      bytes.push(unit);
    } else if (unit < 0x800) {
      bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    } else {
      bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
    }
  }
  bytes.push(0x00);
  return Buffer.from(bytes);
}

/** @returns the parts, or null when the bytes were not made by {@link encodeKey}. */
export function decodeParts(bytes: Uint8Array): KeyPart[] | null {
  const parts: KeyPart[] = [];
  let at = 0;
  while (at < bytes.length) {
    const read = bytes[at] === numberTag ? readNumber(bytes, at + 1) : readString(bytes, at);
    if (read === null) {
      return null;
    }
    parts.push(read.part);
    at = read.end;
  }
  return parts;
}

interface ReadPart {
  readonly part: KeyPart;
  readonly end: number;
}

function readNumber(bytes: Uint8Array, start: number): ReadPart | null {
  const end = start + numberWidth;
  if (end > bytes.length) {
    return null;
  }
  const value = Buffer.from(bytes.subarray(start, end)).readBigUInt64BE();
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? null : { part: Number(value), end };
}

function readString(bytes: Uint8Array, start: number): ReadPart | null {
  if (bytes[start] !== stringTag) {
    return null;
  }
  const units: string[] = [];
  let at = start + 1;
  for (;;) {
    const first = bytes[at];
    if (first === undefined) {
      return null;
    }
    if (first === 0x00 && bytes[at + 1] !== 0xff) {
      return { part: units.join(""), end: at + 1 };
    }
    const width = unitWidth(first);
    units.push(String.fromCharCode(unitOf(bytes.subarray(at, at + width))));
    at += width;
  }
}

function unitWidth(first: number): 1 | 2 | 3 {
  if (first === 0x00) return 2;
  if (first < 0x80) return 1;
  return first < 0xe0 ? 2 : 3;
}

/** Decodes the 1 … 3 bytes of a UTF-16 code unit. */
function unitOf([first = 0, second = 0, third]: Uint8Array): number {
  if (first < 0x80) return first;
  if (third === undefined) return ((first & 0x1f) << 6) | (second & 0x3f);
  return ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
}

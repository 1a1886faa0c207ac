import { StoreFailure } from "../store-failure.ts";
import { crc32c, unmasked } from "./crc32c.ts";

const blockBytes = 32_768;
/** CRC, length, type. */
const headerBytes = 7;
const sectorBytes = 512;

/** Types of LevelDB's log format (doc/log_format.md); between `first` and `last` there is one more. */
const full = 1;
const first = 2;
const last = 4;

/**
 * Returns the records of a file in LevelDB's log format (write-ahead logs and manifests). LevelDB skips a wrong
 * record and everything up to the next block; here that is damage. An incomplete last record is no damage: a
 * power cut leaves it of a write that was never reported.
 * @throws StoreFailure `damaged`
 */
export function logRecords(file: Buffer, what: string): Buffer[] {
  return [...eachRecord(file, what)];
}

/** Returns the records before the first damaged one, and whether there is no damage. */
export function logRecordsUntilDamage(
  file: Buffer,
  what: string,
): { readonly records: readonly Buffer[]; readonly isWhole: boolean } {
  const records: Buffer[] = [];
  try {
    for (const record of eachRecord(file, what)) records.push(record);
    return { records, isWhole: true };
  } catch (error) {
    if (error instanceof StoreFailure) return { records, isWhole: false };
    throw error;
  }
}

function* eachRecord(file: Buffer, what: string): Generator<Buffer> {
  let parts: Buffer[] | null = null;
  for (let at = 0; at < file.length; ) {
    const inBlock = blockBytes - (at % blockBytes);
    if (inBlock < headerBytes) {
      at += inBlock;
      continue;
    }
    const part = partAt(file, at, what);
    if (part === null) break;
    const { type, payload } = part;
    if ((type === full || type === first) !== (parts === null)) {
      throw damaged(what, at, "does not follow what is before it");
    }
    parts = [...(parts ?? []), payload];
    if (type === full || type === last) {
      yield Buffer.concat(parts);
      parts = null;
    }
    at += headerBytes + payload.length;
  }
}

/** @returns null when the file was cut off here */
function partAt(
  file: Buffer,
  at: number,
  what: string,
): { readonly type: number; readonly payload: Buffer } | null {
  const blockEnd = at - (at % blockBytes) + blockBytes;
  const end = Math.min(blockEnd, file.length);
  if (at + headerBytes > file.length) return null;
  const stored = unmasked(file.readUInt32LE(at));
  const length = file.readUInt16LE(at + 4);
  const covered = file.subarray(at + headerBytes - 1, at + headerBytes + length);
  const isWhole = at + headerBytes + length <= end;
  if (isWhole && crc32c(covered) === stored) {
    const type = file[at + headerBytes - 1] ?? 0;
    if (type < full || type > last) throw damaged(what, at, "is of no type");
    return { type, payload: file.subarray(at + headerBytes, at + headerBytes + length) };
  }
  if (isBlankFrom(file, at)) return null;
  const isCut = !isWhole && end === file.length;
  if (isCut && !fitsShorter(file.subarray(at + headerBytes - 1, end), stored)) return null;
  throw damaged(what, at, "was altered");
}

/** Returns whether the record is complete and only its length is wrong. */
function fitsShorter(covered: Buffer, stored: number): boolean {
  let crc = 0;
  for (let at = 0; at < covered.length; at++) {
    crc = crc32c(covered.subarray(at, at + 1), crc);
    if (crc === stored) return true;
  }
  return false;
}

/** Returns whether only zeros follow: a file system may extend the file before it writes the content. */
function isBlankFrom(file: Buffer, at: number): boolean {
  let blank = file.length;
  while (blank > at && file[blank - 1] === 0) blank -= 1;
  const sector = Math.ceil(blank / sectorBytes) * sectorBytes;
  return blank < file.length && (blank === at || sector < file.length);
}

function damaged(what: string, at: number, fault: string): StoreFailure {
  return new StoreFailure("damaged", `${what}: the record at byte ${at} ${fault}`);
}

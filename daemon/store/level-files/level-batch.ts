import { ByteReader } from "./byte-reader.ts";
import type { LevelEntry } from "./level-entry.ts";

const headerBytes = 12;
const deletion = 0;
const put = 1;

/**
 * Returns the writes of one record of LevelDB's log, which is a batch (LevelDB, db/write_batch.cc).
 * @throws StoreFailure `damaged` if it is malformed.
 */
export function batchEntries(record: Buffer, what: string): LevelEntry[] {
  const reader = new ByteReader(record, what);
  const header = reader.bytes(headerBytes);
  const first = Number(header.readBigUInt64LE());
  const count = header.readUInt32LE(8);
  const entries: LevelEntry[] = [];
  while (!reader.isAtEnd) {
    const type = reader.byte();
    if (type !== put && type !== deletion) throw reader.malformed(`has an unknown write ${type}`);
    const key = reader.prefixed();
    const value = type === put ? reader.prefixed() : null;
    entries.push({ key, sequence: first + entries.length, value });
  }
  if (entries.length !== count) throw reader.malformed("has another number of writes than it says");
  return entries;
}

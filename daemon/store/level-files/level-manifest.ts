import { ByteReader } from "./byte-reader.ts";
import { logRecords } from "./level-log-file.ts";

/** The files that LevelDB reads when it opens. */
export interface LiveFiles {
  /** Bytes of each table by its number. */
  readonly tables: ReadonlyMap<number, number>;
  /** Logs with this number and later ones are replayed. */
  readonly logNumber: number;
  /** An earlier log that is replayed too; 0 = none. */
  readonly previousLogNumber: number;
}

/**
 * Returns the live files after all edits of a manifest (LevelDB, db/version_edit.cc).
 * @throws StoreFailure `damaged`
 */
export function liveFilesOf(manifest: Buffer, what: string): LiveFiles {
  const tables = new Map<number, number>();
  let logNumber = 0;
  let previousLogNumber = 0;
  for (const record of logRecords(manifest, what)) {
    const edit = new ByteReader(record, what);
    while (!edit.isAtEnd) {
      const tag = edit.varint();
      switch (tag) {
        case 1: // comparator
          edit.prefixed();
          break;
        case 2:
          logNumber = edit.varint();
          break;
        case 3: // next file number
        case 4: // last sequence number
          edit.varint();
          break;
        case 5: // where the next compaction of a level begins
          edit.varint();
          edit.prefixed();
          break;
        case 6: // a table leaves a level
          edit.varint();
          tables.delete(edit.varint());
          break;
        case 7: // a table comes to a level
          edit.varint();
          tables.set(edit.varint(), edit.varint());
          edit.prefixed();
          edit.prefixed();
          break;
        case 9:
          previousLogNumber = edit.varint();
          break;
        default:
          throw edit.malformed(`has an unknown edit ${tag}`);
      }
    }
  }
  return { tables, logNumber, previousLogNumber };
}

import type { Database } from "./database.ts";
import type { ActivityLog } from "./logs/activity-log.ts";
import type { JournalLog } from "./logs/journal-log.ts";
import type { RadioLog } from "./logs/radio-log.ts";
import type { MemoryTables } from "./memory-tables.ts";
import type { StoreClaim } from "./opening/store-claim.ts";
import type { WitnessFile } from "./opening/witness-file.ts";
import type { JournalRange, TableName } from "./store.ts";

/** The parts of an open store; `openStore` makes them. */
export interface StoreParts {
  readonly database: Database;
  readonly claim: StoreClaim;
  readonly tables: MemoryTables;
  readonly journal: JournalLog;
  readonly activities: ActivityLog;
  readonly radio: RadioLog;
  readonly witness: WitnessFile;
  /** Transactions written before. */
  readonly commits: number;
  /** Digest of the tables; see `changedDigest`. */
  readonly tablesDigest: string;
}

/** Numbers for metrics. */
export interface StoreStatistics {
  readonly records: Readonly<Record<TableName, number>>;
  readonly journal: JournalRange;
  /** Bytes of LevelDB's files. */
  readonly diskBytes: number;
  /** Transactions waiting for the disk. */
  readonly waiting: number;
  /** Transactions ever written. */
  readonly commits: number;
  /** Batches written since the store was opened. */
  readonly batches: number;
}

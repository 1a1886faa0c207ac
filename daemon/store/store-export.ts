import type { Database } from "./database.ts";
import { readRecords } from "./opening/migrations.ts";
import type { StoredRecord } from "./opening/stored-record.ts";
import type { StoreView } from "./store.ts";

/** Limit of the reads of the whole store: each is repeated if a lock is unpaired during it. */
const maxReads = 5;

/**
 * Returns every record of every table as it is on disk, for a copy. If a lock is unpaired during the read, what is
 * left of its records does not open any more, and the store is read again.
 * @param ready resolves when everything so far is on disk; throws when the store is closed
 * @throws StoreFailure `damaged` if a record cannot be read for another reason
 */
export async function readAllRecords(
  database: Database,
  view: StoreView,
  ready: () => Promise<void>,
): Promise<readonly StoredRecord[]> {
  for (let reads = 1; ; reads += 1) {
    // Before the wait: a key that is gone after this point may still have records on disk.
    const lockKeys = Array.from(view.list("lockKey"));
    await ready();
    try {
      return await readRecords(database);
    } catch (error) {
      const isEveryKeyLeft = lockKeys.every(
        ({ lock, keyId }) => view.get("lockKey", [lock])?.keyId === keyId,
      );
      if (isEveryKeyLeft || reads === maxReads) throw error;
    }
  }
}

import type { MemoryTables } from "./memory-tables.ts";
import type { Change } from "./store.ts";

/**
 * Returns whether a change is one of the desired state of a lock: a pairing, an unpairing, a grant, a revocation,
 * another code or window. Outcomes and measurements are not.
 * @param tables as they are before the change
 */
export function isDesiredChange(change: Change, tables: MemoryTables): boolean {
  switch (change.table) {
    case "password": {
      const before = tables.get("password", change.key);
      return before?.revision !== change.value?.revision;
    }
    case "lock":
      return (tables.get("lock", change.key) === undefined) === (change.value !== null);
    default:
      return false;
  }
}

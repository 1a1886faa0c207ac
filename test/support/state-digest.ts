import { createHash } from "node:crypto";
import { tableNames } from "../../daemon/store/keys.ts";
import type { Store } from "../../daemon/store/store.ts";

/**
 * All that a store holds, a digest by table, and how far journal and operation log have come. What
 * slows down wrong secrets is left out: refusals are its very content.
 */
export function stateDigest(store: Store): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  const slowedDown: unknown = store.get("setting", ["apiThrottle"]);
  for (const table of tableNames) {
    const hash = createHash("sha256");
    const records: readonly unknown[] = [...store.list(table)];
    for (const record of records) if (record !== slowedDown) hash.update(JSON.stringify(record));
    digests.set(table, hash.digest("base64url"));
  }
  digests.set("journal", String(store.nextSeq()));
  digests.set("operations", JSON.stringify(store.activityRange()));
  return digests;
}

/** Returns what differs from before. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...after.keys()].filter((name) => after.get(name) !== before.get(name));
}

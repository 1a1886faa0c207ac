import type { CallbackRecord } from "../core/model/gateway/callback.ts";
import type { Store } from "../store/store.ts";

/** Returns the name of the setting with a URL's position in the journal. */
export function cursorName(callbackId: string): string {
  return `callback.${callbackId}`;
}

/**
 * Returns the last record that a URL is known to have received. A position of another epoch does not count:
 * then delivery starts at the beginning of the journal.
 */
export function deliveredSeq(store: Store, callback: CallbackRecord): number {
  const { epoch, head } = store.journalRange();
  const value = store.get("setting", [cursorName(callback.callbackId)])?.value;
  const [storedEpoch, stored] = typeof value === "string" ? value.split(" ") : [];
  const seq = storedEpoch === epoch ? Number(stored) : Number.NaN;
  if (Number.isSafeInteger(seq) && seq >= 0) return Math.min(seq, head);
  return callback.epoch === epoch ? Math.min(callback.afterSeq, head) : 0;
}

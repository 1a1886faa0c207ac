import type { CallbackRecord } from "../core/model/gateway/callback.ts";
import type { Store } from "../store/store.ts";

/** Name of the setting that holds a URL's place in the journal. */
export function cursorName(callbackId: string): string {
  return `callback.${callbackId}`;
}

/**
 * The last record that a URL is known to have had. The place of another epoch says nothing about this
 * one: it begins at the journal's beginning.
 */
export function deliveredSeq(store: Store, callback: CallbackRecord): number {
  const { epoch, head } = store.journalRange();
  const value = store.get("setting", [cursorName(callback.callbackId)])?.value;
  const [keptEpoch, kept] = typeof value === "string" ? value.split(" ") : [];
  const seq = keptEpoch === epoch ? Number(kept) : Number.NaN;
  if (Number.isSafeInteger(seq) && seq >= 0) return Math.min(seq, head);
  return callback.epoch === epoch ? Math.min(callback.afterSeq, head) : 0;
}

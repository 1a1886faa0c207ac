import { isJsonObject, type Json } from "../../base/json.ts";
import type { StoredRecord } from "../../store/opening/stored-record.ts";
import type { JournalRange } from "../../store/store.ts";

const cloudCursor = "sync.cursor";
const callbackCursors = "callback.";

/**
 * Returns where a new epoch begins in the journal of a copy: after the last record that the cloud and every
 * callback are known to have had. What follows may have been told to nobody, so it is told in the new epoch.
 */
export function epochStartIn(records: readonly StoredRecord[], range: JournalRange): number {
  const places = new Map<string, number>();
  for (const { table, key, value } of records) {
    const [name = ""] = key;
    if (table === "callback") {
      const isOfEpoch = fieldOf(value, "epoch") === range.epoch;
      const after = isOfEpoch ? Number(fieldOf(value, "afterSeq") ?? 0) : 0;
      const cursor = `${callbackCursors}${name}`;
      places.set(cursor, places.get(cursor) ?? after);
    }
    const place = table === "setting" ? placeIn(value, range.epoch) : null;
    if (place !== null) places.set(String(name), place);
  }
  const had = Math.min(...places.values(), places.has(cloudCursor) ? range.head : 0);
  return Math.max(range.oldest - 1, had) + 1;
}

/** Puts what a copy remembers of places in its journal into the words of the new epoch; numbers stay. */
export function recordsInEpoch(
  records: readonly StoredRecord[],
  { epoch: before, head }: JournalRange,
  { epoch, epochStart }: { readonly epoch: string; readonly epochStart: number },
): readonly StoredRecord[] {
  return records.map((record): StoredRecord => {
    const { table, value } = record;
    if (!isJsonObject(value)) return record;
    const isBefore = value["epoch"] === before;
    switch (table) {
      case "setting": {
        const place = placeIn(value, before);
        if (place === null) return record;
        return { ...record, value: { value: `${epoch} ${Math.min(place, head)}` } };
      }
      case "callback": {
        if (!isBefore) return record;
        const afterSeq = Math.min(Number(value["afterSeq"] ?? 0), head);
        return { ...record, value: { ...value, epoch, afterSeq } };
      }
      case "inbox": {
        const seq = Number(value["seq"]);
        const isMoved = isBefore && seq >= epochStart && seq <= head;
        return isMoved ? { ...record, value: { ...value, epoch } } : record;
      }
      default:
        return record;
    }
  });
}

/** @returns the number in a setting that holds a place of this epoch (`<epoch> <seq>`); null for any other. */
function placeIn(setting: Json, epoch: string): number | null {
  const value = fieldOf(setting, "value");
  if (typeof value !== "string") return null;
  const [of, seq, ...more] = value.split(" ");
  const place = of === epoch && more.length === 0 ? Number(seq) : Number.NaN;
  return Number.isSafeInteger(place) && place >= 0 ? place : null;
}

function fieldOf(value: Json, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

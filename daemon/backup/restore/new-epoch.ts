import { isJsonObject, type Json } from "../../base/json.ts";
import type { StoredRecord } from "../../store/opening/stored-record.ts";
import type { JournalRange } from "../../store/store.ts";

const cloudCursor = "sync.cursor";
const callbackCursors = "callback.";

/**
 * Returns where a new epoch begins in the journal of a copy: after the last record that the cloud and every
 * callback have received. Later records may be undelivered, so they are sent in the new epoch.
 */
export function epochStartIn(records: readonly StoredRecord[], range: JournalRange): number {
  const positions = new Map<string, number>();
  for (const { table, key, value } of records) {
    const [name = ""] = key;
    if (table === "callback") {
      const isOfEpoch = fieldOf(value, "epoch") === range.epoch;
      const after = isOfEpoch ? Number(fieldOf(value, "afterSeq") ?? 0) : 0;
      const cursor = `${callbackCursors}${name}`;
      positions.set(cursor, positions.get(cursor) ?? after);
    }
    const position = table === "setting" ? positionIn(value, range.epoch) : null;
    if (position !== null) positions.set(String(name), position);
  }
  const had = Math.min(...positions.values(), positions.has(cloudCursor) ? range.head : 0);
  return Math.max(range.oldest - 1, had) + 1;
}

/** Moves a copy's positions in its journal into the new epoch; their numbers stay. */
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
        const position = positionIn(value, before);
        if (position === null) return record;
        return { ...record, value: { value: `${epoch} ${Math.min(position, head)}` } };
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

/** Returns the number in a setting that has a position of this epoch (`<epoch> <seq>`); null for any other. */
function positionIn(setting: Json, epoch: string): number | null {
  const value = fieldOf(setting, "value");
  if (typeof value !== "string") return null;
  const [of, seq, ...more] = value.split(" ");
  const position = of === epoch && more.length === 0 ? Number(seq) : Number.NaN;
  return Number.isSafeInteger(position) && position >= 0 ? position : null;
}

function fieldOf(value: Json, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

import type { JsonObject } from "../base/json.ts";
import type { EventEntry, EventTime, JournalEntry, JournalRecord } from "../core/model/journal.ts";
import { type Change, put, type StoreView } from "../store/store.ts";
import { isFoldable } from "./foldable-records.ts";

/** The result of folding the oldest records that the cloud does not have. */
export interface Fold {
  /** The last record that it covers. */
  readonly through: number;
  /** Number of records that are lost; {@link Fold.journal} counts them. */
  readonly folded: number;
  /** A `journalGap` that counts lost records, if there are any, then all records that must not be lost. */
  readonly journal: readonly JournalEntry[];
  readonly changes: readonly Change[];
}

/**
 * Folds consecutive records. The journal can only drop its oldest records as a whole, so that records which must not
 * be lost are written again at its head, with their own time and id.
 * @param records at least one
 * @param firstSeq the number that the first entry of the fold gets
 */
export function foldOf(records: readonly JournalRecord[], view: StoreView, firstSeq: number): Fold {
  const kept = records.filter(({ entry }) => !isFoldable(entry));
  const folded = records.length - kept.length;
  const gaps = folded === 0 ? [] : [gapOf(records, folded)];
  const changes: Change[] = [];
  for (const [index, { entry, epoch, seq }] of kept.entries()) {
    if (entry.kind !== "reply") continue;
    // A repeat of the command must find its reply at the new number.
    const known = view.get("inbox", [entry.commandId]);
    if (known?.epoch !== epoch || known.seq !== seq) continue;
    changes.push(
      put("inbox", [entry.commandId], { ...known, seq: firstSeq + gaps.length + index }),
    );
  }
  return {
    through: records.at(-1)?.seq ?? 0,
    folded,
    journal: [...gaps, ...kept.map(movedOf)],
    changes,
  };
}

function gapOf(records: readonly JournalRecord[], count: number): EventEntry {
  const counts = new Map<string, number>();
  for (const { entry } of records) {
    if (entry.kind === "event" && isFoldable(entry)) {
      counts.set(entry.event, (counts.get(entry.event) ?? 0) + 1);
    }
  }
  const detail: JsonObject = {
    from: records[0]?.seq ?? 0,
    to: records.at(-1)?.seq ?? 0,
    count,
    reason: "folded",
    events: Object.fromEntries(counts),
  };
  return { kind: "event", event: "journalGap", lock: null, detail };
}

function movedOf({ entry, atMs, clock, id }: JournalRecord): JournalEntry {
  const happened: EventTime = { atMs, clock, id, ...entry.happened };
  return { ...entry, happened };
}

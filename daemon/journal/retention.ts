import type { SyncClock } from "../../sync/clock-port.ts";
import type { Store } from "../store/store.ts";

/** How many records that the cloud has are kept, for replays and for readers on site. */
export interface RetentionLimits {
  readonly keepRecords: number;
  readonly keepMs: number;
  /** Bytes on disk. Only replies with long lists reach this limit before the number of records does. */
  readonly keepBytes: number;
}

export const defaultRetention: RetentionLimits = {
  keepRecords: 20_000,
  keepMs: 90 * 24 * 3600 * 1000,
  keepBytes: 64 * 1024 * 1024,
};

/** Records that are read at a time. */
const pageLength = 1_000;
/** Fewer records above the limit stay until the next run, because each pruning is a write of its own. */
const worthwhileRecords = 256;
/** Share of the limit in bytes that is kept when the journal exceeds it. */
const roomyShare = 0.9;

/**
 * Drops journal records that were delivered, by number, by age and by size.
 * @param deliveredThrough the last record that the cloud and all callbacks have
 */
export async function pruneHistory(
  store: Store,
  clock: Pick<SyncClock, "reading">,
  deliveredThrough: number,
  limits: RetentionLimits,
): Promise<void> {
  const { oldest } = store.journalRange();
  const byNumber = deliveredThrough - limits.keepRecords;
  const byAge = await lastOlderThan(store, clock, deliveredThrough, limits.keepMs);
  const through = Math.max(byNumber, byAge);
  const bySize = Math.min(deliveredThrough, await lastOverSize(store, limits.keepBytes));
  const isWorthwhile = through - oldest + 1 >= Math.min(worthwhileRecords, limits.keepRecords);
  const last = Math.max(isWorthwhile ? through : 0, bySize);
  if (last >= oldest) await store.pruneJournal(last);
}

/** Records differ in size: cuts their number by the excess share of bytes; the next run checks again. */
async function lastOverSize(store: Store, keepBytes: number): Promise<number> {
  const bytes = await store.journalBytes();
  if (bytes <= keepBytes) return 0;
  const { oldest, head } = store.journalRange();
  const tooMuch = 1 - (roomyShare * keepBytes) / bytes;
  return oldest - 1 + Math.ceil((head - oldest + 1) * tooMuch);
}

/** Returns the last record that is older than `keepMs`, or 0 while the time is not known. */
async function lastOlderThan(
  store: Store,
  clock: Pick<SyncClock, "reading">,
  deliveredThrough: number,
  keepMs: number,
): Promise<number> {
  const { nowMs, state } = clock.reading();
  let last = 0;
  if (state === "lost") return last;
  for (let from = store.journalRange().oldest; from <= deliveredThrough; from = last + 1) {
    const page = await store.readJournal(from, pageLength);
    const young = page.findIndex(
      ({ atMs, seq }) => atMs >= nowMs - keepMs || seq > deliveredThrough,
    );
    const end = young === -1 ? page.at(-1) : page[young - 1];
    last = end?.seq ?? last;
    if (young !== -1 || end === undefined) break;
  }
  return last;
}

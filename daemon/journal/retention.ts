import type { SyncClock } from "../../sync/clock-port.ts";
import type { Store } from "../store/store.ts";

/** How much of what the cloud has is kept: for replays, and for who looks at the journal on site. */
export interface RetentionLimits {
  readonly keepRecords: number;
  readonly keepMs: number;
  /** Bytes on disk: records of a few hundred bytes come nowhere near, replies with long lists do. */
  readonly keepBytes: number;
}

export const defaultRetention: RetentionLimits = {
  keepRecords: 20_000,
  keepMs: 90 * 24 * 3600 * 1000,
  keepBytes: 64 * 1024 * 1024,
};

/** Records looked at at one time. */
const pageLength = 1_000;
/** Fewer records over the limit are left for the next time: each pruning is a write of its own. */
const worthwhileRecords = 256;
/** Once over the limit in bytes the journal goes down to so much of it, not to meet it again at once. */
const roomyShare = 0.9;

/**
 * Drops journal records that everybody has had, by number, by age and by size.
 * @param hadThrough the last record that everybody has
 */
export async function pruneHistory(
  store: Store,
  clock: Pick<SyncClock, "reading">,
  hadThrough: number,
  limits: RetentionLimits,
): Promise<void> {
  const { oldest } = store.journalRange();
  const byNumber = hadThrough - limits.keepRecords;
  const byAge = await lastOlderThan(store, clock, hadThrough, limits.keepMs);
  const through = Math.max(byNumber, byAge);
  const bySize = Math.min(hadThrough, await lastOverSize(store, limits.keepBytes));
  const isWorthwhile = through - oldest + 1 >= Math.min(worthwhileRecords, limits.keepRecords);
  const last = Math.max(isWorthwhile ? through : 0, bySize);
  if (last >= oldest) await store.pruneJournal(last);
}

/** Records are of all sizes: their number is cut by the share that is too much, and looked at again later. */
async function lastOverSize(store: Store, keepBytes: number): Promise<number> {
  const bytes = await store.journalBytes();
  if (bytes <= keepBytes) return 0;
  const { oldest, head } = store.journalRange();
  const tooMuch = 1 - (roomyShare * keepBytes) / bytes;
  return oldest - 1 + Math.ceil((head - oldest + 1) * tooMuch);
}

/** While the time is not known nothing is old. */
async function lastOlderThan(
  store: Store,
  clock: Pick<SyncClock, "reading">,
  hadThrough: number,
  keepMs: number,
): Promise<number> {
  const { nowMs, state } = clock.reading();
  let last = 0;
  if (state === "lost") return last;
  for (let from = store.journalRange().oldest; from <= hadThrough; from = last + 1) {
    const page = await store.readJournal(from, pageLength);
    const young = page.findIndex(({ atMs, seq }) => atMs >= nowMs - keepMs || seq > hadThrough);
    const end = young === -1 ? page.at(-1) : page[young - 1];
    last = end?.seq ?? last;
    if (young !== -1 || end === undefined) break;
  }
  return last;
}

import type { Store } from "../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";

/** How much of what the cloud has is kept: for replays, and for who looks at the journal on site. */
export interface RetentionLimits {
  readonly keepRecords: number;
  readonly keepMs: number;
}

export const defaultRetention: RetentionLimits = {
  keepRecords: 20_000,
  keepMs: 90 * 24 * 3600 * 1000,
};

/** Records looked at at one time. */
const pageLength = 1_000;
/** Fewer records over the limit are left for the next time: each pruning is a write of its own. */
const worthwhileRecords = 256;

/**
 * Drops journal records that everybody has had, by number and by age.
 * @param hadThrough the last record that everybody has
 */
export async function pruneHistory(
  store: Store,
  clock: Pick<SyncClock, "reading">,
  hadThrough: number,
  limits: RetentionLimits,
): Promise<void> {
  const { tail } = store.journalRange();
  const byNumber = hadThrough - limits.keepRecords;
  const byAge = await lastOlderThan(store, clock, hadThrough, limits.keepMs);
  const through = Math.max(byNumber, byAge);
  if (through - tail + 1 < Math.min(worthwhileRecords, limits.keepRecords)) return;
  await store.pruneJournal(through);
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
  for (let from = store.journalRange().tail; from <= hadThrough; from = last + 1) {
    const page = await store.readJournal(from, pageLength);
    const young = page.findIndex(({ atMs, seq }) => atMs >= nowMs - keepMs || seq > hadThrough);
    const end = young === -1 ? page.at(-1) : page[young - 1];
    last = end?.seq ?? last;
    if (young !== -1 || end === undefined) break;
  }
  return last;
}

import type { OperationSource, UserId } from "../door-lock.ts";

/** How far the lock's own log was taken in. */
export interface LogCursor {
  /** Id of the newest entry that was; null = none yet. */
  readonly entryId: number | null;
  /** What was heard live since: the log holds it as well. The newest {@link heardLimit}. */
  readonly heard: readonly LiveEvent[];
  /**
   * When the log was last read up to its newest entry, ms UTC: entries that come later happened after it.
   * Absent = not known.
   */
  readonly readAtMs?: number;
}
/** Something that was told as it happened. `source` null: only its state was reported. */
export interface LiveEvent {
  readonly isOpening: boolean;
  readonly source: OperationSource | null;
  readonly userId: UserId | null;
  readonly localSeconds: number | null;
  readonly atMs: number;
}

export const emptyCursor: LogCursor = { entryId: null, heard: [] };

import type { OperationSource, UserId } from "../door-lock.ts";

/** How far the lock's own log has been read. */
export interface LogCursor {
  /** Id of the newest entry that was read; null = none yet. */
  readonly entryId: number | null;
  /** The newest events that arrived live since then: the log has them too. At most `liveEventLimit`. */
  readonly heard: readonly LiveEvent[];
  /**
   * When the log was last read up to its newest entry, ms UTC: later entries are of later events.
   * Absent = not known.
   */
  readonly readAtMs?: number;
}
/** An event that the lock reported as it happened. `source` null: the lock reported only its state. */
export interface LiveEvent {
  readonly isOpening: boolean;
  readonly source: OperationSource | null;
  readonly userId: UserId | null;
  readonly localSeconds: number | null;
  readonly atMs: number;
}

export const emptyCursor: LogCursor = { entryId: null, heard: [] };

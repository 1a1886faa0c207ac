import type { Row } from "./decision-table.ts";
import type { Holding, SlotSituation } from "./slot-situation.ts";

/** A row of the table for one password and its slot. */
export interface SlotRow extends Row<SlotSituation> {
  /** What the slot may hold. */
  readonly holds: readonly Holding[];
}

/** Every holding, in the sequence in which docs/locks.md names them. */
export const anything: readonly Holding[] = [
  "unknown",
  "empty",
  "foreign",
  "random",
  "other",
  "disabled",
  "enabled",
];

import type { PasswordRecord } from "../../model/password.ts";
import type { PlanInput, Work } from "../plan-work.ts";
import { untouchedSlot } from "../slot-of.ts";
import { firstMatch } from "./decision-table.ts";
import { openRows } from "./open-rows.ts";
import { shutRows } from "./shut-rows.ts";
import type { SlotRow } from "./slot-rows.ts";
import { type Holding, SlotSituation } from "./slot-situation.ts";
import { UnassignedSituation, unassignedRows } from "./unassigned-rows.ts";

/** Returns what to do next for one password, as the planner's table says. */
export function passwordWork(input: PlanInput, password: PasswordRecord): Work {
  if (password.userId === null) {
    const situation = new UnassignedSituation(input, password);
    return firstMatch(unassignedRows, situation).do.work(situation);
  }
  const slot = input.view.slots.get(password.userId) ?? {
    ...untouchedSlot(input.view.lock, password.userId),
    holder: password.id,
  };
  const situation = new SlotSituation(input, password, slot);
  return rowFor(situation).do.work(situation);
}

/** Returns the first row of the table that matches. */
export function rowFor(situation: SlotSituation): SlotRow {
  const rows = situation.target === "open" ? openRowsOf : shutRowsOf;
  return firstMatch(rows[situation.holding], situation);
}

/** The rows by what the slot holds, so that a plan asks only what can matter. */
type RowsByHolding = Readonly<Record<Holding, readonly SlotRow[]>>;

const openRowsOf = byHolding(openRows);
const shutRowsOf = byHolding(shutRows);

function byHolding(rows: readonly SlotRow[]): RowsByHolding {
  const of = (holding: Holding) => rows.filter(({ holds }) => holds.includes(holding));
  return {
    unknown: of("unknown"),
    empty: of("empty"),
    foreign: of("foreign"),
    random: of("random"),
    other: of("other"),
    disabled: of("disabled"),
    enabled: of("enabled"),
  };
}

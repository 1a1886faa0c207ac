import type { Condition, Row } from "../../../daemon/core/plan/table/decision-table.ts";
import { openRows } from "../../../daemon/core/plan/table/open-rows.ts";
import { shutRows } from "../../../daemon/core/plan/table/shut-rows.ts";
import { anything, type SlotRow } from "../../../daemon/core/plan/table/slot-rows.ts";
import type { Holding } from "../../../daemon/core/plan/table/slot-situation.ts";
import { unassignedRows } from "../../../daemon/core/plan/table/unassigned-rows.ts";

const begin = "<!-- planner table: npm run docs writes it -->";
const end = "<!-- end of the planner table -->";

const holdingTexts: Record<Holding, string> = {
  unknown: "unknown",
  empty: "nothing",
  foreign: "a foreign code",
  random: "random digits",
  other: "another code",
  disabled: "the code, disabled",
  enabled: "the code, enabled",
};

/** Returns the page with the planner's rows between its two marker comments. */
export function withPlannerTable(page: string): string {
  const [before, rest] = split(page, begin);
  const [, after] = split(rest, end);
  return `${before}${begin}\n\n${plannerTable()}\n${end}${after}`;
}

function split(text: string, marker: string): readonly [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`the page has no line ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

function plannerTable(): string {
  return [
    "### The code should open now",
    "",
    ...slotTable(openRows),
    "",
    "### The code should not open now",
    "",
    ...slotTable(shutRows),
    "",
    "### The password has no slot",
    "",
    "| If | Then | Because |",
    "|---|---|---|",
    ...unassignedRows.map((row) => `| ${ifText(row)} | ${row.do.text} | ${row.reason} |`),
    "",
  ].join("\n");
}

function slotTable(rows: readonly SlotRow[]): string[] {
  return [
    "| The slot holds | If | Then | Because |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${holdsText(row)} | ${ifText(row)} | ${row.do.text} | ${row.reason} |`),
  ];
}

function holdsText({ holds }: SlotRow): string {
  if (holds.length === anything.length) return "anything";
  return holds.map((holding) => holdingTexts[holding]).join("; ");
}

function ifText<S>({ when }: Row<S>): string {
  const texts = when.map(({ text }: Condition<S>) => text);
  return texts.length === 0 ? "otherwise" : texts.join("; ");
}

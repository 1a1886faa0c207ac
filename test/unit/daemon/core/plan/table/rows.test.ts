import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect, isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  firstMatch,
  matches,
  not,
  type Row,
} from "../../../../../../daemon/core/plan/table/decision-table.ts";
import { openRows } from "../../../../../../daemon/core/plan/table/open-rows.ts";
import { rowFor } from "../../../../../../daemon/core/plan/table/password-work.ts";
import { shutRows } from "../../../../../../daemon/core/plan/table/shut-rows.ts";
import type { SlotRow } from "../../../../../../daemon/core/plan/table/slot-rows.ts";
import { SlotSituation } from "../../../../../../daemon/core/plan/table/slot-situation.ts";
import {
  UnassignedSituation,
  unassignedRows,
} from "../../../../../../daemon/core/plan/table/unassigned-rows.ts";
import {
  type RandomSituation,
  randomSituations,
} from "../../../../../support/planner/random-situations.ts";

/** Situations that are tried at most. About a tenth of them meet every row. */
const situationLimit = 60_000;
const situationsAtOnce = 2_000;

function* someSituations(limit = situationLimit): Generator<RandomSituation> {
  for (let seed = 1; seed <= limit / situationsAtOnce; seed += 1) {
    yield* fc.sample(randomSituations, { numRuns: situationsAtOnce, seed });
  }
}

const even = { text: "it is even", opposite: "it is odd", holds: (n: number) => n % 2 === 0 };
const nothing = { text: "nothing", work: () => ({ kind: "none", wakeAtMs: null }) as const };
const numberRows: readonly Row<number>[] = [
  {
    when: [not(even), { text: "it is 3", opposite: "it is not 3", holds: (n) => n === 3 }],
    do: nothing,
    reason: "a",
  },
  { when: [even], do: nothing, reason: "b" },
  { when: [], do: nothing, reason: "c" },
];

describe("a decision table", () => {
  it("takes the first row whose conditions all hold", () => {
    const reasons = [3, 4, 5].map((n) => firstMatch(numberRows, n).reason);
    assert.deepEqual(reasons, ["a", "b", "c"]);
  });

  it("throws when no row matches", () => {
    assert.throws(() => firstMatch(numberRows.slice(0, 2), 5), /matches everything/);
  });
});

describe("the planner's table", () => {
  it("has a row for every situation, and a situation for every row", () => {
    const met = new Set<object>();
    const all = [...openRows, ...shutRows, ...unassignedRows];
    for (const { input, password, slot } of someSituations()) {
      if (met.size === all.length) break;
      met.add(
        slot === null
          ? firstMatch(unassignedRows, new UnassignedSituation(input, password))
          : rowFor(new SlotSituation(input, password, slot)),
      );
    }
    assert.deepEqual(reasonsOf(all.filter((row) => !met.has(row))), []);
  });

  it("never sends digits that nobody knows, and never writes over a foreign code", () => {
    for (const { input, password, slot } of someSituations(20_000)) {
      if (slot === null) continue;
      const situation = new SlotSituation(input, password, slot);
      const work = rowFor(situation).do.work(situation);
      if (work.kind !== "step" || work.step.kind !== "perform") continue;
      const { operation } = work.step;
      const isRead = operation.name === "getPinCode" || operation.name === "getUserStatus";
      assert.ok(isRead || situation.holding !== "foreign", inspect(situation.slot));
      const sendsCode = operation.name === "setPinCode" && operation.isJunk !== true;
      assert.ok(!sendsCode || password.code !== null, inspect(situation.slot));
    }
  });

  it("needs every row: without it some situation has another next step", () => {
    const needless = new Set([...openRows, ...shutRows]);
    for (const { input, password, slot } of someSituations()) {
      if (slot === null) continue;
      if (needless.size === 0) break;
      const situation = new SlotSituation(input, password, slot);
      const row = rowFor(situation);
      if (needless.has(row) && isNeeded(row, situation)) needless.delete(row);
    }
    assert.deepEqual(reasonsOf([...needless]), []);
  });
});

/** Says whether the rows after this one do something else. */
function isNeeded(row: SlotRow, situation: SlotSituation): boolean {
  const rows = situation.target === "open" ? openRows : shutRows;
  const next = rows
    .slice(rows.indexOf(row) + 1)
    .find((other) => other.holds.includes(situation.holding) && matches(other, situation));
  if (next === undefined) return true;
  return !isDeepStrictEqual(next.do.work(situation), row.do.work(situation));
}

function reasonsOf(rows: readonly Row<never>[]): string[] {
  return rows.map(
    ({ when, do: action, reason }) =>
      `${when.map(({ text }) => text).join("; ")} -> ${action.text}: ${reason}`,
  );
}

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { batteryEffects, batteryFlagEffects } from "../../../../../daemon/core/alarm/battery.ts";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import { aLock } from "../../../../support/records.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const unreported = { batteryPercent: null, batteryAtMs: null } as const;

/** `"low"` and `"over"` are the lock's own flag. */
type Said = number | "low" | "over";

/** The events of each report of the lock, and how often a record was written. */
function hear(said: readonly Said[], everyMs = minuteMs, start: Partial<LockRecord> = unreported) {
  let lock = aLock(start);
  let writes = 0;
  const reported = said.map((word, index) => {
    const nowMs = index * everyMs;
    const effects =
      typeof word === "number"
        ? batteryEffects(lock, word, nowMs)
        : batteryFlagEffects(lock, word === "over", nowMs);
    if (effects.lock !== undefined) writes += 1;
    // Parse the record from JSON, as a restart does.
    lock = JSON.parse(JSON.stringify(effects.lock ?? lock));
    return (effects.journal ?? [])
      .map((entry) => (entry.kind === "event" ? entry.event : ""))
      .join();
  });
  return { reported, names: reported.filter((name) => name !== ""), writes, lock };
}

describe("a battery value of 0", () => {
  it("is ignored as a placeholder between two high values", () => {
    const { names, lock } = hear([86, 0, 86]);
    assert.deepEqual(names, []);
    assert.equal(lock.batteryPercent, 86);
    assert.equal(hear([86, 0]).lock.batteryPercent, 86);
    assert.deepEqual(hear([100, 0, 100, 0, 100]).names, []);
  });

  it("counts if the next value is 0 or low too", () => {
    assert.deepEqual(hear([86, 0, 0]).reported, ["", "", "batteryAlarm"]);
    assert.deepEqual(hear([86, 0, 3]).reported, ["", "", "batteryAlarm"]);
  });

  it("counts at once after a value of at most 20 %", () => {
    assert.deepEqual(hear([20, 0]).reported, ["", "batteryAlarm"]);
    assert.deepEqual(hear([21, 0]).reported, ["", ""]);
  });

  it("needs a second low value if it is the first value ever", () => {
    const { reported, lock } = hear([0]);
    assert.deepEqual(reported, [""]);
    assert.equal(lock.batteryPercent, null);
    assert.deepEqual(hear([0, 0]).reported, ["", "batteryAlarm"]);
  });

  it("does not put a measured 1 % in doubt", () => {
    assert.deepEqual(hear([86, 1]).reported, ["", "batteryAlarm"]);
  });
});

describe("the lock's own flag for a low battery", () => {
  it("does not count beside a known percentage", () => {
    const said: Said[] = [14, "low", 13, "low", 12, "low", "over", "low", 12];
    assert.deepEqual(hear(said).names, []);
  });

  it("adds nothing to the alarms of the percentage", () => {
    assert.deepEqual(hear([10, "low", "low", 7, "low"]).names, ["batteryAlarm", "batteryAlarm"]);
  });

  it("counts as 10 % if the lock reports no percentage, and ends half an hour after the lock cleared it", () => {
    const { reported, lock } = hear(["low", "low", "over"], hourMs);
    assert.deepEqual(reported, ["batteryAlarm", "", "clearBattryAlarm"]);
    assert.equal(lock.batteryPercent, 11);
    assert.deepEqual(hear(["over"]).names, []);
  });

  it("raises one alarm if it wavers", () => {
    const said = Array.from(
      { length: 200 },
      (_, index): Said => (index % 2 === 0 ? "low" : "over"),
    );
    assert.deepEqual(hear(said, 3_000).names, ["batteryAlarm"]);
  });

  it("does not count any more after the first percentage", () => {
    assert.deepEqual(hear(["low", 60]).reported, ["batteryAlarm", "clearBattryAlarm"]);
    assert.deepEqual(hear(["low", 60, "low"]).reported, ["batteryAlarm", "clearBattryAlarm", ""]);
  });

  it("counts again once the percentage is older than a day", () => {
    assert.deepEqual(hear([60, "low"], 26 * hourMs).reported, ["", "batteryAlarm"]);
  });
});

describe("a battery that wavers", () => {
  const wavering = (low: number, high: number) =>
    Array.from({ length: 1_200 }, (_, index) => (index % 2 === 0 ? low : high));

  it("is written once an hour between 45 and 46 % with reports every 3 s", () => {
    assert.equal(hear(wavering(45, 46), 3_000).writes, 1);
  });

  it("raises one alarm between 10 and 11 % and is written at most every 10 min", () => {
    const { names, writes } = hear(wavering(10, 11), 3_000);
    assert.deepEqual(names, ["batteryAlarm"]);
    assert.ok(writes <= 7, `${writes} writes`);
  });

  it("clears its alarm once it has stayed above 10 % for half an hour", () => {
    const steady = new Array<number>(40).fill(11);
    assert.deepEqual(hear([10, 11, 10, ...steady]).names, ["batteryAlarm", "clearBattryAlarm"]);
  });

  it("is shown within one point at once, and exactly after an hour", () => {
    assert.equal(hear([60, 59]).lock.batteryPercent, 60);
    assert.equal(hear([60, 59, 58]).lock.batteryPercent, 58);
    assert.equal(hear([60, 59], hourMs).lock.batteryPercent, 59);
  });
});

describe("any sequence of battery values", () => {
  const percent = fc.integer({ min: 0, max: 100 });
  const sequence = fc.array(percent, { minLength: 1, maxLength: 60 });
  const pause = fc.constantFrom(1_000, minuteMs, hourMs);

  it("clears only after an alarm, and repeats no step before the clear within a day", () => {
    fc.assert(
      fc.property(sequence, pause, (values, everyMs) => {
        const { reported } = hear(values, everyMs);
        let alarms = 0;
        for (const [index, name] of reported.entries()) {
          const value = values[index] ?? 0;
          if (name === "batteryAlarm") {
            assert.ok(value <= 10);
            alarms += 1;
            // 10, 7 and below 5 %, and below 5 % once more for each day.
            assert.ok(alarms <= 3 + (index * everyMs) / (24 * hourMs));
          } else if (name === "clearBattryAlarm") {
            assert.ok(value > 10 && alarms > 0);
            alarms = 0;
          }
        }
      }),
    );
  });

  it("raises the same alarms with a single 0 between two values above 20 %", () => {
    const high = fc.integer({ min: 21, max: 100 });
    fc.assert(
      fc.property(sequence, high, high, sequence, (before, left, right, behind) => {
        const plain = hear([...before, left, right, ...behind], hourMs);
        const placed = hear([...before, left, 0, right, ...behind], hourMs);
        assert.deepEqual(placed.names, plain.names);
      }),
    );
  });

  it("has raised an alarm whenever the last two values are 10 % or less", () => {
    fc.assert(
      fc.property(sequence, pause, (values, everyMs) => {
        const { lock } = hear([...values, 5, 5], everyMs);
        assert.notEqual(lock.batteryStep, null);
      }),
    );
  });

  it("raises no alarm by the flag that the percentage does not raise", () => {
    const flag = fc.constantFrom<Said>("low", "over");
    fc.assert(
      fc.property(sequence, flag, (values, word) => {
        const flagged = values.flatMap((value): Said[] => [value, word]);
        const doubled = values.flatMap((value): Said[] => [value, Number.NaN]);
        const start = { batteryPercent: 50, batteryAtMs: 0 };
        assert.deepEqual(
          hear(flagged, minuteMs, start).names,
          hear(doubled, minuteMs, start).names,
        );
      }),
    );
  });
});

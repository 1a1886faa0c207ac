import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  batteryStep,
  countWrongCode,
  countWrongCodeLimit,
  isSilentTooLong,
  offlineAfterMs,
  wrongCodesAfterOpening,
} from "../../../../../daemon/core/alarm/alarm-policies.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Applies percentages an hour apart. @returns the events of each */
function battery(percents: readonly number[], everyMs = hourMs): string[] {
  let state = { batteryStep: null, batteryToldAtMs: null } as Parameters<typeof batteryStep>[0];
  return percents.map((percent, index) => {
    const step = batteryStep(state, percent, index * everyMs);
    // Parse the state from JSON, as a restart does.
    state = JSON.parse(JSON.stringify(step.state));
    return step.events.join();
  });
}

describe("the battery policy", () => {
  it("raises one alarm at 10 % and one at 7 %", () => {
    assert.deepEqual(battery([11, 10, 10, 9, 8, 7, 6, 5, 5]), [
      ...["", "batteryAlarm", "", "", "", "batteryAlarm", "", "", ""],
    ]);
  });

  it("raises an alarm below 5 % at once and then once in 24 h", () => {
    const reported = battery([4, ...new Array<number>(48).fill(4)]);
    assert.deepEqual(
      reported.flatMap((event, index) => (event === "" ? [] : [index])),
      [0, 24, 48],
    );
  });

  it("raises one alarm for a fall past several steps", () => {
    assert.deepEqual(battery([50, 3, 3]), ["", "batteryAlarm", ""]);
  });

  it("does not repeat a step if the percentage wavers", () => {
    assert.deepEqual(battery([8, 7, 8, 7, 9]), ["batteryAlarm", "batteryAlarm", "", "", ""]);
  });

  it("clears the alarm once above 10 %, and can then raise it again", () => {
    assert.deepEqual(battery([10, 11, 90, 10]), [
      ...["batteryAlarm", "clearBattryAlarm", "", "batteryAlarm"],
    ]);
  });

  it("ignores a lock that does not know its percentage", () => {
    assert.deepEqual(battery([10, Number.NaN, 9]), ["batteryAlarm", "", ""]);
  });
});

describe("the wrong code policy", () => {
  const none = { wrongCodes: 0, wrongCodeAtMs: null };

  function row(timesMs: readonly number[]): number {
    let state: Parameters<typeof countWrongCode>[0] = none;
    let alarms = 0;
    for (const atMs of timesMs) {
      const step = countWrongCode(state, atMs);
      state = step.state;
      alarms += step.events.length;
    }
    return alarms;
  }

  it("raises an alarm for every third wrong code in a series", () => {
    assert.equal(row([1, 2]), 0);
    assert.equal(row([1, 2, 3]), 1);
    assert.equal(row([1, 2, 3, 4, 5]), 1);
    assert.equal(row([1, 2, 3, 4, 5, 6]), 2);
  });

  it("begins a new series after a pause of more than 10 min", () => {
    assert.equal(row([0, minuteMs, 12 * minuteMs]), 0);
    assert.equal(row([0, 10 * minuteMs, 20 * minuteMs]), 1);
  });

  it("begins a new series after an opening", () => {
    const two = countWrongCode(countWrongCode(none, 1).state, 2).state;
    assert.deepEqual(countWrongCode(wrongCodesAfterOpening(two), 3).events, []);
  });

  it("raises one alarm for the lock's own alarm and the operation events of the same tries, in any order", () => {
    const reported = countWrongCodeLimit(none, 0);
    assert.deepEqual(reported.events, ["wrongPwdAlarm"]);
    assert.deepEqual(countWrongCode(reported.state, 1).events, []);
    assert.deepEqual(countWrongCodeLimit(reported.state, 1).events, []);

    let state: Parameters<typeof countWrongCode>[0] = none;
    for (const atMs of [1, 2, 3, 4, 5]) state = countWrongCode(state, atMs).state;
    assert.deepEqual(countWrongCodeLimit(state, 6).events, []);
  });

  it("raises the alarm again if the lock's own alarm continues for more than 10 min", () => {
    const reported = countWrongCodeLimit(none, 0).state;
    const still = countWrongCodeLimit(reported, 9 * minuteMs).state;
    assert.deepEqual(countWrongCodeLimit(still, 11 * minuteMs).events, ["wrongPwdAlarm"]);
  });
});

describe("the offline policy", () => {
  it("waits for three reports or two check-ins, within bounds, and 70 min without either", () => {
    assert.equal(offlineAfterMs({ reportMs: null, checkInMs: null }), 70 * minuteMs);
    assert.equal(offlineAfterMs({ reportMs: hourMs, checkInMs: hourMs }), 3 * hourMs);
    assert.equal(offlineAfterMs({ reportMs: hourMs, checkInMs: 4 * hourMs }), 8 * hourMs);
    assert.equal(offlineAfterMs({ reportMs: 1000, checkInMs: null }), 10 * minuteMs);
    assert.equal(offlineAfterMs({ reportMs: 24 * hourMs, checkInMs: null }), 25 * hourMs);
  });

  it("never counts a lock as offline that was never reached", () => {
    const capabilities = { reportMs: null, checkInMs: null };
    assert.equal(isSilentTooLong(null, capabilities, 1e12), false);
    assert.equal(isSilentTooLong(0, capabilities, 70 * minuteMs - 1), false);
    assert.equal(isSilentTooLong(0, capabilities, 70 * minuteMs), true);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstHourAfterRestart } from "../../../../support/radio/restarted-house.ts";

describe("the first hour after a restart with 100 passwords in a lock", () => {
  // Each lock has its own plan, so one lock shows the same as fifty.
  const { reads, busiestMinute, allowed, seen } = firstHourAfterRestart(100);

  it("stays within the budget of frames of a lock", () => {
    assert.ok(reads <= allowed, `${reads} reads, ${allowed} are allowed`);
    assert.ok(reads <= 140, `${reads} reads`);
  });

  it("reads a lock at most once every two seconds", () => {
    assert.ok(busiestMinute <= 30, `${busiestMinute} reads in a minute`);
  });

  it("sees most slots of passwords again", () => {
    assert.ok(seen >= 60, `${seen} slots`);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedSpacingMs } from "../../../../../daemon/core/audit/audit.ts";
import { firstHourAfterRestart } from "../../../../support/radio/restarted-house.ts";
import { someCapabilities } from "../../../../support/records.ts";

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

describe("the time between two audits of a lock", () => {
  const spacingOf = (isSleepy: boolean, locks: number, listening: number) =>
    sharedSpacingMs({ capabilities: someCapabilities({ isSleepy }) }, { locks, listening });

  it("lets all locks that always listen share the network", () => {
    assert.deepEqual([spacingOf(false, 1, 1), spacingOf(false, 50, 1)], [5_000, 25_000]);
  });

  it("is shorter than a sleeping lock listens, however many other locks the network has", () => {
    const listensForMs = 3_000;
    assert.equal(spacingOf(true, 50, 1), 1_000);
    assert.ok(spacingOf(true, 50, 5) < listensForMs);
  });

  it("lets sleeping locks that listen at the same time share the network", () => {
    assert.equal(spacingOf(true, 50, 30), 15_000);
  });
});

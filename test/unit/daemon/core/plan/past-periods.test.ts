import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CodePeriod } from "../../../../../daemon/core/plan/password-windows.ts";
import {
  type CodeWrite,
  type OverdueReport,
  withPast,
} from "../../../../../daemon/core/plan/past-periods.ts";

const minuteMs = 60_000;
const range = { fromMs: 0, toMs: 1000 * minuteMs };

function period(from: number, to: number, state: CodePeriod["state"] = "open"): CodePeriod {
  return { passwordId: 1, fromMs: from * minuteMs, toMs: to * minuteMs, state };
}

function write(at: number, isSet: boolean, passwordId = 1): CodeWrite {
  return { passwordId, atMs: at * minuteMs, isSet };
}

function report(since: number, at: number): OverdueReport {
  return { passwordId: 1, atMs: at * minuteMs, sinceMs: since * minuteMs };
}

function shown(
  periods: readonly CodePeriod[],
  writes: readonly CodeWrite[],
  reports: readonly OverdueReport[] = [],
): readonly string[] {
  return withPast(periods, { writes, reports }, range).map(
    ({ fromMs, toMs, state }) => `${fromMs / minuteMs}…${toMs / minuteMs} ${state}`,
  );
}

describe("a code that came to its lock after its window had begun", () => {
  it("was waiting until the lock got it", () => {
    assert.deepEqual(shown([period(100, 200)], [write(40, false), write(130, true)]), [
      "100…130 waiting",
      "130…200 open",
    ]);
  });

  it("was in time if the lock got it within a minute", () => {
    assert.deepEqual(shown([period(100, 200)], [write(101, true)]), ["100…200 open"]);
  });

  it("was there already if the write before had set it, or the first one was no set", () => {
    const again = [write(90, true), write(130, true)];
    assert.deepEqual(shown([period(100, 200)], again), ["100…200 open"]);
    const enabled = [write(101, false), write(130, true)];
    assert.deepEqual(shown([period(100, 200)], enabled), ["100…200 open"]);
  });

  it("stays as it is without evidence: no write, one of another password, or before the range", () => {
    assert.deepEqual(shown([period(100, 200)], []), ["100…200 open"]);
    assert.deepEqual(shown([period(100, 200)], [write(130, true, 2)]), ["100…200 open"]);
    assert.deepEqual(shown([period(0, 200)], [write(130, true)]), ["0…200 open"]);
  });
});

describe("a code whose revocation was reported as late", () => {
  it("could open until the lock was reached, in one period for all its reports", () => {
    const reports = [report(200, 201), report(200, 261)];
    assert.deepEqual(shown([period(100, 200)], [write(300, false)], reports), [
      "100…200 open",
      "200…300 overstay",
    ]);
  });

  it("could open until the last report at least, if nothing shows when the lock was reached", () => {
    assert.deepEqual(shown([], [], [report(200, 261)]), ["200…261 overstay"]);
  });

  it("is not shown twice while it can still open", () => {
    const now = period(200, 400, "overstay");
    assert.deepEqual(shown([now], [], [report(200, 201), report(200, 261)]), ["200…400 overstay"]);
  });

  it("is shown again if it was late another time", () => {
    const writes = [write(210, false), write(350, true), write(420, false)];
    assert.deepEqual(shown([], writes, [report(200, 201), report(400, 401)]), [
      "200…210 overstay",
      "400…420 overstay",
    ]);
  });

  it("is cut to the range", () => {
    assert.deepEqual(shown([], [write(1200, false)], [report(-50, 10)]), ["0…1000 overstay"]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  bareTimeMark,
  initialTime,
  markToPersist,
  type TimeMark,
  withPersistedMark,
} from "../../../../../daemon/core/time/time-mark.ts";
import {
  readTime,
  setBackDone,
  type TrustedTime,
} from "../../../../../daemon/core/time/trusted-time.ts";
import { buildMs, dayMs, hourMs, minuteMs, nowMs, ntp, started, yearsMs } from "./time-room.ts";

const knownMs = nowMs - hourMs;

/** Returns the mark of a time that has been lost for so long. */
function markAfter(time: TrustedTime, lostForMs: number): TimeMark {
  const mark = markToPersist(time, lostForMs);
  assert.ok(mark !== null);
  return mark;
}

describe("a time that is lost", () => {
  it("is persisted an hour after the start, and then every hour", () => {
    const time = started();
    assert.equal(markToPersist(time, 0), null);
    assert.equal(
      markToPersist(time, hourMs - 1),
      null,
      "a gateway that restarts all the time writes nothing",
    );
    assert.equal(markToPersist(time, hourMs)?.unixMs, knownMs + hourMs);
    const kept = withPersistedMark(time, time, hourMs);
    assert.equal(markToPersist(kept, 2 * hourMs - 1), null);
    assert.equal(markToPersist(kept, 2 * hourMs)?.unixMs, knownMs + 2 * hourMs);
  });

  it("continues after a restart of the daemon, and is still lost", () => {
    const mark = markAfter(started(), 32 * hourMs);
    const time = initialTime({ buildMs, mark, elapsedMs: 5 * minuteMs, monotonicMs: 7 });
    assert.deepEqual(readTime(time, 7), {
      nowMs: knownMs + 32 * hourMs + 5 * minuteMs,
      state: "lost",
      clockDoubt: null,
    });
    assert.equal(time.ranMs, 32 * hourMs + 5 * minuteMs);
  });

  it("continues from its mark after a power cut, and is still lost", () => {
    const time = started(markAfter(started(), 32 * hourMs));
    assert.deepEqual(readTime(time, 0), {
      nowMs: knownMs + 32 * hourMs,
      state: "lost",
      clockDoubt: null,
    });
  });

  it("is found by one source that is up to a day ahead of the mark, and no further", () => {
    for (const elapsedMs of [null, 0]) {
      const mark = markAfter(started(), 32 * hourMs);
      const time = initialTime({ buildMs, mark, elapsedMs, monotonicMs: 0 });
      const stateAfter = (aheadMs: number) =>
        readTime(ntp(time, mark.unixMs + aheadMs, 0), 0).state;
      assert.deepEqual([stateAfter(dayMs), stateAfter(dayMs + 1)], ["synced", "lost"]);
    }
  });

  it("has no mark before a new gateway got its first time, which may be any time", () => {
    const time = started(null);
    assert.equal(markToPersist(time, 9 * dayMs), null);
    assert.equal(readTime(ntp(time, buildMs + 3 * yearsMs, 9 * dayMs), 9 * dayMs).state, "synced");
  });

  it("is persisted at once when the effects of a setback are applied, so that they are reported once", () => {
    const time = started({ ...bareTimeMark(knownMs), setBackFromMs: nowMs });
    const done = setBackDone(time);
    assert.equal(markToPersist(done, 5)?.setBackFromMs, null);
    assert.equal(markToPersist(withPersistedMark(done, done, 5), 6), null);
  });
});

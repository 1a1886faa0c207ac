import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  highWaterToPersist,
  initialTime,
  markPersisted,
  observe,
  readTime,
  type TimeSource,
  type TrustedTime,
} from "../../daemon/core/trusted-time.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const buildMs = Date.parse("2026-11-01T00:00:00Z");
const nowMs = Date.parse("2026-11-23T00:00:00Z");
const start = { buildMs, highWaterMs: buildMs + hourMs, monotonicMs: 0 };

function said(time: TrustedTime, source: TimeSource, unixMs: number, monotonicMs: number) {
  return observe(time, { source, unixMs, monotonicMs });
}

const synced = said(initialTime(start), "ntp", nowMs, 0);

describe("trusted time", () => {
  it("starts lost, at the later of build time and high-water mark, and runs on", () => {
    assert.deepEqual(readTime(initialTime(start), 5), {
      nowMs: buildMs + hourMs + 5,
      state: "lost",
      clockDoubt: null,
    });
    assert.equal(readTime(initialTime({ ...start, highWaterMs: 0 }), 0).nowMs, buildMs);
  });

  it("tells whole milliseconds", () => {
    assert.equal(readTime(synced, 10.75).nowMs, nowMs + 10);
  });

  it("is synced by the first source, however far it is ahead", () => {
    assert.deepEqual(readTime(synced, 10), {
      nowMs: nowMs + 10,
      state: "synced",
      clockDoubt: null,
    });
  });

  it("stays lost when the source is far behind what was known before", () => {
    const time = said(initialTime(start), "ntp", 0, 0);
    assert.equal(readTime(time, 0).state, "lost");
    assert.equal(readTime(time, 0).clockDoubt?.source, "ntp");
  });

  it("is synced by a source a little behind the mark, without going back", () => {
    const time = said(initialTime(start), "ntp", buildMs + hourMs - 4000, 0);
    assert.deepEqual(
      [readTime(time, 0).nowMs, readTime(time, 0).state],
      [buildMs + hourMs, "synced"],
    );
  });

  it("is holding a day after the last word", () => {
    assert.equal(readTime(synced, 24 * hourMs - 1).state, "synced");
    assert.equal(readTime(synced, 24 * hourMs).state, "holding");
    const again = said(synced, "cloud", nowMs + 30 * hourMs, 30 * hourMs);
    assert.equal(readTime(again, 30 * hourMs).state, "synced");
  });

  it("takes a step of 10 min, and doubts a longer one", () => {
    assert.equal(
      readTime(said(synced, "ntp", nowMs + 10 * minuteMs, 0), 0).nowMs,
      nowMs + 10 * minuteMs,
    );
    const doubted = readTime(said(synced, "ntp", nowMs + 11 * minuteMs, 0), 0);
    assert.deepEqual(doubted, {
      nowMs,
      state: "synced",
      clockDoubt: { source: "ntp", aheadMs: 11 * minuteMs },
    });
  });

  it("takes a jump when the other source says the same, not when the same one repeats it", () => {
    let time = said(synced, "ntp", nowMs + hourMs, 0);
    time = said(time, "ntp", nowMs + hourMs + 1000, 1000);
    assert.equal(readTime(time, 1000).nowMs, nowMs + 1000);
    const apart = said(time, "cloud", nowMs + hourMs + 2000 + minuteMs, 1000);
    assert.equal(readTime(apart, 1000).nowMs, nowMs + 1000);
    const agreed = said(time, "cloud", nowMs + hourMs + 31_000, 1000);
    assert.deepEqual(readTime(agreed, 1000), {
      nowMs: nowMs + hourMs + 1000,
      state: "synced",
      clockDoubt: null,
    });
  });

  it("forgets a doubt after an hour, or when its source comes back to reason", () => {
    const time = said(synced, "ntp", nowMs + hourMs, 0);
    assert.equal(readTime(time, hourMs + 1).clockDoubt, null);
    assert.equal(readTime(said(time, "ntp", nowMs + 5, 5), 5).clockDoubt, null);
  });

  it("writes the high-water mark when synced, then every 10 min, never while lost", () => {
    assert.equal(highWaterToPersist(initialTime(start), 0), null);
    assert.equal(highWaterToPersist(synced, 5), nowMs + 5);
    const kept = markPersisted(synced, 5);
    assert.equal(highWaterToPersist(kept, 10 * minuteMs), null);
    assert.equal(highWaterToPersist(kept, 10 * minuteMs + 5), nowMs + 10 * minuteMs + 5);
    const fresh = markPersisted(synced, 24 * hourMs - 1);
    assert.equal(highWaterToPersist(fresh, 24 * hourMs), nowMs + 24 * hourMs, "now holding");
  });

  it("never goes back, whatever the sources say", () => {
    const word = fc.record({
      source: fc.constantFrom<TimeSource>("ntp", "cloud"),
      unixMs: fc.oneof(
        fc.integer({ min: nowMs - hourMs, max: nowMs + hourMs }),
        fc.constantFrom(0, -1, nowMs, 4e12, Number.NaN, Number.POSITIVE_INFINITY),
      ),
      afterMs: fc.oneof(fc.nat(2 * minuteMs), fc.nat(30 * hourMs)),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        let time = initialTime(start);
        let monotonicMs = 0;
        let lastMs = 0;
        for (const { source, unixMs, afterMs } of words) {
          monotonicMs += afterMs;
          const before = readTime(time, monotonicMs).nowMs;
          assert.ok(before >= lastMs);
          time = said(time, source, unixMs, monotonicMs);
          lastMs = readTime(time, monotonicMs).nowMs;
          assert.ok(lastMs >= before);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

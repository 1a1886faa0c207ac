import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { withSourceReport } from "../../../../../daemon/core/time/time-judgement.ts";
import { initialTime, markToPersist } from "../../../../../daemon/core/time/time-mark.ts";
import { readTime, type TimeSource } from "../../../../../daemon/core/time/trusted-time.ts";
import {
  buildMs,
  dayMs,
  hourMs,
  minuteMs,
  nowMs,
  restarted,
  started,
  synced,
  yearsMs,
} from "./time-room.ts";

type Act =
  | { readonly kind: "word"; readonly aheadMs: number; readonly isAnswer: boolean }
  | { readonly kind: "restart"; readonly isOff: boolean };

const lies: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("word" as const),
      aheadMs: fc.oneof(
        fc.integer({ min: -hourMs, max: hourMs }),
        fc.constantFrom(1, 590_000, 600_000, 600_001, dayMs - 1, dayMs, 400 * dayMs, -dayMs),
      ),
      isAnswer: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("restart" as const), isOff: fc.constant(false) }),
  },
);

describe("a source that reports a wrong time", () => {
  it("moves a running time by at most 10 min in any 24 hours, over restarts too", () => {
    const acts = fc.array(fc.tuple(lies, fc.oneof(fc.nat(20_000), fc.nat(9 * hourMs))), {
      maxLength: 60,
    });
    const source = fc.constantFrom<TimeSource>("ntp", "cloud");
    fc.assert(
      fc.property(source, acts, (liar, given) => {
        let time = synced;
        let atMs = 0;
        const leads: (readonly [atMs: number, leadMs: number])[] = [[0, 0]];
        for (const [act, afterMs] of given) {
          atMs += afterMs;
          if (act.kind === "restart") time = restarted(time, atMs, act.isOff);
          else {
            const unixMs = readTime(time, atMs).nowMs + act.aheadMs;
            time = withSourceReport(time, {
              source: liar,
              unixMs,
              monotonicMs: atMs,
              isAnswer: act.isAnswer,
            });
          }
          const leadMs = readTime(time, atMs).nowMs - nowMs - atMs;
          assert.ok(leadMs >= (leads.at(-1)?.[1] ?? 0) - 1, "one source alone never sets it back");
          leads.push([atMs, leadMs]);
          for (const [earlierMs, earlierLeadMs] of leads) {
            if (atMs - earlierMs > dayMs) continue;
            assert.ok(leadMs - earlierLeadMs <= 10 * minuteMs + 5, "10 min a day");
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("never moves the time by more than three days in 24 hours of running time over power cuts", () => {
    const liesOfDays = fc.array(fc.integer({ min: 0, max: 2 * dayMs }), { maxLength: 40 });
    fc.assert(
      fc.property(liesOfDays, fc.constantFrom<TimeSource>("ntp", "cloud"), (aheads, source) => {
        let time = synced;
        let atMs = 0;
        for (const aheadMs of aheads) {
          atMs += 1000;
          const mark = markToPersist({ ...time, persisted: null }, atMs) ?? null;
          if (mark === null) return;
          time = initialTime({ buildMs, mark, elapsedMs: null, monotonicMs: atMs });
          const unixMs = readTime(time, atMs).nowMs + aheadMs;
          time = withSourceReport(time, { source, unixMs, monotonicMs: atMs, isAnswer: true });
        }
        assert.ok(readTime(time, atMs).nowMs - nowMs - atMs <= 3 * dayMs + 10 * minuteMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never sets a time later than build time plus 20 years", () => {
    const word = fc.record({
      source: fc.constantFrom<TimeSource>("ntp", "cloud"),
      unixMs: fc.oneof(
        fc.integer({ min: nowMs - dayMs, max: nowMs + dayMs }),
        fc.constantFrom(0, -1, 4e12, Number.NaN, Number.POSITIVE_INFINITY, buildMs + 30 * yearsMs),
      ),
      afterMs: fc.nat(30 * hourMs),
      isAnswer: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        let time = started();
        let monotonicMs = 0;
        for (const { afterMs, ...said } of words) {
          monotonicMs += afterMs;
          time = withSourceReport(time, { ...said, monotonicMs });
          const { nowMs: readMs } = readTime(time, monotonicMs);
          assert.ok(readMs >= buildMs && readMs <= buildMs + 21 * yearsMs);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

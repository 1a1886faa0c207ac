import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fullJitterMs, isLinkOpen, linkTimedOut, openLink } from "../../daemon/core/backoff.ts";

describe("the link of a lock that does not answer", () => {
  it("pauses for 60 s, doubling to 30 min", () => {
    let link = openLink;
    const pauses: (number | null)[] = [];
    for (let index = 0; index < 7; index += 1) {
      link = linkTimedOut(link, 0);
      pauses.push(link.closedUntilMs);
    }
    assert.deepEqual(
      pauses.map((pauseMs) => (pauseMs ?? 0) / 60_000),
      [1, 2, 4, 8, 16, 30, 30],
    );
  });

  it("opens when the pause is over", () => {
    const link = linkTimedOut(openLink, 1000);
    assert.equal(isLinkOpen(link, 60_999), false);
    assert.equal(isLinkOpen(link, 61_000), true);
    assert.equal(isLinkOpen(openLink, 0), true);
  });
});

describe("full jitter", () => {
  it("stays within its bounds for any attempt and entropy", () => {
    const bounds = { leastMs: 1000, firstMs: 2000, longestMs: 300_000 };
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, entropy) => {
          const waitMs = fullJitterMs(attempt, bounds, entropy);
          assert.ok(waitMs >= 1000 && waitMs <= Math.min(2000 * 2 ** attempt, 300_000));
        },
      ),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  cardHeight,
  mapLayout,
} from "../../../../daemon/page/src/screens/gateway/network/map-layout.ts";

interface Device {
  readonly branches: readonly Device[];
}

/** A tree of at most so many steps. */
const device = fc.memo(
  (steps): fc.Arbitrary<Device> =>
    fc.record({ branches: steps > 1 ? fc.array(device(), { maxLength: 5 }) : fc.constant([]) }),
);

function countOf({ branches }: Device): number {
  return branches.reduce((sum, one) => sum + countOf(one), 1);
}

describe("the map of the network", () => {
  it("shows each device once, inside the picture, and no card over another", () => {
    fc.assert(
      fc.property(device(5), fc.integer({ min: 320, max: 2000 }), (root, width) => {
        const { nodes, stubs, height } = mapLayout(root, width);
        assert.equal(nodes.length, countOf(root));
        assert.equal(stubs.length, nodes.length - 1);
        for (const [at, one] of nodes.entries()) {
          assert.ok(one.x >= 0 && one.x + one.width <= width + 1e-6);
          assert.ok(one.y >= 0 && one.y + cardHeight <= height);
          for (const other of nodes.slice(at + 1)) {
            const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x;
            assert.ok(isBeside || Math.abs(one.y - other.y) >= cardHeight);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

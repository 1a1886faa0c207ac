import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compareParts, decodeParts, encodeKey } from "../../../../daemon/store/keys.ts";
import type { Key } from "../../../../daemon/store/store.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\0", "a", "\x01", "\x02", "\u00ff", "\ud800", "\udfff", "\uffff"),
  }),
);
const anyPart = fc.oneof(anyText, fc.nat(), fc.maxSafeNat());
const anyKey = fc.array(anyPart, { maxLength: 4 });

function compareKeys(left: Key, right: Key): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) {
      return 1;
    }
    const order = compareParts(part, other);
    if (order !== 0) {
      return Math.sign(order);
    }
  }
  return left.length - right.length === 0 ? 0 : -1;
}

describe("keys on disk", () => {
  it("decode to the parts they were made of, whatever the text", () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        assert.deepEqual(decodeParts(encodeKey(7, key).subarray(1)), key);
      }),
    );
  });

  it("sort by bytes as their parts sort", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (left, right) => {
        const order = Buffer.compare(encodeKey(7, left), encodeKey(7, right));
        assert.equal(order, compareKeys(left, right));
      }),
      { numRuns: 500 },
    );
  });

  it("begin with the bytes of their prefixes", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (prefix, rest) => {
        const whole = encodeKey(7, [...prefix, ...rest]);
        const start = encodeKey(7, prefix);
        assert.deepEqual(whole.subarray(0, start.length), start);
      }),
    );
  });

  it("refuse numbers that are negative or not whole", () => {
    for (const number of [-1, 0.5, Number.NaN, 2 ** 53]) {
      assert.throws(() => encodeKey(7, [number]), { name: "AssertionError" });
    }
  });

  it("are not read out of bytes that were cut", () => {
    for (const cut of [encodeKey(7, [5]).subarray(1, 6), encodeKey(7, ["ab"]).subarray(1, 3)]) {
      assert.equal(decodeParts(cut), null);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { takesSixDigits } from "../../../../../daemon/core/input/six-digits.ts";

describe("the six digits of the published API", () => {
  it("do not fit a lock of four digits, of eight, or without codes", () => {
    const digits = (min: number, max: number, pinUsers = 10) =>
      takesSixDigits({ pinUsers, minPinLength: min, maxPinLength: max });
    assert.equal(digits(4, 8), true);
    assert.equal(digits(4, 4), false);
    assert.equal(digits(8, 8), false);
    assert.equal(digits(4, 8, 0), false);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTrivialCode } from "../../../../../daemon/core/input/trivial-code.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";

describe("a trivial code", () => {
  for (const code of [
    ...["000000", "111111", "9999", "0000000000", "123456", "654321", "012345", "890123", "1234"],
    ...["9876543210", "321098", "121212", "1010", "123123", "69696969", "808080"],
  ]) {
    it(`is ${code}`, () => assert.equal(isTrivialCode(new PinCode(code)), true));
  }

  it("is not an ordinary code", () => {
    for (const code of [
      "135790",
      "864209",
      "482915",
      "112345",
      "123457",
      "100000",
      "1223",
      "7531",
    ]) {
      assert.equal(isTrivialCode(new PinCode(code)), false, code);
    }
  });

  it("is one of two thousand codes of six digits", () => {
    let count = 0;
    for (let number = 0; number < 1_000_000; number += 1) {
      if (isTrivialCode(new PinCode(String(number).padStart(6, "0")))) count += 1;
    }
    assert.equal(count, 30 + 90 + 990);
  });
});

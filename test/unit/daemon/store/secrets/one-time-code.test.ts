import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oneTimeDigits } from "../../../../../daemon/store/secrets/one-time-code.ts";

describe("one-time codes", () => {
  // RFC 6238, Appendix B, mode SHA256, steps of 30 s.
  const key = Buffer.from("12345678901234567890123456789012");
  for (const [seconds, digits] of [
    [59, "46119246"],
    [1111111109, "68084774"],
    [1111111111, "67062674"],
    [1234567890, "91819424"],
    [2000000000, "90698825"],
    [20000000000, "77737706"],
  ] as const) {
    it(`are those of RFC 6238 at ${seconds} s`, () => {
      assert.equal(oneTimeDigits(key, Math.floor(seconds / 30), 8), digits);
    });
  }

  it("keep leading zeros", () => {
    const codes = Array.from({ length: 200 }, (_, at) => oneTimeDigits(key, at, 6));
    assert.ok(codes.every((code) => /^[0-9]{6}$/.test(code)));
    assert.ok(codes.some((code) => code.startsWith("0")));
  });
});

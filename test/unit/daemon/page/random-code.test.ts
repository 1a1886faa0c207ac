import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { isTrivialCode as isTrivialHere } from "../../../../daemon/core/input/trivial-code.ts";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import {
  codeLength,
  isTrivialCode,
  randomCode,
} from "../../../../daemon/page/src/screens/locks/codes/random-code.ts";

/** Makes the browser's generator give these bytes, one after the other. */
function generate(bytes: readonly number[]): () => number {
  let at = 0;
  mock.method(crypto, "getRandomValues", (into: Uint8Array) => {
    for (const index of into.keys()) {
      const byte = bytes[at];
      assert.ok(byte !== undefined, "no byte is left");
      into[index] = byte;
      at += 1;
    }
    return into;
  });
  return () => at;
}

describe("a code that the page throws", () => {
  afterEach(() => {
    mock.restoreAll();
  });

  it("has as many digits as people are used to, within what the lock takes", () => {
    for (const [minPinLength, maxPinLength, length] of [
      [4, 8, 6],
      [4, 4, 4],
      [8, 10, 8],
      [6, 6, 6],
    ] as const) {
      assert.equal(codeLength({ minPinLength, maxPinLength }), length);
      assert.match(randomCode(length), new RegExp(`^\\d{${length}}$`));
    }
  });

  it("takes every digit from the system's generator, and keeps leading zeros", () => {
    const used = generate([0, 10, 24, 249, 7, 133]);
    assert.equal(randomCode(6), "004973");
    assert.equal(used(), 6);
  });

  it("prefers no digit: it leaves out the bytes that would make 0 to 5 more frequent", () => {
    const used = generate([250, 4, 251, 255, 8, 253, 1, 9, 254, 3, 252, 7]);
    assert.equal(randomCode(6), "481937");
    assert.equal(used(), 12);
    const bytes = Array.from({ length: 250 }, (_, byte) => byte % 10);
    const counts = bytes.reduce((sum, digit) => sum.with(digit, (sum[digit] ?? 0) + 1), zeros());
    assert.deepEqual(new Set(counts), new Set([25]));
  });

  it("is thrown again when it is one that anybody tries first", () => {
    generate([1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7, 1, 2, 1, 2, 1, 2, 4, 0, 7, 1, 9, 3]);
    assert.equal(randomCode(6), "407193");
  });

  it("is evenly distributed over the digits of each place", () => {
    const codes = Array.from({ length: 20_000 }, () => randomCode(6));
    for (let place = 0; place < 6; place += 1) {
      const counts = zeros();
      for (const code of codes) {
        const digit = Number(code[place]);
        counts[digit] = (counts[digit] ?? 0) + 1;
      }
      // Six standard deviations of a fair digit are 255: a fair generator is outside once in 10^8 runs.
      for (const count of counts) assert.ok(Math.abs(count - 2000) < 255, String(counts));
    }
  });
});

describe("the page's rule for codes that are easy to guess", () => {
  it("is the gateway's own, for every code of 4 digits and the frequent ones of 6", () => {
    const four = Array.from({ length: 10_000 }, (_, code) => String(code).padStart(4, "0"));
    const six = ["000000", "123456", "987654", "890123", "121212", "123123", "123321", "246802"];
    for (const code of [...four, ...six]) {
      assert.equal(isTrivialCode(code), isTrivialHere(new PinCode(code)), code);
    }
  });
});

function zeros(): number[] {
  return Array.from({ length: 10 }, () => 0);
}

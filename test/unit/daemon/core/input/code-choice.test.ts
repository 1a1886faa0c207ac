import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseCode, commonLengths } from "../../../../../daemon/core/input/code-choice.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";

const anyLength = { min: 4, max: 10 };

function chosen(codes: readonly string[], lengths = anyLength, used: readonly string[] = []) {
  const candidates = codes.map((code) => new PinCode(code));
  const isUsed = (code: PinCode) => used.includes(code.reveal());
  return chooseCode(candidates, lengths, isUsed)?.reveal() ?? null;
}

describe("a generated code", () => {
  it("is the first candidate that is neither trivial, used nor of another length", () => {
    assert.equal(
      chosen(["123456", "48291", "482915", "739164"], { min: 6, max: 6 }, ["482915"]),
      "739164",
    );
  });

  it("keeps its zeros at the beginning", () => {
    assert.equal(chosen(["007315"]), "007315");
  });

  it("is null when every candidate is used", () => {
    assert.equal(chosen(["482915", "739164"], anyLength, ["482915", "739164"]), null);
  });

  it("has a length that every lock and the API take", () => {
    const locks = [
      { minPinLength: 4, maxPinLength: 8 },
      { minPinLength: 5, maxPinLength: 10 },
    ];
    assert.deepEqual(commonLengths(locks, { min: 1, max: 15 }), { min: 5, max: 8 });
    assert.deepEqual(commonLengths(locks, { min: 6, max: 6 }), { min: 6, max: 6 });
  });

  it("has no length when two locks share none", () => {
    const locks = [
      { minPinLength: 4, maxPinLength: 4 },
      { minPinLength: 6, maxPinLength: 8 },
    ];
    assert.equal(commonLengths(locks, { min: 1, max: 15 }), null);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isJsonList, isJsonObject, isObject } from "../../../../daemon/base/json.ts";

describe("a JSON value", () => {
  it("is an object only with braces: null and lists are none", () => {
    const values = JSON.parse('[{}, {"a": 1}, null, [], [{}], "{}", 1, true]');
    const expected = [true, true, false, false, false, false, false, false];
    assert.deepEqual(values.map(isObject), expected);
    assert.deepEqual(values.map(isJsonObject), expected);
  });

  it("is a list only with brackets", () => {
    assert.deepEqual([[], [1], {}, null, "[]", undefined].map(isJsonList), [
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type } from "typebox";
import { readText } from "../../../../daemon/base/schema-text.ts";

describe("a text that is read by a schema", () => {
  it("becomes a number only if the number prints as the same text", () => {
    const texts = ["5", "-1", "0012", "1e3", " 5", "five"];
    const values = texts.map((text) => readText(Type.Integer(), text));
    assert.deepEqual(values, [5, -1, "0012", "1e3", " 5", "five"]);
  });

  it("becomes a boolean, null, a list or an object", () => {
    assert.equal(readText(Type.Boolean(), "false"), false);
    assert.equal(readText(Type.Boolean(), "no"), "no");
    assert.equal(readText(Type.Null(), "null"), null);
    assert.deepEqual(readText(Type.Array(Type.Integer()), "[1, 2]"), [1, 2]);
    assert.equal(readText(Type.Object({}), "{"), "{");
  });

  it("stays a text for a text, whatever it looks like", () => {
    assert.equal(readText(Type.String(), "0012"), "0012");
    assert.equal(readText(undefined, "5"), "5");
  });

  it("becomes the first member of a union that it fits", () => {
    const schema = Type.Union([Type.Literal(0), Type.Literal("off"), Type.Integer()]);
    assert.deepEqual(
      ["0", "off", "7", "on"].map((text) => readText(schema, text)),
      [0, "off", 7, "on"],
    );
  });
});

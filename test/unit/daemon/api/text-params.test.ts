import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Type } from "typebox";
import { readText } from "../../../../daemon/base/schema-text.ts";
import { readTextParams } from "../../../../daemon/commands/schema/text-params.ts";
import { GatewayError } from "../../../../daemon/core/model/errors.ts";

const schema = Type.Object({
  code: Type.String(),
  count: Type.Integer(),
  list: Type.Array(Type.String()),
  inner: Type.Object({ begin: Type.Integer() }),
});

describe("readTextParams", () => {
  it("leaves every text alone where the schema wants text: a code keeps its zeros", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{4,8}$/)), (code) => {
        assert.deepEqual(readTextParams(schema, [["code", code]]), { code });
      }),
    );
  });

  it("reads every whole number that it was printed from", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (count) => {
        assert.deepEqual(readTextParams(schema, [["count", String(count)]]), { count });
      }),
    );
  });

  it("answers any names and texts with parameters or with a fault, and touches no prototype", () => {
    const name = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        "__proto__",
        "inner.begin",
        "inner",
        "list",
        "constructor.prototype.x",
        "code",
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 8 }), (fields) => {
        try {
          const params = readTextParams(schema, fields);
          assert.equal(Object.getPrototypeOf(params), Object.prototype);
        } catch (error) {
          assert.ok(error instanceof GatewayError && error.code === "badParameters");
        }
        assert.equal(Reflect.get({}, "x"), undefined);
      }),
    );
  });

  it("refuses more fields than any command has", () => {
    const fields = Array.from({ length: 65 }, (_, at): [string, string] => [`list${at}`, ""]);
    assert.throws(() => readTextParams(schema, fields), GatewayError);
  });

  it("takes the member of a union that the text is", () => {
    const union = Type.Union([
      Type.Literal(0),
      Type.Literal("auto"),
      Type.Integer(),
      Type.String(),
    ]);
    assert.equal(readText(union, "0"), 0);
    assert.equal(readText(union, "auto"), "auto");
    assert.equal(readText(union, "17"), 17);
    assert.equal(readText(union, "017"), "017");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import Type from "typebox";
import { isOptional } from "../../support/examples/optional-fields.ts";

describe("a field of an example", () => {
  const by = Type.Optional(Type.String());
  const record = Type.Object({ seq: Type.Integer(), detail: Type.Object({ by }) });
  const schema = Type.Object({
    records: Type.Union([Type.Array(record), Type.Null()]),
    next: Type.Optional(Type.Integer()),
  });

  it("may be missing if the schema says so, also in lists and unions", () => {
    assert.equal(isOptional(schema, "next"), true);
    assert.equal(isOptional(schema, "records[].detail.by"), true);
  });

  it("must be there if the schema requires it, or does not know it", () => {
    for (const path of ["records", "records[].seq", "records[].detail", "unknown", "next.by", ""]) {
      assert.equal(isOptional(schema, path), false, path);
    }
  });
});

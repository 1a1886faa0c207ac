import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "../../../../daemon/store/stored-json.ts";

/** What the text is by definition: JSON of the value with the keys of every object in order. */
function byDefinition(value: unknown): string {
  return JSON.stringify(inOrder(value)) ?? "null";
}

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, inOrder(field)]));
}

describe("canonical JSON", () => {
  it("is JSON with the keys of every object sorted and without undefined fields", () => {
    const value = fc.object({ withNullPrototype: false, maxDepth: 4 });
    fc.assert(
      fc.property(value, (given) => {
        assert.equal(canonicalJson(given), byDefinition(given));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is the same whatever the order of the keys", () => {
    const text = '{"a":[1,{"b":null,"c":"ü"}],"d":true}';
    assert.equal(canonicalJson({ d: true, a: [1, { c: "ü", b: null }], e: undefined }), text);
  });
});

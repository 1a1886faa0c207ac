import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { openApiDocument } from "../../../../../daemon/api/openapi/openapi.ts";
import type { StatusPolicy } from "../../../../../daemon/api/ports.ts";
import { isObject } from "../../../../../daemon/base/json.ts";
import { commands } from "../../../../../daemon/commands/table.ts";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : assert.fail(`${JSON.stringify(value)} is no object`);
}

function documentFor(v16Status: StatusPolicy) {
  return openApiDocument({ commands, actions: [], version: "1.2.3", v16Status });
}

function* operationsUnder(document: Fields, prefix: string): Generator<Fields> {
  for (const [path, methods] of Object.entries(fieldsOf(document["paths"]))) {
    if (!path.startsWith(prefix)) continue;
    for (const operation of Object.values(fieldsOf(methods))) yield fieldsOf(operation);
  }
}

describe("the description of a gateway whose calls are always answered with 200", () => {
  const document = documentFor("always_200");

  it("has success and refusal as the two forms of one answer", () => {
    let count = 0;
    for (const { operationId, responses } of operationsUnder(document, "/openapi/v1/")) {
      assert.deepEqual(
        Object.keys(fieldsOf(responses)),
        ["200", "4XX", "default"],
        String(operationId),
      );
      const [reply, refusal] = JSON.stringify(fieldsOf(responses)["200"]).split('"ErrMsg"');
      assert.match(String(reply), /"anyOf":/, String(operationId));
      assert.ok(refusal !== undefined, String(operationId));
      count += 1;
    }
    assert.ok(count > commands.length, "each call is described");
  });

  it("has the statuses of errors where they stay: at the resources", () => {
    const statuses = new Set(
      [...operationsUnder(document, "/api/locks")].flatMap(({ responses }) =>
        Object.keys(fieldsOf(responses)),
      ),
    );
    assert.ok(statuses.has("404") && statuses.has("409"));
  });

  it("is valid, and describes no refusal that nothing refers to", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    assert.ok(valid, JSON.stringify(errors)?.slice(0, 500));
    const text = JSON.stringify(document);
    const names = Object.keys(fieldsOf(fieldsOf(document["components"])["responses"]));
    // The refusals of the actions belong to /api.json, which is described without actions here.
    const unused = names
      .filter((name) => name.startsWith("Refused"))
      .filter((name) => !text.includes(`"#/components/responses/${name}"`));
    assert.deepEqual(unused, []);
  });
});

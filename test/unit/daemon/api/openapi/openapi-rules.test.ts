import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { openApiDocument } from "../../../../../daemon/api/openapi/openapi.ts";
import { isJsonObject, type JsonObject } from "../../../../../daemon/base/json.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { actionCommands } from "../../../../../daemon/tuya-actions/table.ts";

const actions = actionCommands({
  timeZone: "UTC",
  workingDay: "sunday_lowest",
  messages: { handOver: () => assert.fail("nothing is sent here") },
  randomDigits: () => "000000",
});

/** Calls whose example is a refusal, so that their success has none. */
const withoutExample = ["release_grants", "adopt_lock", "passphrase_set", "session_end"];

for (const v16Status of ["http", "always_200"] as const) {
  describe(`the description of the API with api.v16_status ${v16Status}`, () => {
    const document = openApiDocument({ commands, actions, version: "1.2.3", v16Status });
    const operations = Object.entries(objectAt(document, "paths")).flatMap(([path, item]) =>
      Object.entries(isJsonObject(item) ? item : {}).flatMap(([method, operation]) =>
        isJsonObject(operation) ? [{ name: `${method} ${path}`, operation }] : [],
      ),
    );

    it("breaks none of Redocly's recommended rules, its examples included", async () => {
      const config = await createConfig({ extends: ["recommended"] });
      const source = JSON.stringify(document);
      const problems = await lintFromString({ source, config });
      const texts = problems.map(({ ruleId, message, location }) => {
        return `${ruleId}: ${message} at ${location[0]?.pointer}`;
      });
      assert.deepEqual(texts, []);
    });

    it("has what Spectral's recommended rules ask for beyond them", () => {
      assert.ok("contact" in objectAt(document, "info"));
      const { tags } = document;
      const defined = (Array.isArray(tags) ? tags : []).map((tag) =>
        Reflect.get(Object(tag), "name"),
      );
      for (const { name, operation } of operations) {
        assert.match(String(operation["description"]), /\S/, `${name} has no description`);
        const own: unknown = operation["tags"];
        assert.ok(Array.isArray(own) && own.length > 0, `${name} has no tag`);
        for (const tag of own) assert.ok(defined.includes(tag), `${name} has the tag ${tag}`);
      }
    });

    it("has a real answer as the example of each call, and real parameters", () => {
      for (const { name } of commands) {
        const call = objectAt(document, "paths", `/openapi/v1/${name}`, "post");
        const answer = objectAt(call, "responses", "200", "content", "application/json");
        assert.equal("example" in answer, !withoutExample.includes(name), name);
        if (!("requestBody" in call)) continue;
        const body = objectAt(call, "requestBody", "content", "application/json");
        assert.ok("example" in body, name);
      }
    });
  });
}

function objectAt(document: JsonObject, ...path: readonly string[]): JsonObject {
  let found = document;
  for (const step of path) {
    const inner = found[step];
    assert.ok(isJsonObject(inner), `${step} of ${path.join(" ")}`);
    found = inner;
  }
  return found;
}

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { openApiDocument } from "../../../../../daemon/api/openapi/openapi.ts";
import { resourcesOf } from "../../../../../daemon/api/routes/resources.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { errorTable } from "../../../../../daemon/core/model/errors.ts";
import { actionCommands } from "../../../../../daemon/tuya-actions/table.ts";
import { fetchText, RestGateway } from "../../../../support/rest/rest-gateway.ts";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  assert.ok(typeof value === "object" && value !== null);
  return Object.fromEntries(Object.entries(value));
}

const actions = actionCommands({
  timeZone: "UTC",
  workingDay: "sunday_lowest",
  messages: { handOver: () => assert.fail("nothing is sent here") },
  randomDigits: () => "000000",
});

const methods = ["get", "put", "post", "delete"];
const types = ["string", "integer", "number", "boolean", "array", "object", "null"];

describe("the description of the API", () => {
  const document = openApiDocument({ commands, actions, version: "1.2.3", v16Status: "http" });
  const operations = Object.entries(fieldsOf(document["paths"])).flatMap(([path, item]) =>
    Object.entries(fieldsOf(item)).map(([method, operation]) => ({
      path,
      method,
      operation: fieldsOf(operation),
    })),
  );

  it("has the fields and versions that OpenAPI 3.1 asks for", () => {
    assert.equal(document["openapi"], "3.1.0");
    const info = fieldsOf(document["info"]);
    assert.deepEqual([typeof info["title"], info["version"]], ["string", "1.2.3"]);
    for (const { path, method, operation } of operations) {
      assert.match(path, /^\//);
      assert.ok(methods.includes(method), method);
      assert.ok(Object.keys(fieldsOf(operation["responses"])).length > 0);
    }
  });

  it("gives each operation an id of its own that a generator can use as a name", () => {
    const ids = operations.map(({ operation }) => String(operation["operationId"]));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-z][a-z0-9_]*$/);
  });

  it("describes every parameter of a path, and none that the path has not", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1]);
      const { parameters } = operation;
      const described = (Array.isArray(parameters) ? parameters : []).map(fieldsOf);
      const named = described.filter((entry) => entry["in"] === "path");
      assert.deepEqual(
        named.map((entry) => entry["name"]),
        inPath,
        path,
      );
      for (const entry of named) assert.equal(entry["required"], true);
      const keys = described.map((entry) => `${entry["in"]} ${entry["name"]}`);
      assert.equal(new Set(keys).size, keys.length, path);
      for (const entry of described) assert.ok("schema" in entry !== "content" in entry);
    }
  });

  it("holds nothing but JSON Schema in its schemas", () => {
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      if (Array.isArray(value)) {
        for (const item of value) walk(item);
        return;
      }
      const fields = fieldsOf(value);
      const { type } = fields;
      if (typeof type === "string" && !("in" in fields) && !("scheme" in fields)) {
        assert.ok(types.includes(type), type);
      }
      for (const name of Object.keys(fields)) assert.doesNotMatch(name, /^~|^\$id$/);
      for (const [name, inner] of Object.entries(fields)) if (name !== "example") walk(inner);
    };
    walk(operations.map(({ operation }) => operation));
  });

  it("leaves out no command and no resource", () => {
    const paths = fieldsOf(document["paths"]);
    for (const { name, isReadOnly } of commands) {
      const item = fieldsOf(paths[`/openapi/v1/${name}`]);
      assert.ok("post" in item, name);
      if (isReadOnly) assert.ok("get" in item, name);
    }
    for (const { method, path } of resourcesOf(commands)) {
      const item = fieldsOf(paths[path.replaceAll(/:([a-z_]+)/g, "{$1}")]);
      assert.ok(method.toLowerCase() in item, path);
    }
  });

  it("resolves each of its own references", () => {
    const components = fieldsOf(document["components"]);
    for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
      const [, , kind = "", component = ""] = String(name).split("/");
      assert.ok(component in fieldsOf(components[kind]), name);
    }
  });

  it("names every error and needs a token for all but two calls", () => {
    for (const { path, method, operation } of operations) {
      assert.ok("default" in fieldsOf(operation["responses"]), `${method} ${path}`);
      const isOpen = "security" in operation;
      assert.equal(isOpen, /access_token$|health$/.test(path), `${method} ${path}`);
      const isRefused = !isOpen || path.endsWith("access_token");
      assert.equal("401" in fieldsOf(operation["responses"]), isRefused, path);
    }
  });

  it("tells the errors of each call by their HTTP status, and in words", () => {
    const components = fieldsOf(document["components"]);
    const paths = fieldsOf(document["paths"]);
    for (const command of commands) {
      const operation = fieldsOf(fieldsOf(paths[`/openapi/v1/${command.name}`])["post"]);
      const responses = fieldsOf(operation["responses"]);
      for (const code of command.errors) {
        const { errNo, httpStatus, text } = errorTable[code];
        const { $ref } = fieldsOf(responses[httpStatus]);
        const name = String($ref).split("/").at(-1) ?? "";
        const response = fieldsOf(fieldsOf(components["responses"])[name]);
        assert.ok(String(response["description"]).includes(`${errNo} ${text}`), name);
        assert.match(JSON.stringify(response["content"]), new RegExp(`"enum":\\[[^\\]]*${errNo}`));
        assert.match(String(operation["description"]), new RegExp(`\\b${errNo}\\b`));
      }
    }
  });

  it("describes what each action answers, down to the last field", () => {
    const schemas = fieldsOf(fieldsOf(document["components"])["schemas"]);
    for (const { name, errors } of actions) {
      const result = fieldsOf(fieldsOf(fieldsOf(schemas[`${name}.Reply`])["properties"])["result"]);
      assert.deepEqual(vague(result, "result"), [], name);
      assert.ok(errors !== undefined, name);
    }
  });

  it("describes each of the actions by its name, with what it takes and answers", () => {
    const schemas = fieldsOf(fieldsOf(document["components"])["schemas"]);
    assert.equal(actions.length, 20);
    for (const { name } of actions) {
      assert.ok(name in schemas && `${name}.Reply` in schemas, name);
    }
    assert.match(JSON.stringify(fieldsOf(document["paths"])["/api.json"]), /ActionInPostData/);
  });
});

/** Paths of what a schema says nothing about. */
function vague(schema: Fields, path: string): readonly string[] {
  const { type, items, properties, additionalProperties } = schema;
  if ("enum" in schema || "const" in schema) return [];
  if (type === "array") return vague(fieldsOf(items ?? {}), `${path}[]`);
  if (type !== "object") return typeof type === "string" ? [] : [path];
  if (properties === undefined) return vague(fieldsOf(additionalProperties ?? {}), `${path}{}`);
  return Object.entries(fieldsOf(properties)).flatMap(([name, inner]) =>
    vague(fieldsOf(inner), `${path}.${name}`),
  );
}

describe("the description, served", () => {
  let gateway: RestGateway;

  before(async () => {
    gateway = await RestGateway.open();
  });

  after(() => gateway.close());

  it("is there for who has a token, of whatever scope, and for nobody else", async () => {
    for (const path of ["/openapi.json", "/docs"]) {
      const refused = await fetchText(gateway.tcp, path);
      assert.deepEqual([refused.status, JSON.parse(refused.text).ErrNo], [401, 101]);
      assert.equal((await fetchText(gateway.tcp, `${path}?access_token=x`)).status, 401);
    }
    const headers = await gateway.bearer("technician");
    const { status, text } = await fetchText(gateway.tcp, "/openapi.json", headers);
    assert.equal(status, 200);
    assert.deepEqual(
      JSON.parse(text),
      openApiDocument({ commands, actions: [], version: "1.2.3", v16Status: "http" }),
    );
  });

  it("is also a page, with nothing of another place and no script in it", async () => {
    const token = await gateway.token("technician");
    const response = await fetch(`http://127.0.0.1:${gateway.tcp.port}/docs?access_token=${token}`);
    const text = await response.text();
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? "";
    const digest = createHash("sha256").update(style).digest("base64");
    assert.ok(
      policy.includes(`'sha256-${digest}'`),
      "the page's own style is the one that is allowed",
    );
    assert.match(text, /<h3 id="add_password">/);
    const section = /<h3 id="add_password">.*?<h3/s.exec(text)?.[0] ?? "";
    for (const errNo of [11000, 14001, 15006, 16001]) {
      assert.ok(section.includes(`<a href="#e${errNo}">${errNo}</a>`));
      assert.ok(text.includes(`<tr id="e${errNo}">`));
    }
    assert.match(text, /<td>passwords\[\]\.permission\.begin<\/td>/);
    assert.equal(text.split("<style").length, 2);
    assert.doesNotMatch(text, /<script|<link|style=|src=|href="https?:/);
  });

  it("has contents, examples, both modes of colour and room for a telephone on its page", async () => {
    const headers = await gateway.bearer("technician");
    const { text } = await fetchText(gateway.tcp, "/docs", headers);
    assert.match(text, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
    assert.match(text, /<meta name="color-scheme" content="light dark">/);
    const contents = /<nav.*?<\/nav>/s.exec(text)?.[0] ?? "";
    for (const [, id = ""] of contents.matchAll(/href="#([^"]+)"/g)) {
      assert.ok(text.includes(`id="${id}"`), `${id} is in the contents only`);
    }
    for (const { name } of commands) assert.ok(contents.includes(`href="#${name}"`), name);
    const section = /<h3 id="add_password">.*?<h3/s.exec(text)?.[0] ?? "";
    assert.match(section, /<pre>POST \/openapi\/v1\/add_password\n\{[^<]*417263/);
  });

  it("sends its page compressed, and not again to who has it", async () => {
    const bearer = await gateway.bearer("technician");
    const url = `http://127.0.0.1:${gateway.tcp.port}/docs`;
    const first = await fetch(url, { headers: { ...bearer, "accept-encoding": "gzip" } });
    assert.equal(first.headers.get("content-encoding"), "gzip");
    const { length } = gzipSync(await first.text());
    assert.ok(length < 60_000, `${length} bytes`);
    const etag = first.headers.get("etag") ?? "";
    const second = await fetch(url, { headers: { ...bearer, "if-none-match": etag } });
    assert.deepEqual([second.status, await second.text()], [304, ""]);
  });
});

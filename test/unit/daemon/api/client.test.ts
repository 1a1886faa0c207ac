import assert from "node:assert/strict";
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import openapiTS, { astToString } from "openapi-typescript";
import { projectRoot } from "../../../support/project-root.ts";
import { ServedHouse } from "../../../support/radio/served-house.ts";
import { post } from "../../../support/rest/rest-client.ts";
import { fetchText } from "../../../support/rest/rest-gateway.ts";
import { within } from "../../../support/within.ts";

const root = projectRoot();
const program = readFileSync(
  join(root, "test/unit/daemon/api/client/password-life.ts.txt"),
  "utf8",
);
const limitMs = 120_000;

/** Bodies of add_password that are wrong by one word, and what the compiler has to say to each. */
const wrongBodies: readonly (readonly [what: string, body: string, says: RegExp])[] = [
  ["a code as a number", "{ password: 246810 }", /TS2322.*number.*string/],
  [
    "a field that there is not",
    '{ password: "246810", pasword: "1" }',
    /TS2561.*pasword|TS2353.*pasword/,
  ],
  ["a body without what is required", '{ name: "x" }', /TS2741.*password/],
  ["a flag that is neither 0 nor 1", '{ password: "246810", is_default: 2 }', /TS2322/],
  [
    "a day that there is not",
    '{ password: "1", weekly: { days: ["noday"], start_minute: 0, end_minute: 1, time_zone: "UTC" } }',
    /TS2322.*noday/,
  ],
];

describe("a client made from the description", { timeout: 4 * limitMs }, () => {
  let served: ServedHouse;
  let folder = "";
  let description = "";
  const client: Record<string, string> = {};

  before(async () => {
    served = await ServedHouse.open({ v16_status: "http" });
    folder = mkdtempSync(join(tmpdir(), "latchd-client-"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    const made = await served.call("client_add", { client_id: "partner", scope: "manager" });
    client["client_id"] = "partner";
    client["client_secret"] = String(made["client_secret"]);
    const { body } = await post(served.tcp, "/openapi/v1/access_token", client);
    const authorization = `Bearer ${body["access_token"]}`;
    const answer = await fetchText(served.tcp, "/openapi.json", { authorization });
    assert.equal(answer.status, 200);
    description = answer.text;
    writeFileSync(join(folder, "schema.d.ts"), astToString(await openapiTS(description)));
  });

  after(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("has a description that a public validator takes as OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(description));
    assert.deepEqual([valid, errors], [true, undefined]);
    assert.equal(validator.version, "3.1");
  });

  it("drives the whole life of a password, each step of which the lock shows", async () => {
    writeFileSync(join(folder, "password-life.ts"), program);
    assert.equal(await compiled(folder, ["password-life.ts"]), "");
    const child = fork(join(folder, "password-life.js"), {
      env: {
        GATEWAY: served.url,
        CLIENT_ID: client["client_id"],
        CLIENT_SECRET: client["client_secret"],
      },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const opens = (code: string) => served.lock.keypad(code) === "opened";
    const atTheDoor: [string, readonly boolean[]][] = [];
    const codes = ["135790", "246810", "975310"];
    child.on("message", (step) => {
      atTheDoor.push([String(step), codes.map(opens)]);
      child.send("go on");
    });
    await within(limitMs, "the client to end", () => ended(child));
    assert.equal(child.exitCode, 0);
    assert.deepEqual(atTheDoor, [
      ["administrator", [true, false, false]],
      ["added", [true, true, false]],
      ["updated", [true, false, true]],
      ["frozen", [true, false, false]],
      ["unfrozen", [true, false, true]],
      ["deleted", [true, false, false]],
      ["refused", [true, false, false]],
    ]);
  });

  it("does not compile with a word that is not the API's", async () => {
    const names = wrongBodies.map(([, body], at) => {
      const text = `import type { paths } from "./schema.js";
type Call = paths["/openapi/v1/add_password"]["post"];
export const body: Call["requestBody"]["content"]["application/json"] = ${body};
`;
      writeFileSync(join(folder, `wrong-${at}.ts`), text);
      return `wrong-${at}.ts`;
    });
    const said = await compiled(folder, names);
    for (const [at, [what, , says]] of wrongBodies.entries()) {
      const lines = said.split(/\n(?=wrong-)/).filter((line) => line.startsWith(`wrong-${at}.ts`));
      assert.match(lines.join("\n").replaceAll("\n", " "), says, what);
    }
  });

  it("does not compile with a path, a method, a field or an error that there is not", async () => {
    const text = `import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";
const api = createClient<paths>();
await api.POST("/openapi/v1/open_sesame", {});
await api.DELETE("/openapi/v1/list_locks");
const { data } = await api.GET("/api/health");
console.log(data?.parts.stove);
type Reply = components["schemas"]["tuya.m.zigbee.lock.temppwd.list.Reply"];
export const phaseOf = (reply: Reply): string => reply.result[0]?.fase ?? "";
export const bySix = (reply: Reply): boolean => reply.result[0]?.phase === 6;
type Refused = paths["/openapi/v1/list_slots"]["get"]["responses"][404];
export const isFull = ({ content }: Refused): boolean => content["application/json"].ErrNo === 16001;
`;
    writeFileSync(join(folder, "wrong-path.ts"), text);
    const said = await compiled(folder, ["wrong-path.ts"]);
    for (const line of [4, 5, 7, 9, 10, 12])
      assert.match(said, new RegExp(`wrong-path\\.ts\\(${line},`));
    assert.doesNotMatch(said, /wrong-path\.ts\((1|2|3|6|8|11),/);
  });
});

/** Compiles these files of the folder. @returns what the compiler says; nothing when all is right. */
function compiled(folder: string, names: readonly string[]): Promise<string> {
  const tsc = join(root, "node_modules/typescript-native/bin/tsc");
  const flags =
    "--ignoreConfig --strict --noUncheckedIndexedAccess --target es2023 --lib es2023,dom --module nodenext --types node --skipLibCheck --pretty false";
  return new Promise((resolve) => {
    const args = [tsc, ...flags.split(" "), ...names];
    execFile(process.execPath, args, { cwd: folder }, (_error, out, err) => resolve(out + err));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

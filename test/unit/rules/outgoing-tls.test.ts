import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { brokenRules } from "../../support/linted-tree.ts";

/** Each breaks lint/certificates.grit in another way. */
const refused: ReadonlyMap<string, string> = new Map([
  ["switches the check off", `export const a = { rejectUnauthorized: false };`],
  ["switches it off under a quoted name", `export const a = { "rejectUnauthorized": false };`],
  ["lets a variable decide", `export const a = (b: boolean) => ({ rejectUnauthorized: b });`],
  [
    "lets a variable of that name decide",
    `export const a = (rejectUnauthorized: boolean) => ({ rejectUnauthorized });`,
  ],
  [
    "changes it later",
    `export const a = (b: { rejectUnauthorized: boolean }) => { b.rejectUnauthorized = false; };`,
  ],
  ["replaces the check of the name", `export const a = { checkServerIdentity: () => undefined };`],
  ["uses fetch", `export const a = await fetch("https://example.com", { method: "GET" });`],
  ["uses WebSocket", `export const a = new WebSocket("wss://example.com");`],
  ["reads the variable", `export const a = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];`],
  [
    "sends a request",
    `import { request } from "node:https";\nexport const a = request("https://b");`,
  ],
  [
    "makes an agent",
    `import { Agent as Https } from "node:https";\nexport const a = new Https({ keepAlive: true });`,
  ],
  [
    "makes an agent of the whole module",
    `import * as https from "node:https";\nexport const a = new https.Agent({ keepAlive: true });`,
  ],
  [
    "connects",
    `import { connect as connectTls } from "node:tls";\nexport const a = connectTls({ host: "b" });`,
  ],
  [
    "opens a mail connection",
    `import { createTransport } from "nodemailer";\ncreateTransport({});`,
  ],
  ["connects to a broker", `import mqtt from "mqtt/lib/client";\nexport const a = mqtt;`],
  ["loads the client later", `export const a = async () => (await import("mqtt")).connect("b");`],
]);

const taken: ReadonlyMap<string, string> = new Map([
  [
    "checks the certificate",
    `import { request } from "node:https";\nexport const a = request({ rejectUnauthorized: true });`,
  ],
  ["imports types", `import type { MqttClient } from "mqtt";\nexport type A = MqttClient;`],
  ["listens", `import { createServer } from "node:https";\nexport const a = createServer;`],
]);

const pathOf = (index: number, kind: string) => `sync/${kind}-${index}.ts`;

describe("the lint rule for TLS connections", () => {
  let broken = new Map<string, string[]>();

  before(async () => {
    const files = (kind: string, sources: ReadonlyMap<string, string>) =>
      [...sources.values()].map((source, index) => [pathOf(index, kind), `${source}\n`] as const);
    const elsewhere = ["daemon/callbacks/x.ts", "drivers/zigbee/x.ts", "test/x.ts"] as const;
    const off = refused.get("switches the check off") ?? "";
    broken = await brokenRules(
      new Map([
        ...files("refused", refused),
        ...files("taken", taken),
        ...elsewhere.map((path) => [path, `${off}\n`] as const),
      ]),
    );
  });

  const isRefused = (path: string) => broken.get(path)?.includes("plugin");

  [...refused.keys()].forEach((what, index) => {
    it(`refuses a file that ${what}`, () => {
      assert.equal(isRefused(pathOf(index, "refused")), true);
    });
  });

  [...taken.keys()].forEach((what, index) => {
    it(`takes a file that ${what}`, () => {
      assert.equal(isRefused(pathOf(index, "taken")), false);
    });
  });

  it("holds in the daemon, its drivers and sync, and leaves the tests alone", () => {
    assert.equal(isRefused("daemon/callbacks/x.ts"), true);
    assert.equal(isRefused("drivers/zigbee/x.ts"), true);
    assert.equal(isRefused("test/x.ts"), false);
  });
});

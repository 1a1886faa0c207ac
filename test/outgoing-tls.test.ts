import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "./support/project-root.ts";

/** What opens a TLS connection to somewhere else, by its import or its call. */
const opensTls = [
  /import [^;]*\b(request|Agent|get)\b[^;]* from "node:https"/,
  /import [^;]*\bconnect\b[^;]* from "node:tls"/,
  /from "nodemailer"/,
  /from "mqtt"/,
];
/** Types alone open nothing. */
const typesOnly = /^import type [^;]*;$/gm;
/** Node's own client takes no such option for each call: the environment would decide. */
const forbidden = [
  /\bfetch\(/,
  /\bnew (WebSocket|EventSource)\(/,
  /rejectUnauthorized: (?!true\b)/,
  /checkServerIdentity/,
  /NODE_TLS_REJECT_UNAUTHORIZED(?!=0 in the environment must not)/,
];

const root = projectRoot();

function sourceFiles(): readonly string[] {
  return ["daemon", "drivers", "sync"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path}`),
  );
}

describe("the source", () => {
  it("says rejectUnauthorized: true wherever it opens a TLS connection, and nothing else", async () => {
    const found: string[] = [];
    for (const path of sourceFiles()) {
      const text = (await readFile(join(root, path), "utf8")).replaceAll(typesOnly, "");
      for (const pattern of forbidden) assert.doesNotMatch(text, pattern, path);
      if (!opensTls.some((pattern) => pattern.test(text))) continue;
      found.push(path);
      assert.match(text, /rejectUnauthorized: true,/, path);
    }
    assert.deepEqual(found.sort(), [
      "daemon/callbacks/post.ts",
      "daemon/messages/mail.ts",
      "sync/broker-client.ts",
    ]);
  });
});

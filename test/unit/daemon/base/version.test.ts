import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildMs, version } from "../../../../daemon/base/version.ts";
import { projectRoot } from "../../../support/project-root.ts";

describe("the version", () => {
  it("is the version of package.json", () => {
    const text = readFileSync(`${projectRoot()}/package.json`, "utf8");
    const declared: { version: string } = JSON.parse(text);
    assert.equal(version, declared.version);
  });

  it("was not built in the future", () => {
    assert.ok(buildMs <= Date.now(), new Date(buildMs).toISOString());
  });
});

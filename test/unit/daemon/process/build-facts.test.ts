import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { version } from "../../../../daemon/base/version.ts";
import { buildFacts } from "../../../../daemon/process/build-facts.ts";

const folder = mkdtempSync(join(tmpdir(), "latchd-build-"));
after(() => rmSync(folder, { recursive: true }));

describe("the facts of a build", () => {
  it("name the commit and the bill of materials that the build has written", () => {
    const file = join(folder, "build.json");
    writeFileSync(file, JSON.stringify({ commit: "0123abc", sbom: "f00d" }));
    assert.deepEqual(buildFacts(3, file), {
      version,
      commit: "0123abc",
      sbom: "f00d",
      node: process.versions.node,
      schema: 3,
    });
  });

  it("have neither in a checkout", () => {
    const { commit, sbom } = buildFacts(3, join(folder, "none.json"));
    assert.deepEqual({ commit, sbom }, { commit: null, sbom: null });
  });

  it("are refused if the file of the build is damaged", () => {
    const file = join(folder, "damaged.json");
    writeFileSync(file, "{");
    assert.throws(() => buildFacts(3, file), SyntaxError);
  });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
}

const read = (path: string) => readFileSync(join(projectRoot(), path), "utf8");
const manifest: {
  readonly engines: { readonly node: string };
  readonly allowScripts: Readonly<Record<string, boolean>>;
} = JSON.parse(read("package.json"));
const rows = read(".ci/node-lines.txt")
  .split("\n")
  .filter((row) => row !== "" && !row.startsWith("#"))
  .map((row) => row.split(" "));

describe("the lines of Node.js that latchd is tested on", () => {
  it("begin with the oldest one that package.json allows", () => {
    assert.equal(`>=${rows[0]?.[0]}`, manifest.engines.node);
    for (const [line = "", version = ""] of rows)
      assert.ok(version.startsWith(`${line}.`), version);
  });

  it("are named as the list has them: a number of the same value is no line", () => {
    for (const name of ["22.0", "022", "2"]) {
      const script = join(projectRoot(), ".ci", "node-line");
      const { status, stderr } = spawnSync("bash", [script, name], { encoding: "utf8" });
      assert.equal(status, 64, name);
      assert.match(stderr, /is no line of/);
    }
  });

  it("have one base line, and its version is the one that latchd-node brings along", () => {
    const base = rows.filter(([, , mark]) => mark === "base").map(([, version]) => version);
    const brought = read("systemd/node-binaries.txt")
      .split("\n")
      .filter((row) => /^(amd64|arm64) /.test(row))
      .map((row) => row.split(" ")[2]);
    assert.equal(base.length, 1);
    assert.equal(brought.length, 2);
    assert.deepEqual(new Set(brought), new Set(base));
  });
});

describe("npm ci", () => {
  const locked: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    read("package-lock.json"),
  );

  it("knows of each package with an install script whether the script may run", () => {
    const names = Object.entries(locked.packages)
      .filter(([, entry]) => entry.hasInstallScript === true && entry.optional !== true)
      .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
    assert.ok(names.length > 0);
    assert.deepEqual([...new Set(names)].sort(), Object.keys(manifest.allowScripts).sort());
  });
});

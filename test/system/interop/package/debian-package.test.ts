import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../../../support/project-root.ts";
import { nodeFlags, packagedNode } from "../../../support/runner/node-flags.ts";

const dist = fileURLToPath(new URL("../../../..", import.meta.url));
const script = join(projectRoot(), "systemd", "build-deb.sh");
const names = ["latchd", "latchd-node"] as const;

function run(program: string, ...words: readonly string[]): string {
  return execFileSync(program, words, { encoding: "utf8", maxBuffer: 2 ** 26 });
}

describe("the Debian packages", { timeout: 900_000 }, () => {
  let folder = "";
  const architecture = run("dpkg", "--print-architecture").trim();
  const fileOf = (name: string, build = "first") =>
    join(folder, build, `${name}_0.1.0_${architecture}.deb`);
  const fieldOf = (name: string, field: string) =>
    run("dpkg-deb", "--field", fileOf(name), field).trim();
  const treeOf = (name: string) => join(folder, `tree-${name}`);

  function build(place: string, { env, umask }: { env: object; umask: string }): void {
    const words = [script, "-o", join(folder, place), architecture, `node:${architecture}`];
    // The least compression: what is compared is the same without it.
    const variables = { ...process.env, LATCHD_DIST: dist, LATCHD_XZ_LEVEL: "0", ...env };
    execFileSync("bash", ["-c", `umask ${umask}; exec bash "$@"`, "bash", ...words], {
      env: variables,
      stdio: "pipe",
    });
  }

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-deb-"));
    build("first", { env: { TZ: "UTC", LC_ALL: "C" }, umask: "022" });
    for (const name of names) run("dpkg-deb", "--raw-extract", fileOf(name), treeOf(name));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are the same bytes when they are built again elsewhere, later and with another umask", () => {
    const env = { TZ: "Asia/Shanghai", LC_ALL: "C.UTF-8", TMPDIR: folder };
    build("second", { env, umask: "077" });
    const digests = (place: string) =>
      readdirSync(join(folder, place))
        .sort()
        .map((file) => {
          const bytes = readFileSync(join(folder, place, file));
          return `${file} ${createHash("sha256").update(bytes).digest("hex")}`;
        });
    assert.equal(digests("first").length, 4);
    assert.deepEqual(digests("second"), digests("first"));
  });

  it("have no fault or warning of lintian", () => {
    for (const name of names) {
      const words = ["--allow-root", "--fail-on", "warning", fileOf(name)];
      const { status, stdout, stderr } = spawnSync("lintian", words, { encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
    }
  });

  it("depend on the C and C++ libraries that their binaries need, and on Node.js only without their own", () => {
    for (const name of names) {
      const depends = fieldOf(name, "Depends");
      const needs = /libc6 \(>= 2\.(\d+)\)/.exec(depends)?.[1];
      // Debian 12 has 2.36, Raspberry Pi OS too.
      assert.ok(Number(needs) >= 28 && Number(needs) <= 36, depends);
      assert.match(depends, /libgcc-s1, libstdc\+\+6 \(>= \d+\)/);
      assert.equal(/nodejs/.test(depends), name === "latchd", depends);
    }
    assert.equal(fieldOf("latchd-node", "Provides"), "latchd (= 0.1.0)");
    assert.equal(fieldOf("latchd-node", "Conflicts"), "latchd");
    assert.equal(fieldOf("latchd", "Conflicts"), "latchd-node");
  });

  it("start with the Node.js that the package names, in the unit and at a shell", () => {
    for (const [name, node] of [
      ["latchd", "/usr/bin/node"],
      ["latchd-node", "/usr/lib/latchd/bin/node"],
    ] as const) {
      const unit = join(treeOf(name), "usr/lib/systemd/system/latchd.service");
      const version = name === "latchd" ? "" : packagedNode().version;
      const line = `  ${[node, ...nodeFlags(version)].join(" ")} \\\n`;
      assert.ok(readFileSync(unit, "utf8").includes(line), line);
      for (const program of ["latchd", "latchctl"]) {
        const [first] = readFileSync(join(treeOf(name), "usr/bin", program), "utf8").split("\n");
        assert.equal(first, `#!${node}`);
      }
    }
    const own = join(treeOf("latchd-node"), "usr/lib/latchd/bin/node");
    const main = join(treeOf("latchd-node"), "usr/lib/latchd/dist/daemon/main.js");
    const facts: { node: string; sbom: string } = JSON.parse(run(own, main, "--version", "--json"));
    const bill = readFileSync(join(treeOf("latchd-node"), "usr/share/doc/latchd/latchd.cdx.json"));
    assert.equal(facts.sbom, createHash("sha256").update(bill).digest("hex"));
    assert.ok(bill.includes(`"purl": "pkg:github/nodejs/node@v${facts.node}"`));
  });

  it("have manual pages without a warning, the completion, and the settings where no filter of documents takes them", () => {
    for (const page of ["man8/latchd.8.gz", "man1/latchctl.1.gz", "man5/latchd.yaml.5.gz"]) {
      const file = join(treeOf("latchd"), "usr/share/man", page);
      const { stdout, stderr } = spawnSync("man", ["--warnings", "--local-file", file], {
        encoding: "utf8",
        env: { ...process.env, MANWIDTH: "80", LC_ALL: "C.UTF-8" },
      });
      assert.equal(stderr, "", page);
      assert.match(stdout, /SEE ALSO/);
    }
    const completion = join(treeOf("latchd"), "usr/share/bash-completion/completions/latchctl");
    run("bash", "-n", completion);
    assert.ok(statSync(join(treeOf("latchd"), "usr/share/latchd/latchd.yaml")).isFile());
  });

  it("contain no licence, binary or hidden file that has no business there", () => {
    for (const name of names) {
      const paths = readdirSync(treeOf(name), { recursive: true, encoding: "utf8" });
      const odd = paths.filter((path) =>
        /\/\.[^/]+$|musl|prebuilds\/(?:darwin|win32|android)|GPL|zigbee-on-host\/dist/.test(path),
      );
      assert.deepEqual(odd, [], name);
    }
  });
});

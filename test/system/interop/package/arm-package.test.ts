import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../../../support/project-root.ts";

const dist = fileURLToPath(new URL("../../../..", import.meta.url));
const script = join(projectRoot(), "systemd", "build-deb.sh");
/** `e_machine` of an ELF file for 64-bit ARM. */
const aarch64 = 183;

describe("the package latchd-node for arm64", { timeout: 600_000 }, () => {
  let folder = "";
  const tree = () => join(folder, "tree");
  const deb = () => join(folder, "latchd-node_0.1.0_arm64.deb");

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-arm-"));
    execFileSync("bash", [script, "-o", folder, "node:arm64"], {
      env: { ...process.env, LATCHD_DIST: dist, LATCHD_XZ_LEVEL: "0" },
      stdio: "pipe",
    });
    execFileSync("dpkg-deb", ["--raw-extract", deb(), tree()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("says that it is for arm64", () => {
    const field = execFileSync("dpkg-deb", ["--field", deb(), "Architecture"], {
      encoding: "utf8",
    });
    assert.equal(field, "arm64\n");
  });

  it("holds binaries for 64-bit ARM alone: Node.js, the store and the serial port", () => {
    const binaries = readdirSync(tree(), { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(tree(), path)).isFile())
      .map((path) => ({ path, head: readFileSync(join(tree(), path)).subarray(0, 20) }))
      .filter(({ head }) => head.subarray(0, 4).equals(Buffer.from("\x7fELF")));
    for (const { path, head } of binaries) assert.equal(head.readUInt16LE(18), aarch64, path);
    for (const part of ["lib/latchd/bin/node", "classic-level/", "@serialport/bindings-cpp/"]) {
      assert.ok(
        binaries.some(({ path }) => path.includes(part)),
        part,
      );
    }
  });
});

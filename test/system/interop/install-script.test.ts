import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { projectRoot } from "../../support/project-root.ts";

const dist = fileURLToPath(new URL("../../..", import.meta.url));

describe("the install script", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "latchd-install-"));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  function run(action: string): void {
    execFileSync("bash", [join(projectRoot(), "systemd", "install.sh"), action], {
      env: { ...process.env, DESTDIR: root, LATCHD_DIST: dist },
      stdio: "pipe",
    });
  }

  function files(): string[] {
    return readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  }

  it("installs once, changes nothing when it is run again, and leaves settings alone", () => {
    run("install");
    const program = readlinkSync(join(root, "usr/lib/latchd"));
    const help = execFileSync(process.execPath, [join(root, "usr/bin/latchd"), "--help"]);
    assert.match(help.toString(), /Zigbee lock gateway/);
    appendFileSync(join(root, "etc/latchd/latchd.yaml"), "# kept\n");
    const before = files();
    run("install");
    assert.deepEqual(files(), before);
    assert.equal(readlinkSync(join(root, "usr/lib/latchd")), program);
    const settings = execFileSync("cat", [join(root, "etc/latchd/latchd.yaml")]).toString();
    assert.match(settings, /# kept\n$/);
  });

  it("installs the bill of materials whose hash the program names", () => {
    const words = [join(root, "usr/bin/latchd"), "--version", "--json"];
    const facts: { commit: string | null; sbom: string | null } = JSON.parse(
      execFileSync(process.execPath, words, { encoding: "utf8" }),
    );
    const bill = readFileSync(join(root, "usr/share/doc/latchd/latchd.cdx.json"), "utf8");
    assert.equal(facts.sbom, createHash("sha256").update(bill).digest("hex"));
    if (facts.commit !== null) assert.ok(bill.includes(`"value": "${facts.commit}"`));
  });

  it("removes the program and keeps keys, records and settings until a purge", () => {
    run("uninstall");
    const left = files().filter((path) => /latch/.test(path));
    assert.deepEqual(left, ["etc/latchd", "etc/latchd/latchd.yaml", "var/lib/latchd"]);
    run("purge");
    assert.deepEqual(
      files().filter((path) => /latch/.test(path)),
      [],
    );
  });
});

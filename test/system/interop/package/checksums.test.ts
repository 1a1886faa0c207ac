import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { projectRoot } from "../../../support/project-root.ts";

const script = join(projectRoot(), "systemd", "checksums.sh");
const signer = "releases@latchd.example";

describe("the checksums of a release", () => {
  let folder = "";
  const release = () => join(folder, "release");
  const env = () => ({ ...process.env, GNUPGHOME: join(folder, "gnupg") });
  const run = (program: string, ...words: readonly string[]) =>
    spawnSync(program, words, { cwd: release(), env: env(), encoding: "utf8" });

  before(() => {
    // The sockets of gpg's agent lie in its folder, so the path must be short.
    folder = mkdtempSync(join(tmpdir(), "latchd-sums-"));
    mkdirSync(join(folder, "gnupg"), { mode: 0o700 });
    mkdirSync(release());
    writeFileSync(join(release(), "latchd_1.2.3_arm64.deb"), "a package");
    writeFileSync(join(release(), "latchd_1.2.3.cdx.json"), "{}");
    const words = ["--batch", "--passphrase", "", "--quick-generate-key", signer, "ed25519"];
    execFileSync("gpg", words, { env: env(), stdio: "pipe" });
  });
  after(() => {
    spawnSync("gpgconf", ["--kill", "all"], { env: env() });
    rmSync(folder, { recursive: true, force: true });
  });

  it("are signed with the caller's key, and found right", () => {
    const made = run("bash", script, release(), signer);
    assert.equal(made.status, 0, made.stderr);
    assert.equal(run("gpg", "--verify", "SHA256SUMS.asc", "SHA256SUMS").status, 0);
    const checked = run("sha256sum", "--check", "SHA256SUMS");
    assert.match(checked.stdout, /_arm64\.deb: OK\n.*cdx\.json: OK\n/);
  });

  it("show a package that was altered, and a list that was altered", () => {
    appendFileSync(join(release(), "latchd_1.2.3_arm64.deb"), "!");
    assert.equal(run("sha256sum", "--check", "SHA256SUMS").status, 1);
    appendFileSync(join(release(), "SHA256SUMS"), "\n");
    assert.notEqual(run("gpg", "--verify", "SHA256SUMS.asc", "SHA256SUMS").status, 0);
  });

  it("have no signature, also no older one, if no key is given", () => {
    const made = run("bash", script, release());
    assert.equal(made.status, 0);
    assert.match(made.stderr, /is not signed/);
    assert.equal(existsSync(join(release(), "SHA256SUMS.asc")), false);
  });

  it("are not made with a key that the caller does not have", () => {
    assert.notEqual(run("bash", script, release(), "nobody@latchd.example").status, 0);
    assert.equal(existsSync(join(release(), "SHA256SUMS.asc")), false);
  });

  it("are not made of a folder without packages", () => {
    assert.equal(run("bash", script, join(folder, "gnupg")).status, 66);
  });
});

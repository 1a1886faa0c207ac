import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { projectRoot } from "../../../support/project-root.ts";

const script = join(projectRoot(), "systemd", "apt-repository.sh");
const example = join(projectRoot(), "systemd", "debian", "examples");
const signer = "packages@latchd.example";

describe("an apt repository", { timeout: 300_000 }, () => {
  let folder = "";
  const env = () => ({ ...process.env, GNUPGHOME: join(folder, "gnupg") });
  const run = (program: string, ...words: readonly string[]) =>
    spawnSync(program, words, { env: env(), encoding: "utf8" });
  const repository = () => join(folder, "apt", "public");
  const make = (...words: readonly string[]) => {
    const places = ["--packages", join(folder, "packages"), "--output", join(folder, "apt")];
    return run("bash", script, ...places, ...words);
  };

  /** A package with the name of ours, and a file with this content. */
  function pack(version: string, content: string): void {
    const tree = join(folder, "tree");
    rmSync(tree, { recursive: true, force: true });
    mkdirSync(join(tree, "DEBIAN"), { recursive: true });
    writeFileSync(join(tree, "content"), content);
    const control = [
      "Package: latchd",
      `Version: ${version}`,
      "Architecture: arm64",
      "Section: net",
      "Priority: optional",
      "Maintainer: nobody <nobody@latchd.example>",
      "Description: Zigbee lock gateway",
    ];
    writeFileSync(join(tree, "DEBIAN/control"), `${control.join("\n")}\n`);
    rmSync(join(folder, "packages"), { recursive: true, force: true });
    mkdirSync(join(folder, "packages"));
    const file = join(folder, "packages", `latchd_${version}_arm64.deb`);
    execFileSync("dpkg-deb", ["--root-owner-group", "--build", tree, file], { stdio: "pipe" });
  }

  /** apt of a machine that knows nothing but the repository and a key. */
  function apt(key: string): { readonly text: string; readonly packages: string } {
    const root = join(folder, "machine");
    rmSync(root, { recursive: true, force: true });
    for (const part of ["etc/apt", "var/lib/apt/lists/partial", "var/cache/apt", "var/lib/dpkg"])
      mkdirSync(join(root, part), { recursive: true });
    writeFileSync(join(root, "var/lib/dpkg/status"), "");
    const sources = readFileSync(join(example, "latchd.sources"), "utf8")
      .replace(/^URIs: .*/m, `URIs: file:${repository()}`)
      .replace(/^Signed-By: .*/m, `Signed-By: ${key}`);
    writeFileSync(join(root, "latchd.sources"), sources);
    const options = [
      `Dir=${root}`,
      `Dir::State::status=${join(root, "var/lib/dpkg/status")}`,
      `Dir::Etc::SourceList=${join(root, "latchd.sources")}`,
      "Dir::Etc::SourceParts=-",
      "APT::Architectures=arm64",
      "APT::Architecture=arm64",
      "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    const { stdout, stderr } = run("apt-get", ...options, "update");
    return {
      text: stdout + stderr,
      packages: run("apt-cache", ...options, "policy", "latchd").stdout,
    };
  }

  before(() => {
    // The sockets of gpg's agent lie in its folder, so the path must be short.
    folder = mkdtempSync(join(tmpdir(), "latchd-apt-"));
    mkdirSync(join(folder, "gnupg"), { mode: 0o700 });
    for (const address of [signer, "stranger@latchd.example"]) {
      const words = ["--batch", "--passphrase", "", "--quick-generate-key", address, "ed25519"];
      execFileSync("gpg", words, { env: env(), stdio: "pipe" });
    }
    pack("1.0.0", "first");
  });
  after(() => {
    spawnSync("gpgconf", ["--kill", "all"], { env: env() });
    rmSync(folder, { recursive: true, force: true });
  });

  it("is not made without a key, with one that the caller does not have, or of no package", () => {
    const unsigned = make();
    assert.equal(unsigned.status, 64);
    assert.match(unsigned.stderr, /name the key that signs/);
    const unknown = make("--key", "nobody@latchd.example");
    assert.equal(unknown.status, 66);
    assert.match(unknown.stderr, /no secret key nobody@latchd\.example/);
    assert.equal(make("--key", signer, "--packages", join(folder, "gnupg")).status, 66);
    assert.equal(existsSync(join(folder, "apt")), false);
  });

  it("is what apt takes a package from, with the sources of the example", () => {
    const made = make("--key", signer);
    assert.equal(made.status, 0, made.stderr);
    const { text, packages } = apt(join(repository(), "latchd.asc"));
    assert.doesNotMatch(text, /^[EW]:/m);
    assert.match(packages, /Candidate: 1\.0\.0/);
  });

  it("has the names by which the example lets unattended-upgrades install from it", () => {
    const release = readFileSync(join(repository(), "dists/stable/Release"), "utf8");
    const settings = readFileSync(join(example, "52unattended-upgrades-latchd"), "utf8");
    const [, pattern = ""] = /Origins-Pattern:: "(.*)"/.exec(settings) ?? [];
    const pairs = pattern.split(",").map((pair) => pair.split("="));
    assert.deepEqual(
      pairs.map(([name]) => name),
      ["origin", "label", "codename"],
    );
    for (const [name = "", value = ""] of pairs)
      assert.match(release, new RegExp(`^${name}: ${value}$`, "im"));
  });

  it("is refused by a machine that knows another key", () => {
    const stranger = join(folder, "stranger.asc");
    const { stdout } = run("gpg", "--armor", "--export", "stranger@latchd.example");
    writeFileSync(stranger, stdout);
    const { text, packages } = apt(stranger);
    assert.match(text, /NO_PUBKEY/);
    assert.doesNotMatch(packages, /Candidate: 1/);
  });

  it("stays as it is when it is made again, and refuses other bytes of the same version", () => {
    const list = () => readdirSync(repository(), { recursive: true, encoding: "utf8" }).sort();
    const before = list();
    assert.equal(make("--key", signer).status, 0);
    assert.deepEqual(list(), before);
    pack("1.0.0", "other");
    const refused = make("--key", signer);
    assert.equal(refused.status, 65, refused.stdout);
    assert.match(refused.stderr, /latchd_1\.0\.0_arm64\.deb was not added/);
  });

  it("has the newest version of each package, and no secret key", () => {
    pack("1.1.0", "second");
    assert.equal(make("--key", signer).status, 0);
    const { packages } = apt(join(repository(), "latchd.asc"));
    assert.match(packages, /Candidate: 1\.1\.0/);
    const files = readdirSync(join(folder, "apt"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(files.filter((file) => file.endsWith(".deb")).length, 1);
    assert.match(readFileSync(join(repository(), "latchd.asc"), "utf8"), /BEGIN PGP PUBLIC KEY/);
    assert.doesNotMatch(readFileSync(join(repository(), "latchd.asc"), "utf8"), /PRIVATE KEY/);
  });

  it("has a help of at most 80 columns", () => {
    const { stdout } = run("bash", script, "--help");
    assert.ok(stdout.length > 0 && stdout.split("\n").every((line) => line.length <= 80));
  });
});

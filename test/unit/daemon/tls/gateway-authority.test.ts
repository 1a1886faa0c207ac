import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Secret } from "../../../../daemon/core/model/secret.ts";
import { createLogger } from "../../../../daemon/process/log.ts";
import { gatewayAuthority } from "../../../../daemon/tls/gateway-authority.ts";
import { issue } from "../../../../daemon/tls/issue.ts";
import type { ServerIdentity } from "../../../../daemon/tls/served-certificate.ts";
import { issuedFor } from "../../../support/rest/test-certificate.ts";

const dayMs = 86_400_000;
const buildMs = Date.UTC(2026, 10, 23);
const startMs = Date.UTC(2027, 0, 10, 12);

describe("certificates by the gateway's own authority", () => {
  let folder: string;
  let directory: string;
  let time: { nowMs: number; isTrusted: boolean };
  let machine: { names: string[]; addresses: string[] };
  let issuedCount: number;
  let logLines: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-authority-"));
    directory = join(folder, "tls");
    time = { nowMs: startMs, isTrusted: true };
    machine = { names: ["gw", "gw.local", "localhost"], addresses: ["127.0.0.1", "192.168.1.20"] };
    issuedCount = 0;
    logLines = [];
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A source as after a start of the daemon. */
  function started(passphrase = "the key of a gateway"): () => Promise<ServerIdentity> {
    return gatewayAuthority({
      directory,
      names: ["Gate.Example", "10.0.0.7"],
      machine: () => machine,
      time: () => time,
      buildMs,
      passphrase: new Secret(passphrase),
      issue: (order) => {
        issuedCount += 1;
        return issue(order);
      },
      log: createLogger("info", { write: (line: string) => void logLines.push(line) }),
    });
  }

  function assertSigned({ cert, authority }: ServerIdentity): X509Certificate {
    const read = new X509Certificate(cert);
    assert.ok(read.verify(new X509Certificate(authority ?? "").publicKey));
    return read;
  }

  it("are made once and kept over a restart", async () => {
    const source = started();
    const first = await source();
    assertSigned(first);
    assert.deepEqual(await source(), first);
    assert.deepEqual(await started()(), first);
    assert.equal(issuedCount, 1);
  });

  it("name the configured hosts, and the machine's names and addresses", async () => {
    const cert = assertSigned(await started()());
    for (const name of ["gate.example", "gw", "gw.local", "localhost"]) {
      assert.equal(cert.checkHost(name), name);
    }
    for (const address of ["10.0.0.7", "192.168.1.20", "127.0.0.1"]) {
      assert.equal(cert.checkIP(address), address);
    }
  });

  it("have private files, and the authority's key is sealed by the gateway's", async () => {
    await started()();
    const files = await readdir(directory);
    assert.deepEqual(files.sort(), ["authority.pem", "server.pem"]);
    for (const file of files) {
      assert.equal((await stat(join(directory, file))).mode & 0o777, 0o600, file);
    }
    const text = await readFile(join(directory, "authority.pem"), "utf8");
    assert.match(text, /BEGIN ENCRYPTED PRIVATE KEY/);
    assert.doesNotMatch(text, /BEGIN PRIVATE KEY/);
  });

  it("are renewed 30 days before their end, by the same authority", async () => {
    const source = started();
    const first = await source();
    const endMs = Date.parse(new X509Certificate(first.cert).validTo);
    time.nowMs = endMs - 30 * dayMs;
    assert.deepEqual(await source(), first);
    time.nowMs += 1;
    const next = await source();
    assert.notEqual(next.cert, first.cert);
    assert.equal(next.authority, first.authority);
    assertSigned(next);
    assert.deepEqual(await started()(), next);
  });

  it("never outlast their authority, which is replaced 30 days before its end", async () => {
    const first = await started()();
    const endMs = Date.parse(new X509Certificate(first.authority ?? "").validTo);
    time.nowMs = endMs - 40 * dayMs;
    const last = await started()();
    assert.equal(last.authority, first.authority);
    assert.equal(Date.parse(new X509Certificate(last.cert).validTo), endMs);
    time.nowMs = endMs - 29 * dayMs;
    const next = await started()();
    assert.notEqual(next.authority, first.authority);
    const cert = assertSigned(next);
    assert.ok(Date.parse(cert.validTo) > time.nowMs + 390 * dayMs);
  });

  it("are renewed when the machine gets another name or IPv4 address, and not when it loses one", async () => {
    const source = started();
    const first = await source();
    machine.addresses = ["127.0.0.1"];
    assert.deepEqual(await source(), first);
    machine.addresses = ["127.0.0.1", "192.168.1.77"];
    const moved = await source();
    assert.equal(assertSigned(moved).checkIP("192.168.1.77"), "192.168.1.77");
    assert.equal(moved.authority, first.authority);
    machine.names = ["hall", "hall.local", "localhost"];
    assert.equal(assertSigned(await source()).checkHost("hall.local"), "hall.local");
    assert.equal(issuedCount, 3);
  });

  it("are not renewed for an IPv6 address, of which a machine may get one every day", async () => {
    const source = started();
    const first = await source();
    machine.addresses.push("2001:db8::17");
    assert.deepEqual(await source(), first);
    time.nowMs += 370 * dayMs;
    assert.equal(assertSigned(await source()).checkIP("2001:db8::17"), "2001:db8::17");
  });

  it("begin at the build of the program if a first start has no trusted time", async () => {
    time = { nowMs: buildMs, isTrusted: false };
    const first = await started()();
    const authority = new X509Certificate(first.authority ?? "");
    assert.equal(Date.parse(authority.validFrom), buildMs);
    assert.equal(Date.parse(assertSigned(first).validFrom), buildMs);
    // Four months later by the first time source: the certificate is still the right one.
    time = { nowMs: buildMs + 120 * dayMs, isTrusted: true };
    assert.deepEqual(await started()(), first);
  });

  it("are made again if a wrong clock put them into the future, once the time is trusted", async () => {
    time = { nowMs: startMs + 3000 * dayMs, isTrusted: false };
    const source = started();
    const wrong = await source();
    assert.ok(Date.parse(new X509Certificate(wrong.cert).validFrom) > startMs);
    time = { nowMs: startMs, isTrusted: false };
    assert.deepEqual(await source(), wrong);
    time.isTrusted = true;
    const right = await source();
    const cert = assertSigned(right);
    assert.ok(Date.parse(cert.validFrom) <= startMs && Date.parse(cert.validTo) > startMs);
    assert.equal(right.authority, wrong.authority);
  });

  for (const [what, file, damage] of [
    ["a damaged certificate", "server.pem", (text: string) => text.slice(0, 200)],
    ["a damaged authority", "authority.pem", (text: string) => text.replace(/[A-Z]{6}/, "AAAAAA")],
    ["an empty authority", "authority.pem", () => ""],
  ] as const) {
    it(`are made again in the place of ${what}`, async () => {
      const first = await started()();
      const path = join(directory, file);
      await writeFile(path, damage(await readFile(path, "utf8")));
      const next = await started()();
      assertSigned(next);
      assert.notEqual(next.cert, first.cert);
      assert.equal(next.authority === first.authority, file === "server.pem");
      assert.match(logLines.join(""), /cannot be used; making another/);
      assert.deepEqual(await started()(), next);
    });
  }

  it("are by another authority if the gateway has another key", async () => {
    const first = await started()();
    const next = await started("another key")();
    assert.notEqual(next.authority, first.authority);
    assertSigned(next);
  });

  it("leave the certificate of an earlier version in use until a person deletes it", async () => {
    const { server } = await issuedFor(["gw.local"]);
    await mkdir(directory);
    await writeFile(join(directory, "cert.pem"), server.cert);
    await writeFile(join(directory, "key.pem"), server.key);
    const source = started();
    assert.deepEqual(await source(), { ...server, authority: null });
    await source();
    const advice = logLines.filter((line) => line.includes("of an earlier version; delete it"));
    assert.equal(advice.length, 1);
    assert.equal(issuedCount, 0);
    await rm(join(directory, "cert.pem"));
    assertSigned(await source());
  });
});

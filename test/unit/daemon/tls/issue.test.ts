import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import type { CertificateOrder } from "../../../../daemon/tls/certificate-order.ts";
import { fingerprintOf } from "../../../../daemon/tls/fingerprint.ts";
import { issue } from "../../../../daemon/tls/issue.ts";
import { issueInProcess } from "../../../../daemon/tls/issuer-process.ts";
import { authorityValidity, serverValidity } from "../../../../daemon/tls/validity.ts";

const run = promisify(execFile);
const dayMs = 86_400_000;
const time = { nowMs: Math.floor(Date.now() / 1000) * 1000, isTrusted: true };
const ofAuthority = authorityValidity(time, 0);
const order: CertificateOrder = {
  authority: { name: "latchd gw 1a2b", ...ofAuthority },
  server: {
    names: ["gw.local", "192.168.1.20", "fd00::1234", "localhost"],
    ...serverValidity(time, ofAuthority),
  },
};
const issued = await issue(order);
const authority = new X509Certificate(issued.authority.cert);
const server = new X509Certificate(issued.server.cert);

function daysOf(cert: X509Certificate): number {
  return (Date.parse(cert.validTo) - Date.parse(cert.validFrom) + 1000) / dayMs;
}

describe("an authority of the gateway", () => {
  it("signs itself, lasts 10 years and has its own key", () => {
    assert.equal(authority.subject, "CN=latchd gw 1a2b");
    assert.equal(authority.ca, true);
    assert.ok(authority.verify(authority.publicKey));
    assert.ok(authority.checkPrivateKey(createPrivateKey(issued.authority.key)));
    assert.equal(daysOf(authority), 3652);
  });

  it("has a name of its own, so that a phone can hold those of many gateways", async () => {
    const other = await issue(order);
    assert.notEqual(fingerprintOf(other.authority.cert), fingerprintOf(issued.authority.cert));
    assert.notEqual(new X509Certificate(other.authority.cert).serialNumber, authority.serialNumber);
  });
});

describe("a certificate of the server", () => {
  it("is signed by the authority, signs nothing and is for servers", () => {
    assert.ok(server.verify(authority.publicKey));
    assert.ok(server.checkIssued(authority));
    assert.ok(server.checkPrivateKey(createPrivateKey(issued.server.key)));
    assert.equal(server.ca, false);
    assert.deepEqual(server.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  });

  it("lasts at most 397 days, and began before now for callers whose clock is behind", () => {
    assert.equal(daysOf(server), 397);
    assert.equal(Date.parse(server.validFrom), time.nowMs - dayMs);
  });

  it("names each host and address that it was made for, and no other", () => {
    assert.equal(server.checkHost("gw.local"), "gw.local");
    assert.equal(server.checkHost("other.local"), undefined);
    assert.equal(server.checkIP("192.168.1.20"), "192.168.1.20");
    assert.equal(server.checkIP("fd00::1234"), "fd00::1234");
    assert.equal(server.checkIP("192.168.1.21"), undefined);
  });

  it("is accepted by OpenSSL under its strictest rules, for this server only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchd-issue-"));
    const [ca, leaf] = [join(folder, "ca.pem"), join(folder, "leaf.pem")];
    await writeFile(ca, issued.authority.cert);
    await writeFile(leaf, issued.server.cert);
    const verify = (name: string) =>
      run("openssl", [
        ...["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name],
        ...["-CAfile", ca, leaf],
      ]);
    assert.match((await verify("gw.local")).stdout, /leaf\.pem: OK/);
    await assert.rejects(verify("other.local"), /hostname mismatch/i);
    await rm(folder, { recursive: true });
  });

  it("is made by an authority that exists already, in another process", async () => {
    const again = await issueInProcess({ ...order, authority: issued.authority });
    assert.deepEqual(again.authority, issued.authority);
    const next = new X509Certificate(again.server.cert);
    assert.ok(next.verify(authority.publicKey));
    assert.notEqual(next.serialNumber, server.serialNumber);
    assert.notEqual(again.server.key, issued.server.key);
  });

  it("is not made from a damaged order, and no key is in the error", async () => {
    const damaged = { cert: "no certificate", key: "the key" };
    await assert.rejects(issueInProcess({ ...order, authority: damaged }), (error: Error) => {
      assert.match(error.message, /^no certificate was made: /);
      assert.doesNotMatch(error.message, /the key/);
      return true;
    });
  });
});

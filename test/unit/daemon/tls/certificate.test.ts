import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fingerprintOf, selfSigned } from "../../../../daemon/tls/certificate.ts";
import { identityOf } from "../../../../daemon/tls/identity.ts";

describe("a generated certificate", () => {
  const names = ["gw.local", "192.168.1.20", "fd00::1234", "localhost"];
  const { cert, key } = selfSigned(names);
  const read = new X509Certificate(cert);

  it("is an X.509 certificate that other programs can read, signed with its own key", () => {
    assert.equal(read.subject, "CN=gw.local");
    assert.equal(read.issuer, read.subject);
    assert.ok(read.verify(read.publicKey));
    assert.ok(read.checkPrivateKey(createPrivateKey(key)));
    assert.equal(read.ca, false);
  });

  it("names each host and address it was made for, and no other", () => {
    assert.equal(read.checkHost("gw.local"), "gw.local");
    assert.equal(read.checkHost("other.local"), undefined);
    assert.equal(read.checkIP("192.168.1.20"), "192.168.1.20");
    assert.equal(read.checkIP("fd00::1234"), "fd00::1234");
    assert.equal(read.checkIP("192.168.1.21"), undefined);
  });

  it("is for servers, and is valid whatever the clock of a new gateway shows", () => {
    assert.deepEqual(read.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(new Date(read.validFrom).getUTCFullYear(), 2020);
    assert.equal(new Date(read.validTo).getUTCFullYear(), 2049);
  });

  it("has the fingerprint that clients show, and differs from every other", () => {
    assert.equal(fingerprintOf(cert), read.fingerprint256);
    const other = new X509Certificate(selfSigned(names).cert);
    assert.notEqual(other.serialNumber, read.serialNumber);
    assert.notEqual(fingerprintOf(cert), other.fingerprint256);
  });

  it("is made once and kept, and only the daemon may read its key", async () => {
    const directory = join(await mkdtemp(join(tmpdir(), "latchd-tls-")), "tls");
    const source = { kind: "generated", directory, names: ["gw.local"] } as const;
    const first = await identityOf(source);
    assert.deepEqual(await identityOf(source), first);
    assert.equal((await stat(join(directory, "key.pem"))).mode & 0o777, 0o600);
    const files = {
      kind: "files",
      certFile: join(directory, "cert.pem"),
      keyFile: join(directory, "key.pem"),
    } as const;
    assert.deepEqual(await identityOf(files), first);
    await rm(join(directory, ".."), { recursive: true });
  });
});

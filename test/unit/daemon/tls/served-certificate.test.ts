import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createLogger } from "../../../../daemon/process/log.ts";
import { certificateFiles } from "../../../../daemon/tls/certificate-files.ts";
import { fingerprintOf } from "../../../../daemon/tls/fingerprint.ts";
import { ServedCertificate } from "../../../../daemon/tls/served-certificate.ts";
import { OneAlarm } from "../../../support/one-alarm.ts";
import { issuedFor } from "../../../support/rest/test-certificate.ts";

describe("a certificate from files that somebody else renews", () => {
  let folder: string;
  let certFile: string;
  let keyFile: string;
  let timers: OneAlarm;
  let logLines: string[];
  let certificate: ServedCertificate;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-files-"));
    [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    await renewFiles();
    timers = new OneAlarm();
    logLines = [];
    certificate = await ServedCertificate.open({
      source: certificateFiles(certFile, keyFile),
      timers,
      log: createLogger("info", { write: (line: string) => void logLines.push(line) }),
    });
  });

  afterEach(async () => {
    certificate.close();
    await rm(folder, { recursive: true });
  });

  async function renewFiles(): Promise<string> {
    const { server } = await issuedFor(["gw.example"]);
    await writeFile(keyFile, server.key);
    await writeFile(certFile, server.cert);
    return server.cert;
  }

  it("has no authority to give away, and its fingerprint is in the log", () => {
    assert.equal(certificate.authority, null);
    const { server, authority } = certificate.fingerprints();
    assert.equal(server, fingerprintOf(certificate.cert));
    assert.equal(authority, null);
    assert.ok(logLines.join("").includes(server));
  });

  it("is replaced when the files change, and only then", async () => {
    let renewals = 0;
    certificate.onRenewal(() => {
      renewals += 1;
    });
    assert.equal(await timers.ring(), 10 * 60_000);
    assert.equal(renewals, 0);
    const cert = await renewFiles();
    await timers.ring();
    assert.deepEqual([renewals, certificate.cert], [1, cert]);
    assert.ok(logLines.at(-1)?.includes(fingerprintOf(cert)));
  });

  it("stays while certificate and key do not belong together, or cannot be read", async () => {
    const before = certificate.cert;
    const { server } = await issuedFor(["gw.example"]);
    await writeFile(certFile, server.cert);
    await timers.ring();
    assert.equal(certificate.cert, before);
    assert.match(logLines.at(-1) ?? "", /is not the one of the certificate/);
    await rm(keyFile);
    await timers.ring();
    assert.equal(certificate.cert, before);
    await writeFile(keyFile, server.key);
    await timers.ring();
    assert.equal(certificate.cert, server.cert);
  });

  it("is not looked after any more once it is closed", () => {
    certificate.close();
    assert.equal(timers.isSet, false);
  });
});

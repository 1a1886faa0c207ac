import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageAddress } from "../../../../daemon/assembly/page-address.ts";

const machine = {
  names: ["gw", "gw.local", "localhost"],
  addresses: ["127.0.0.1", "::1", "192.168.1.20", "fd00::7", "10.8.0.2"],
};
const fingerprints = { server: "AB:CD", authority: "EF:01" };

function urlsOf(host: string, allowedHosts: readonly string[] = []): readonly string[] {
  const api = { host, allowedHosts, publicUrl: undefined };
  return pageAddress({ api, port: 8480, fingerprints, machine }).urls;
}

describe("the address of the page", () => {
  it("is each IPv4 address and the name in .local if the API listens everywhere", () => {
    for (const host of ["0.0.0.0", "::"]) {
      assert.deepEqual(urlsOf(host), [
        "https://192.168.1.20:8480/",
        "https://10.8.0.2:8480/",
        "https://gw.local:8480/",
      ]);
    }
  });

  it("begins with a name that the configuration lists", () => {
    assert.equal(urlsOf("0.0.0.0", ["gate.example"])[0], "https://gate.example:8480/");
  });

  it("begins with the address of a proxy in front of it", () => {
    const api = { host: "127.0.0.1", allowedHosts: [], publicUrl: "https://doors.example" };
    const { urls } = pageAddress({ api, port: 8480, fingerprints: null, machine });
    assert.deepEqual(urls, ["https://doors.example/", "http://localhost:8480/"]);
  });

  it("is the configured host alone if the API listens there only", () => {
    assert.deepEqual(urlsOf("192.168.1.20"), ["https://192.168.1.20:8480/"]);
    assert.deepEqual(urlsOf("fd00::7"), ["https://[fd00::7]:8480/"]);
  });

  it("is localhost on a gateway whose API is not in the network", () => {
    assert.deepEqual(urlsOf("127.0.0.1"), ["https://localhost:8480/"]);
  });

  it("comes with both fingerprints, or with none over plain HTTP", () => {
    const api = { host: "localhost", allowedHosts: [], publicUrl: undefined };
    const { fingerprint, authorityFingerprint } = pageAddress({
      ...{ api, port: 1, fingerprints, machine },
    });
    assert.deepEqual([fingerprint, authorityFingerprint], ["AB:CD", "EF:01"]);
    const plain = pageAddress({ api, port: 8480, fingerprints: null, machine });
    assert.deepEqual(plain, {
      urls: ["http://localhost:8480/"],
      fingerprint: null,
      authorityFingerprint: null,
    });
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OriginCheck } from "../../../../../daemon/api/listener/origin-check.ts";
import { OwnNames } from "../../../../../daemon/api/listener/own-names.ts";

describe("a request's host", () => {
  let own = ["gw", "gw.local", "192.168.1.20", "fd00::7"];
  let nowMs = 0;
  let looks = 0;
  const names = new OwnNames(
    () => {
      looks += 1;
      return own;
    },
    () => nowMs,
  );
  const check = new OriginCheck({
    hosts: ["0.0.0.0", "Gate.Example"],
    scheme: "https",
    publicUrl: null,
    isOwn: (name) => names.has(name),
  });
  const from = (host: string, origin?: string, method = "POST") =>
    check.check(method, { host, ...(origin === undefined ? {} : { origin }) });

  for (const host of [
    "gw",
    "GW.local:8480",
    "192.168.1.20:8480",
    "[fd00::7]:8480",
    "gate.example",
    "localhost:8480",
    "127.0.0.1",
    "127.3.2.1:8480",
    "[::1]:8480",
  ]) {
    it(`is the gateway's if it is ${host}`, () => {
      assert.equal(from(host, `https://${host}`), "ours");
    });
  }

  for (const host of [
    "rebound.example",
    "gw.rebound.example",
    "gw.local.rebound.example",
    "192.168.1.20.nip.io",
    "192.168.1.21",
    "3232235796",
    "0xc0a80114",
    "[::ffff:192.168.1.20]",
    "fd00::7",
    "gw.local.",
    "gw@rebound.example",
    "gw/..",
    "gw:port",
    "",
  ]) {
    it(`is foreign if it is ${JSON.stringify(host)}`, () => {
      assert.equal(from(host, undefined, "GET"), "foreignHost");
    });
  }

  it("does not make another page's origin the gateway's", () => {
    for (const origin of [
      "http://gw",
      "https://gw.local",
      "https://gw:8481",
      "https://rebound.example",
      "null",
      "",
    ]) {
      assert.equal(from("gw", origin), "foreignOrigin", origin);
    }
  });

  it("is compared with the addresses of the moment, which are read once in 5 s", () => {
    nowMs += 5_000;
    const before = looks;
    own = ["10.0.0.9"];
    assert.equal(from("10.0.0.9"), "ours");
    for (let count = 0; count < 100; count += 1) from(`${count}.rebound.example`);
    assert.equal(looks, before + 1);
    own = ["10.0.0.10"];
    assert.equal(from("10.0.0.10"), "foreignHost");
    nowMs += 5_000;
    assert.equal(from("10.0.0.10"), "ours");
    assert.equal(from("192.168.1.20"), "foreignHost");
  });

  it("does not make the gateway read its addresses if it is one that is always right", () => {
    nowMs += 5_000;
    const before = looks;
    for (const host of ["localhost", "127.0.0.1", "gate.example"]) from(host);
    assert.equal(looks, before);
  });
});

describe("a request that comes by a proxy", () => {
  const check = new OriginCheck({
    hosts: [],
    scheme: "http",
    publicUrl: "https://Doors.example:8443/",
    isOwn: () => false,
  });
  const from = (host: string, origin: string) => check.check("POST", { host, origin });

  it("is the gateway's when host and origin are those of the public URL", () => {
    assert.equal(from("doors.example:8443", "https://doors.example:8443"), "ours");
    assert.equal(from("localhost:8480", "http://localhost:8480"), "ours", "without the proxy");
  });

  it("is foreign when its origin has another scheme, port or name", () => {
    for (const origin of [
      "https://doors.example",
      "http://doors.example:8443",
      "https://doors.example:8444",
      "https://evil.example:8443",
      "https://localhost:8480",
    ]) {
      assert.equal(from("doors.example:8443", origin), "foreignOrigin", origin);
      assert.equal(from("localhost:8480", origin), "foreignOrigin", origin);
    }
    assert.equal(from("doors.example", "https://doors.example"), "foreignHost");
  });

  it("must have the proxy's host: the public origin is no leave for another one", () => {
    assert.equal(from("localhost:8480", "https://doors.example:8443"), "foreignOrigin");
  });
});

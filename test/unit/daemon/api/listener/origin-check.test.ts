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
  const check = new OriginCheck(["0.0.0.0", "Gate.Example"], "https", (name) => names.has(name));
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

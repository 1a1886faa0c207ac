import assert from "node:assert/strict";
import { request } from "node:https";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type ConnectionOptions, connect } from "node:tls";
import { sendBytes } from "../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { fixedTls, issuedFor } from "../../../support/rest/test-certificate.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";
import { within } from "../../../support/within.ts";

const issued = await issuedFor(["gw.local", "127.0.0.1"]);
const ca = issued.authority.cert;

describe("the API over TLS", () => {
  let temporary: TemporaryStore;
  let running: RunningApi;

  beforeEach(async () => {
    temporary = await aTemporaryStore();
    running = await runApi(temporary.store, {
      allowedHosts: ["gw.local"],
      tls: fixedTls(issued),
    });
  });

  afterEach(async () => {
    await running.api.close();
    await temporary.remove();
  });

  function health(headers: Readonly<Record<string, string>>, method = "GET"): Promise<number> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: running.tcp.port, ca, headers, method };
      const servername = "gw.local";
      const call = request(
        { ...options, servername, path: "/api/health", agent: false },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      call.on("error", reject);
      call.end();
    });
  }

  it("serves who trusts the gateway's authority", async () => {
    assert.equal(await health({ host: `gw.local:${running.tcp.port}` }), 200);
  });

  it("knows its own pages by https, and others as foreign", async () => {
    const host = `gw.local:${running.tcp.port}`;
    assert.equal(await health({ host, origin: `https://${host}` }, "POST"), 405);
    assert.equal(await health({ host, origin: `http://${host}` }, "POST"), 403);
    assert.equal(await health({ host: "rebound.example" }), 421);
  });

  it("does not answer plain HTTP", async () => {
    const answer = await within(10_000, "the end", () =>
      sendBytes(running.tcp.port, "GET /api/health HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    );
    assert.doesNotMatch(answer, /ErrNo|HTTP\/1.1 200/);
  });

  for (const [what, options] of [
    ["TLS 1.0", { maxVersion: "TLSv1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }],
    ["TLS 1.1", { maxVersion: "TLSv1.1", minVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
    ["a cipher without forward secrecy", { maxVersion: "TLSv1.2", ciphers: "AES128-SHA" }],
  ] as const satisfies readonly (readonly [string, ConnectionOptions])[]) {
    it(`refuses ${what}`, async () => {
      const ended = await within(10_000, "the refusal", () => handshake(running.tcp.port, options));
      assert.match(ended, /alert|protocol|cipher|reset|version/i);
    });
  }

  it("speaks TLS 1.2 and 1.3", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const options = { minVersion: version, maxVersion: version, ca };
      assert.equal(await handshake(running.tcp.port, options), "");
    }
  });
});

/** @returns why there is no connection; empty when there is one. */
function handshake(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, ...options }, () => {
      socket.destroy();
      resolve("");
    });
    socket.on("error", (error) => resolve(error.message));
  });
}

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { afterEach, beforeEach, describe, it } from "node:test";
import { connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { createLogger } from "../../../../../daemon/process/log.ts";
import { issue } from "../../../../../daemon/tls/issue.ts";
import type { ServerIdentity } from "../../../../../daemon/tls/served-certificate.ts";
import { ServedCertificate } from "../../../../../daemon/tls/served-certificate.ts";
import { OneAlarm } from "../../../../support/one-alarm.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { issuedFor } from "../../../../support/rest/test-certificate.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../../support/rigs/temporary-store.ts";
import { within } from "../../../../support/within.ts";

const dayMs = 86_400_000;

describe("the certificate that the API is served with", () => {
  let temporary: TemporaryStore;
  let running: RunningApi;
  let served: ServedCertificate;
  let timers: OneAlarm;
  let next: ServerIdentity;
  let ca: string;

  beforeEach(async () => {
    const issued = await issuedFor(["gw.local", "127.0.0.1"]);
    ca = issued.authority.cert;
    next = { ...issued.server, authority: ca };
    timers = new OneAlarm();
    served = await ServedCertificate.open({
      source: async () => next,
      timers,
      log: createLogger("fatal", { write: () => true }),
    });
    temporary = await aTemporaryStore();
    running = await runApi(temporary.store, { tls: served, ownNames: () => ["gw.local"] });
    // Renewed by the same authority, with a name that the first one did not have.
    const server = {
      names: ["gw.local", "127.0.0.1", "127.0.0.2"],
      fromMs: Date.now() - dayMs,
      untilMs: Date.now() + dayMs,
    };
    const renewed = await issue({ authority: issued.authority, server });
    next = { ...renewed.server, authority: ca };
  });

  afterEach(async () => {
    served.close();
    await running.api.close();
    await temporary.remove();
  });

  /** Connects as a client that trusts the authority and nothing else. */
  async function peerFor(servername: string): Promise<PeerCertificate> {
    const options = { host: "127.0.0.1", port: running.tcp.port, ca, servername };
    return await within(10_000, "a connection", () => {
      return new Promise<PeerCertificate>((resolve, reject) => {
        const socket: TLSSocket = connect(options, () => {
          resolve(socket.getPeerCertificate());
          socket.destroy();
        });
        socket.on("error", reject);
      });
    });
  }

  it("is trusted by its authority, under its own names only", async () => {
    const peer = await peerFor("gw.local");
    assert.equal(peer.fingerprint256, served.fingerprints().server);
    await assert.rejects(peerFor("other.local"), /ERR_TLS_CERT_ALTNAME_INVALID|does not match/);
  });

  it("is replaced for new connections while an old one continues", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    const ports = new Set<number | undefined>();
    const ask = async (): Promise<number> => {
      const options = { host: "127.0.0.1", port: running.tcp.port, path: "/api/health", agent };
      const call = request({ ...options, servername: "gw.local" });
      call.end();
      const [response]: IncomingMessage[] = await once(call, "response");
      ports.add(response?.socket.localPort);
      response?.resume();
      if (response !== undefined) await once(response, "end");
      return response?.statusCode ?? 0;
    };
    assert.equal(await ask(), 200);
    const before = served.fingerprints().server;
    await timers.ring();
    assert.notEqual(served.fingerprints().server, before);
    assert.equal(await ask(), 200);
    assert.equal(ports.size, 1);
    const peer = await peerFor("gw.local");
    assert.equal(peer.fingerprint256, served.fingerprints().server);
    assert.match(peer.subjectaltname ?? "", /127\.0\.0\.2/);
    agent.destroy();
  });

  /** Loads the authority as a phone does that does not trust it yet. */
  async function loadAuthority(
    method = "GET",
  ): Promise<{ response: IncomingMessage; text: string }> {
    const options = { host: "127.0.0.1", port: running.tcp.port, path: "/ca.crt", method };
    const call = request({ ...options, rejectUnauthorized: false, agent: false });
    call.end();
    const [response]: IncomingMessage[] = await once(call, "response");
    if (response === undefined) throw new Error("no response");
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
    return { response, text };
  }

  it("comes with its authority at /ca.crt for everybody, and without its key", async () => {
    const { response, text } = await loadAuthority();
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers["content-type"], "application/x-x509-ca-cert");
    assert.equal(new X509Certificate(text).fingerprint256, served.fingerprints().authority);
    assert.doesNotMatch(text, /KEY/);
    assert.equal((await loadAuthority("HEAD")).text, "");
    assert.equal((await loadAuthority("POST")).response.statusCode, 405);
  });

  it("has no /ca.crt if somebody else signed it", async () => {
    next = { ...next, authority: null };
    await timers.ring();
    const { response, text } = await loadAuthority();
    assert.equal(response.statusCode, 404);
    assert.match(text, /api\.tls: generated/);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { eventStreamLimits } from "../../../../daemon/api/routes/event-stream.ts";
import { aLockId } from "../../../support/records.ts";
import { post } from "../../../support/rest/rest-client.ts";
import { RestGateway } from "../../../support/rest/rest-gateway.ts";
import { runApi } from "../../../support/rest/running-api.ts";
import { aTemporaryStore } from "../../../support/rigs/temporary-store.ts";

/** What the honest client gets at the latest: its token, and a revocation on disk with its lock woken. */
const tokenWithinMs = 2_000;
const revocationWithinMs = 5_000;
/** Times that the honest client comes during each flood. */
const visits = 10;

interface Row {
  readonly flood: string;
  readonly tokens: string;
  readonly slowestTokenMs: number;
  readonly slowestRevocationMs: number;
}

/** Twice the share of one address. */
const manyConnections = 64;

describe("the honest client", () => {
  let gateway: RestGateway;
  let secret: string;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
    await gateway.room.call("add_password", { uuid: aLockId, password: "482915" });
    secret = await gateway.running.addClient("owner", "manager");
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    assert.deepEqual(gateway.room.faults, []);
    await gateway.close();
  });

  const connectionTo = (port: number): Socket => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => undefined).resume();
    sockets.push(socket);
    return socket;
  };

  async function half(bytes: string): Promise<void> {
    const socket = connectionTo(gateway.tcp.port);
    await once(socket, "connect");
    socket.write(bytes);
  }

  /** A token, and a password that is frozen, `visits` times, each between two waves of the flood. */
  async function visitsDuring(flood: string, wave: (visit: number) => Promise<void>) {
    const tokenMs: number[] = [];
    const revocationMs: number[] = [];
    for (let visit = 0; visit < visits; visit += 1) {
      await wave(visit);
      let beganMs = performance.now();
      const pair = { client_id: "owner", client_secret: secret };
      const { body } = await post(gateway.tcp, "/openapi/v1/access_token", pair);
      assert.equal(body.ErrNo, 0, `${flood}: ${body.ErrMsg}`);
      tokenMs.push(performance.now() - beganMs);
      const headers = { authorization: `Bearer ${String(body["access_token"])}` };
      const password = { uuid: aLockId, password_id: 1 };
      await post(gateway.tcp, "/openapi/v1/unfrozen_password", password, headers);
      const woken = gateway.room.woken.length;
      beganMs = performance.now();
      const frozen = await post(gateway.tcp, "/openapi/v1/frozen_password", password, headers);
      assert.equal(frozen.body.ErrNo, 0, `${flood}: ${frozen.body.ErrMsg}`);
      assert.ok(gateway.room.woken.length > woken, "the lock is woken for the revocation");
      revocationMs.push(performance.now() - beganMs);
      gateway.running.clock.nowMs += 3_000;
    }
    const row: Row = {
      flood,
      tokens: `${tokenMs.length} of ${visits}`,
      slowestTokenMs: Math.round(Math.max(...tokenMs)),
      slowestRevocationMs: Math.round(Math.max(...revocationMs)),
    };
    assert.ok(row.slowestTokenMs <= tokenWithinMs, JSON.stringify(row));
    assert.ok(row.slowestRevocationMs <= revocationWithinMs, JSON.stringify(row));
  }

  it("gets every token under 20 wrong secrets a minute for ids that do not exist", async () => {
    await visitsDuring("wrong secrets, unknown ids", async (visit) => {
      for (let count = 0; count < 20; count += 1) {
        const wrong = { client_id: `nobody-${visit}-${count}`, client_secret: "guess" };
        const { body } = await post(gateway.tcp, "/openapi/v1/access_token", wrong);
        assert.ok([101, 16002].includes(body.ErrNo), "rejected");
      }
    });
  });

  it("gets every token under wrong secrets for its own id, from its own address", async () => {
    await visitsDuring("wrong secrets, its own id", async () => {
      const wrong = { client_id: "owner", client_secret: "guess" };
      const guesses = Array.from({ length: 20 }, () =>
        post(gateway.tcp, "/openapi/v1/access_token", wrong),
      );
      for (const { body } of await Promise.all(guesses)) {
        assert.ok([101, 16002].includes(body.ErrNo), "rejected");
      }
    });
  });

  const slowPost =
    "POST /openapi/v1/access_token HTTP/1.1\r\nHost: localhost\r\n" +
    "Content-Type: application/json\r\nContent-Length: 4096\r\n\r\n{";
  for (const [flood, bytes] of [
    ["64 connections without a byte", ""],
    ["64 connections with half a header", "GET /api/health HTTP/1.1\r\nHost: loc"],
    ["64 connections with half a body", slowPost],
    ["64 idle connections after a request", "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ] as const) {
    it(`is served under ${flood}, with a new connection each time`, async () => {
      await visitsDuring(flood, async () => {
        for (let count = 0; count < manyConnections; count += 1) await half(bytes);
      });
    });
  }

  it("is served and can watch while one client holds as many event streams as it can", async () => {
    const headers = await gateway.bearer("technician");
    let taken = 0;
    await visitsDuring("event watchers of one client", async () => {
      for (let count = 0; count < 4; count += 1) {
        const { status } = await watch(headers);
        taken += status === 200 ? 1 : 0;
      }
    });
    assert.equal(taken, eventStreamLimits.maxPerClient);
    assert.equal((await watch(await gateway.bearer("installer"))).status, 200);
  });

  it("is served under wrong secrets and half-open connections at once", async () => {
    await visitsDuring("wrong secrets and half-open", async (visit) => {
      for (let count = 0; count < manyConnections; count += 1) {
        await half("POST / HTTP/1.1\r\n");
      }
      for (const client_id of ["owner", `nobody-${visit}`]) {
        const wrong = { client_id, client_secret: "guess" };
        const { body } = await post(gateway.tcp, "/openapi/v1/access_token", wrong);
        assert.ok([101, 16002].includes(body.ErrNo), "rejected");
      }
    });
  });

  async function watch(headers: Readonly<Record<string, string>>) {
    const outgoing = request({
      ...{ host: "127.0.0.1", port: gateway.tcp.port, path: "/api/events", headers, agent: false },
    });
    outgoing.on("socket", (socket) => void sockets.push(socket));
    outgoing.on("error", () => undefined);
    outgoing.end();
    const [response] = await once(outgoing, "response");
    response.on("error", () => undefined).resume();
    return { status: Number(response.statusCode) };
  }
});

describe("watchers of the events", () => {
  it("leave room for a ninth client, and one client never keeps the gateway out", async () => {
    const temporary = await aTemporaryStore();
    const socketPath = join(mkdtempSync(join(tmpdir(), "latchd-floods-")), "api.sock");
    const running = await runApi(temporary.store, { socket: socketPath });
    const open: ClientRequest[] = [];
    const start = async (target: object, headers: Readonly<Record<string, string>> = {}) => {
      const path = "/api/pairing/events";
      const outgoing = request({ ...target, path, headers, agent: false });
      outgoing.on("error", () => undefined).end();
      open.push(outgoing);
      const [response] = await once(outgoing, "response");
      response.on("error", () => undefined).resume();
      return { status: Number(response.statusCode), ended: closeOf(response) };
    };
    const tcp = { host: "127.0.0.1", port: running.tcp.port };
    const bearerOf = async (client_id: string) => {
      const client_secret = await running.addClient(client_id, "installer");
      const pair = { client_id, client_secret };
      const { body } = await post(running.tcp, "/openapi/v1/access_token", pair);
      return { authorization: `Bearer ${String(body["access_token"])}` };
    };
    const first = await bearerOf("first");
    const stored = [];
    for (let at = 0; at < 8; at += 1) stored.push(await start(tcp, first));
    assert.deepEqual(
      stored.map(({ status }) => status),
      [200, 200, 200, 200, 429, 429, 429, 429],
    );
    // latchctl pair, on the gateway: its places are its own.
    assert.equal((await start({ socketPath })).status, 200);
    for (const name of ["a", "b", "c", "d"]) {
      assert.equal((await start(tcp, await bearerOf(name))).status, 200, name);
    }
    // All eight are taken now: a ninth client takes the oldest place of who has the most.
    assert.equal((await start(tcp, await bearerOf("ninth"))).status, 200);
    await stored[0]?.ended;
    assert.equal(running.pairing.watchers, eventStreamLimits.maxWatchers + 1);
    for (const outgoing of open) outgoing.destroy();
    await running.api.close();
    await temporary.remove();
  });
});

function closeOf(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => response.once("close", () => resolve()));
}

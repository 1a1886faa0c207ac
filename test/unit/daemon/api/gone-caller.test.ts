import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { Type } from "typebox";
import type { Command, CommandContext, Decision } from "../../../../daemon/commands/command.ts";
import { SharedWork } from "../../../../daemon/diagnostics/shared-work.ts";
import { post } from "../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";
import { Gate, within } from "../../../support/within.ts";

const done: Decision = { changes: [], journal: [], result: {}, wake: [] };
const limitMs = 5_000;

describe("the work of a call", { timeout: 60_000 }, () => {
  const begun: AbortSignal[] = [];
  let gate = new Gate();
  const wait: Command = {
    name: "wait",
    summary: "Works until the caller has gone",
    access: "technician",
    isReadOnly: false,
    errors: [],
    input: Type.Object({}),
    output: Type.Object({}),
    run: async ({ signal }: CommandContext) => {
      assert.ok(signal !== undefined, "the call has a signal");
      begun.push(signal);
      await gate.opened;
      return done;
    },
  };
  let temp: TemporaryStore;
  let running: RunningApi;
  let token = "";
  before(async () => {
    temp = await aTemporaryStore();
    running = await runApi(temp.store, { commands: [wait], actions: [wait] });
    const client_secret = await running.addClient("site", "technician");
    const path = "/openapi/v1/access_token";
    const { body } = await post(running.tcp, path, { client_id: "site", client_secret });
    token = String(body["access_token"]);
  });
  after(async () => {
    gate.open();
    await running.api.close();
    await temp.remove();
  });

  const request = (path: string, body: string) =>
    [
      `POST ${path} HTTP/1.1`,
      "host: localhost",
      `authorization: Bearer ${token}`,
      "content-type: application/json",
      `content-length: ${body.length}`,
      "",
      body,
    ].join("\r\n");
  const call = () => request("/openapi/v1/wait", "{}");
  const action = () => request("/api.json", '{"a":"wait"}');

  /** Sends on one connection and waits until all of it is at work. */
  async function atWork(...requests: readonly string[]) {
    begun.length = 0;
    gate = new Gate();
    const socket = connect({ host: "127.0.0.1", port: running.tcp.port });
    socket.on("error", () => undefined);
    socket.write(requests.join(""));
    await within(limitMs, "the work to begin", async () => {
      while (begun.length < requests.length) await new Promise((go) => setTimeout(go, 5));
    });
    return { socket, signals: [...begun] };
  }

  async function areAborted(signals: readonly AbortSignal[]): Promise<void> {
    await within(limitMs, "the end of the work", async () => {
      while (!signals.every(({ aborted }) => aborted)) await new Promise((go) => setTimeout(go, 5));
    });
    gate.open();
  }

  const ways: readonly (readonly [string, (socket: Socket) => void])[] = [
    ["hangs up", (socket) => void socket.destroy()],
    ["resets the connection", (socket) => void socket.resetAndDestroy()],
    ["closes its own side", (socket) => void socket.end()],
  ];
  for (const [how, leave] of ways) {
    it(`ends when a client ${how} in the middle of a call`, async () => {
      const { socket, signals } = await atWork(call());
      leave(socket);
      await areAborted(signals);
    });
  }

  it("ends when a client hangs up in the middle of a lock action", async () => {
    const { socket, signals } = await atWork(action());
    socket.destroy();
    await areAborted(signals);
  });

  it("ends for every call that a client has sent on the connection", async () => {
    const { socket, signals } = await atWork(call(), action(), call());
    socket.destroy();
    await areAborted(signals);
  });

  it("is not ended by the end of a connection after its answer", async () => {
    const { socket, signals } = await atWork(call());
    gate.open();
    await once(socket, "data");
    socket.destroy();
    await once(socket, "close");
    const next = await atWork(call());
    next.socket.destroy();
    await areAborted(next.signals);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false],
    );
  });
});

describe("work that several callers want at a time", () => {
  function aWork() {
    const begun: AbortSignal[] = [];
    const gate = new Gate();
    const work = new SharedWork(async (signal) => {
      begun.push(signal);
      await gate.opened;
      return begun.length;
    });
    return { begun, gate, work };
  }

  it("is done once for all of them, and again for a caller who comes afterwards", async () => {
    const { begun, gate, work } = aWork();
    const results = [work.run(), work.run(), work.run()];
    gate.open();
    assert.deepEqual(await Promise.all(results), [1, 1, 1]);
    assert.equal(await work.run(), 2);
    assert.equal(begun.length, 2);
  });

  it("continues while one of them waits, and ends when the last has gone", async () => {
    const { begun, gate, work } = aWork();
    const callers = [new AbortController(), new AbortController()];
    const results = callers.map(({ signal }) => work.run(signal));
    callers[0]?.abort();
    assert.equal(begun[0]?.aborted, false);
    callers[1]?.abort();
    assert.equal(begun[0]?.aborted, true);
    gate.open();
    await Promise.all(results);
  });
});

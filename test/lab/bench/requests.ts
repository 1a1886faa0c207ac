import { randomBytes, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fastify } from "fastify";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import { commands } from "../../../daemon/commands/table.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { createLogger } from "../../../daemon/process/log.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put, type Store } from "../../../daemon/store/store.ts";
import { aLock, someCapabilities } from "../../support/records.ts";
import { post as postJson } from "../../support/rest/rest-client.ts";
import { runApi } from "../../support/rest/running-api.ts";
import { TestSite } from "../../support/rigs/command-room.ts";
import { aTemporaryStore } from "../../support/rigs/temporary-store.ts";
import { type Figure, type Spread, spreadOf } from "./figures.ts";

const passwords = 100;
const locks = 16;
/** Requests under way at once while the rate is measured. */
const lanes = 16;
const reads = 1_500;
const writes = (locks - 1) * passwords;

/** One exchange; its answer's length in bytes. */
type Send = (at: number) => Promise<number>;

/**
 * REST requests per second and their latency, beside a bare Fastify route that answers as many bytes from
 * memory: what token, checks, store and (for add_password) the synced disk cost. Both sides and the client
 * share one process, one after the other.
 */
export async function measureRequests(): Promise<readonly Figure[]> {
  const gateway = await startOurs();
  try {
    const { port, headers } = gateway;
    const query = `/openapi/v1/fetch_passwords?uuid=${lockId(0)}`;
    const fetching: Send = () => exchange(port, { method: "GET", path: query, headers });
    const adding: Send = (at) => {
      const body = JSON.stringify({
        uuid: lockId(1 + (at % (locks - 1))),
        password: codeOf(passwords + at),
      });
      return exchange(port, { method: "POST", path: "/openapi/v1/add_password", headers, body });
    };
    const bytes = await fetching(0);
    const bare = await startBare("x".repeat(Math.max(0, bytes - 12)));
    try {
      const get: Send = () => exchange(bare.port, { method: "GET", path: "/", headers });
      const bodyLength = JSON.stringify({ uuid: lockId(0), password: codeOf(0) }).length;
      const body = JSON.stringify({ password: "x".repeat(bodyLength - 15) });
      const post: Send = () => exchange(bare.port, { method: "POST", path: "/", headers, body });
      return [
        ...(await compared(`fetch_passwords of ${passwords}`, [fetching, get], reads)),
        ...(await compared("add_password, durable", [adding, post], writes)),
      ];
    } finally {
      await bare.close();
    }
  } finally {
    await gateway.close();
    agent.destroy();
  }
}

interface Served {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** API, commands and store as the daemon has them, without a radio; a manager's token. */
async function startOurs(): Promise<Served> {
  const temporary = await aTemporaryStore();
  const { store } = temporary;
  const nowMs = 1_800_000_000_000;
  const executor = new CommandDispatcher({
    commands,
    store,
    sealer: new CodeVault(new MasterKey(randomBytes(32))),
    site: new TestSite(),
    reading: () => ({ nowMs, state: "synced" }),
    newId: randomUUID,
    wake: () => undefined,
    onFault: (_command, cause) => {
      throw cause;
    },
  });
  const log = createLogger("info", { write: () => true });
  const { addClient, api, tcp } = await runApi(store, { commands, executor, log });
  await furnish(store, executor);
  const client_secret = await addClient("bench", "manager");
  const pair = { client_id: "bench", client_secret };
  const { access_token } = (await postJson(tcp, "/openapi/v1/access_token", pair)).body;
  return {
    port: tcp.port,
    headers: {
      authorization: `Bearer ${String(access_token)}`,
      "content-type": "application/json",
    },
    close: async () => {
      await api.close();
      await temporary.remove();
    },
  };
}

/** Locks with administrator codes; the first holds as many passwords as are read. */
async function furnish(store: Store, executor: CommandDispatcher): Promise<void> {
  const capabilities = someCapabilities({ pinUsers: 250, lastUserId: 249 });
  const caller = { transport: "rest", name: "bench", scope: "manager", origin: "local" } as const;
  const add = (params: object) => executor.execute({ command: "add_password", params, caller });
  for (let at = 0; at < locks; at += 1) {
    const lock = lockId(at);
    const change = put("lock", [lock], aLock({ lock, capabilities }));
    await store.commit({ changes: [change], journal: [] }, { atMs: 0, clock: "synced" });
    await add({ uuid: lock, is_default: 1, password: "999999" });
  }
  for (let at = 1; at < passwords; at += 1) {
    await add({ uuid: lockId(0), password: codeOf(at), name: `tenant ${at}` });
  }
}

function lockId(at: number): LockId {
  return `0x00124b000000${(at + 1).toString(16).padStart(4, "0")}`;
}

function codeOf(at: number): string {
  return String(100_000 + at);
}

async function compared(
  name: string,
  [ours, bare]: readonly [Send, Send],
  count: number,
): Promise<readonly Figure[]> {
  const half = Math.floor(count / 2);
  await paced(bare, 200, 0);
  const bareMs = await paced(bare, half, 0);
  const ourMs = await paced(ours, half, 0);
  const bareRate = await rateOf(bare, count - half, half);
  const ourRate = await rateOf(ours, count - half, half);
  const row = (unit: Figure["unit"], own: Spread, other: Spread): Figure => ({
    name,
    unit,
    ours: own,
    bare: other,
    parts: {},
    target: null,
  });
  return [
    row("ms", spreadOf(ourMs), spreadOf(bareMs)),
    row("1/s", spreadOf([ourRate]), spreadOf([bareRate])),
  ];
}

/** One after the other. @returns ms each */
async function paced(send: Send, count: number, from: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const startMs = performance.now();
    await send(from + at);
    took.push(performance.now() - startMs);
  }
  await sleep(50);
  return took;
}

/** In {@link lanes} at once. @returns requests per second */
async function rateOf(send: Send, count: number, from: number): Promise<number> {
  const startMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await send(from + next);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return count / ((performance.now() - startMs) / 1000);
}

const agent = new Agent({ keepAlive: true, maxSockets: lanes });

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** @throws Error for anything but 200 */
function exchange(port: number, { body, ...rest }: Exchange): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, agent, ...rest }, (response) => {
      let bytes = 0;
      let begin = "";
      response.on("data", (chunk: Buffer) => {
        if (bytes === 0) begin = chunk.subarray(0, 80).toString();
        bytes += chunk.length;
      });
      response.on("end", () => {
        // A refusal has the status 200 as well.
        const isRefused = begin.startsWith('{"ErrNo":') && !begin.startsWith('{"ErrNo":0,');
        if (response.statusCode === 200 && !isRefused) resolve(bytes);
        else reject(new Error(`${rest.path}: HTTP ${response.statusCode} ${begin}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function startBare(text: string): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = fastify({ forceCloseConnections: true });
  server.get("/", () => ({ answer: text }));
  server.post("/", () => ({ ErrNo: 0, ErrMsg: "", id: 1 }));
  await server.listen({ host: "127.0.0.1", port: 0 });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, close: () => server.close() };
}

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Daemon } from "./daemon.ts";
import { bareFigure, type Figure } from "./figures.ts";
import { LineProcess, numberIn } from "./processes/line-process.ts";
import { memoryOf, restMs } from "./start-and-rest.ts";

const tableFile = fileURLToPath(new URL("../../../daemon/page/files.json", import.meta.url));
/** As many as a browser opens. */
const connections = 6;
/** Visits of the phone; a browser keeps all but the first file for the second one. */
const rounds = 2;

/**
 * Measures what the page costs in memory: all of its files, loaded by a phone at once, beside the same daemon after
 * its API answered as many requests: the first one loads the server's code.
 */
export async function measurePageMemory(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "latchd-bench-page-"));
  const house = LineProcess.start("house-process", ["0"]);
  try {
    const reported = await house.next("a house", (fields) => "port" in fields);
    const port = await freePort();
    const configFile = join(folder, "latchd.yaml");
    const config = {
      data_dir: join(folder, "data"),
      stick: { path: `tcp://127.0.0.1:${numberIn(reported, "port")}` },
      api: { port, socket: join(folder, "latchd.sock") },
      log: { level: "info", format: "json" },
    };
    writeFileSync(configFile, JSON.stringify(config));
    const daemon = new Daemon(configFile);
    await daemon.start();
    try {
      return await measured(daemon, port);
    } finally {
      await daemon.stop();
    }
  } finally {
    await house.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(daemon: Daemon, port: number): Promise<Figure[]> {
  const { files }: { files: readonly { readonly url: string }[] } = JSON.parse(
    readFileSync(tableFile, "utf8"),
  );
  const urls = files.map(({ url }) => url);
  await visit(
    port,
    urls.map(() => "/api/health"),
    daemon,
  );
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const restMib = memoryOf(daemon.pid).rssMib;
  const busiestMib = await visit(port, urls, daemon);
  const name = "memory, RSS more while a phone loads the page";
  return [{ ...bareFigure(name, "MiB", [busiestMib - restMib]), parts: { rest: restMib } }];
}

/** @returns the most memory that the daemon had, MiB */
async function visit(port: number, urls: readonly string[], daemon: Daemon): Promise<number> {
  let busiestMib = 0;
  for (let round = 0; round < rounds; round += 1) {
    await loadAll(port, urls);
    busiestMib = Math.max(busiestMib, memoryOf(daemon.pid).rssMib);
  }
  return busiestMib;
}

async function loadAll(port: number, urls: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  try {
    await Promise.all(urls.map((path) => load(port, path, agent)));
  } finally {
    agent.destroy();
  }
}

async function load(port: number, path: string, agent: Agent): Promise<void> {
  const headers = { "accept-encoding": "br, gzip" };
  const call = request({ host: "127.0.0.1", port, path, agent, headers });
  call.end();
  const [response] = await once(call, "response");
  if (response.statusCode !== 200) throw new Error(`${path}: HTTP ${response.statusCode}`);
  response.resume();
  await once(response, "end");
}

async function freePort(): Promise<number> {
  const server = createServer().listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}

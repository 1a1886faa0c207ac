import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Daemon } from "../daemon.ts";
import { bareFigure, type Figure, spreadOf } from "../figures.ts";
import { LineProcess, numberIn } from "../processes/line-process.ts";
import { memoryOf } from "../start-and-rest.ts";
import { Phone } from "./page-phone.ts";

const tableFile = fileURLToPath(new URL("../../../../daemon/page/files.json", import.meta.url));
/** Visits that load as much of the API alone, and then visits that load the page. */
const rounds = 5;
const pauseMs = 1_500;
/** The most that the page may take while it serves, MiB. */
const limitMib = 2;

/**
 * Measures what the page costs in memory: a phone that is signed in over TLS loads all of its files and reads its
 * screens, again and again. Each visit's peak counts, beside the same daemon at rest between visits that ask the API
 * alone as often: the first request loads the server's code, and the first sign-in takes 32 MiB for a moment.
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
      api: { port, socket: join(folder, "latchd.sock"), tls: "generated" },
      log: { level: "info", format: "json" },
    };
    writeFileSync(configFile, JSON.stringify(config));
    const daemon = new Daemon(configFile);
    await daemon.start();
    try {
      const authority = readFileSync(join(config.data_dir, "tls", "authority.pem"), "utf8");
      const { socket: socketPath } = config.api;
      return await measured(daemon, await Phone.setUp({ port, socketPath, ca: certIn(authority) }));
    } finally {
      await daemon.stop();
    }
  } finally {
    await house.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(daemon: Daemon, phone: Phone): Promise<Figure[]> {
  const { files }: { files: readonly { readonly url: string }[] } = JSON.parse(
    readFileSync(tableFile, "utf8"),
  );
  const urls = files.map(({ url }) => url);
  const ofApi = await visits(daemon, () => phone.visit(urls.map(() => "/api/health")));
  const restMib = spreadOf(ofApi.map(({ rest }) => rest)).p50;
  const ofPage = await visits(daemon, () => phone.visit(urls));
  const above = (values: readonly number[]) => values.map((mib) => mib - restMib);
  const parts = { rest: restMib, "API alone": spreadOf(above(ofApi.map(({ peak }) => peak))).p50 };
  const name = "memory, peak RSS more while a phone loads the page";
  const peaks = above(ofPage.map(({ peak }) => peak));
  const after = above(ofPage.slice(-1).map(({ rest }) => rest));
  return [
    { ...bareFigure(name, "MiB", peaks), parts, target: limitMib },
    { ...bareFigure("memory, RSS more after the last visit", "MiB", after), target: limitMib },
  ];
}

interface Visit {
  readonly peak: number;
  /** After a pause. */
  readonly rest: number;
}

/** @returns the memory of each visit, MiB */
async function visits(daemon: Daemon, visit: () => Promise<void>): Promise<readonly Visit[]> {
  const seen: Visit[] = [];
  for (let round = 0; round < rounds; round += 1) {
    forgetPeak(daemon.pid);
    await visit();
    const peak = peakOf(daemon.pid);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    seen.push({ peak, rest: memoryOf(daemon.pid).rssMib });
  }
  return seen;
}

/** Makes the kernel begin its record of the most memory anew (proc(5), clear_refs). */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

function peakOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kib === undefined) throw new Error("the kernel does not tell VmHWM");
  return Number(kib) / 1024;
}

/** Returns the certificate in a file that has its sealed key too. */
function certIn(pem: string): string {
  const found = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (found === undefined) throw new Error("the gateway has no authority");
  return found;
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

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { call } from "../../support/rest/rest-client.ts";
import { DaemonProcess, getOverSocket } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const limitMs = 30_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a daemon whose port or socket another program uses", { timeout: 300_000 }, () => {
  let folder = "";
  let squatter: Server;
  let port = 0;
  let daemon: DaemonProcess | null = null;
  const socket = () => join(folder, "latchd.sock");

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-taken-"));
    squatter = createServer((connection) => connection.destroy());
    squatter.listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const address = squatter.address();
    assert.ok(typeof address === "object" && address !== null);
    port = address.port;
  });
  afterEach(async () => {
    await daemon?.kill();
  });
  after(() => {
    squatter.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(api: object): Promise<DaemonProcess> {
    daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        data_dir: join(folder, "data"),
        stick: { path: join(folder, "no-stick") },
        api,
        log: { format: "json" },
      },
    });
    await daemon.start();
    return daemon;
  }

  async function alarms(): Promise<readonly string[]> {
    const journal = await getOverSocket(socket(), "/api/journal?count=100");
    return JSON.stringify(journal).match(/(apiOfflineAlarm|clearApiOfflineAlarm)/g) ?? [];
  }

  async function apiHealth(): Promise<{ state: string; reason: string }> {
    const health = await getOverSocket(socket(), "/api/health");
    assert.ok(typeof health === "object" && health !== null && "parts" in health);
    return JSON.parse(JSON.stringify(health.parts)).api;
  }

  it("starts without TCP, says so, and listens once the port is free", async () => {
    const running = await start({ host: "127.0.0.1", port, socket: socket() });
    const { state, reason } = await apiHealth();
    assert.equal(state, "degraded");
    assert.match(reason, /^tcp: .*EADDRINUSE/);
    const line = running.logLines.find((each) => each.includes("cannot listen"));
    assert.match(line ?? "", /"listener":"tcp"/);
    assert.deepEqual(await alarms(), ["apiOfflineAlarm"]);
    squatter.close();
    await within(limitMs, "the API to listen", async () => {
      while ((await apiHealth()).state !== "ok") await pause(100);
    });
    assert.equal((await call({ port }, "/api/health")).status, 200);
    assert.deepEqual(await alarms(), ["apiOfflineAlarm", "clearApiOfflineAlarm"]);
  });

  it("starts without the socket if another kind of file is at its path", async () => {
    rmSync(socket(), { force: true });
    writeFileSync(socket(), "");
    const running = await start({ port: 0, host: "127.0.0.1", socket: socket() });
    const line = running.logLines.find((each) => each.includes("cannot listen"));
    assert.match(line ?? "", /"listener":"socket"/);
    assert.match(line ?? "", /is not a socket/);
    rmSync(socket());
  });

  it("starts without TCP if its certificate is invalid", async () => {
    const tls = {
      tls: "files",
      cert_file: join(folder, "no.pem"),
      key_file: join(folder, "no.key"),
    };
    for (const file of [tls.cert_file, tls.key_file]) writeFileSync(file, "no certificate");
    await start({ host: "127.0.0.1", port: 0, socket: socket(), ...tls });
    const { state, reason } = await apiHealth();
    assert.equal(state, "degraded");
    assert.match(reason, /^tcp: ./);
  });

  it("still refuses a second daemon on the same data", async () => {
    await start({ port: false, socket: socket() });
    const second = new DaemonProcess({
      configFile: join(folder, "second.yaml"),
      config: {
        data_dir: join(folder, "data"),
        stick: { path: join(folder, "no-stick") },
        api: { port: false, socket: join(folder, "second.sock") },
        log: { format: "json" },
      },
    });
    await assert.rejects(() => second.start(), /the daemon ended with 75/);
    assert.match(second.logLines.at(-1) ?? "", /already open by process \d+/);
  });

  it("starts again at once after it was killed", async () => {
    const running = await start({ port: false, socket: socket() });
    await running.kill();
    await running.start();
    assert.equal((await apiHealth()).state, "ok");
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import { DaemonProcess, getOverSocket } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const mainFile = fileURLToPath(new URL("../../../daemon/main.js", import.meta.url));

/** Runs the program until it ends by itself. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [mainFile, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    await within(30_000, "the program to end", () => once(child, "close"));
  } finally {
    child.kill("SIGKILL");
  }
  const [out, err] = await output;
  return { code: child.exitCode, out, err };
}

interface Health {
  readonly state: string;
  readonly parts: Readonly<Record<string, { readonly state: string; readonly reason: string }>>;
}

describe("the daemon as a process", { timeout: 300_000 }, () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-process-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const configFile = (name: string, config: object) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, JSON.stringify(config));
    return path;
  };

  it("names every fault of its configuration, exits with 78 and touches nothing", async () => {
    const dataDir = join(folder, "untouched");
    const config = configFile("faulty", {
      data_dir: dataDir,
      stick: { path: "somewhere", baud_rate: "fast" },
      zigbee: { channel: 27 },
    });
    for (const args of [
      ["--config", config],
      ["--config", config, "--check"],
    ]) {
      const { code, err } = await run(args);
      assert.equal(code, 78);
      for (const key of ["stick.path", "stick.baud_rate", "zigbee.channel"]) {
        assert.ok(err.includes(`latchd: ${key}: `), `${key} in ${err}`);
      }
    }
    assert.equal(existsSync(dataDir), false);
  });

  it("reports that a configuration is valid, and its version, and nothing else", async () => {
    const dataDir = join(folder, "checked");
    const config = configFile("right", {
      data_dir: dataDir,
      stick: { path: "tcp://127.0.0.1:1" },
    });
    const checked = await run(["--config", config, "--check"]);
    assert.deepEqual([checked.code, checked.out], [0, "the configuration is right\n"]);
    assert.equal(existsSync(dataDir), false);
    assert.match((await run(["--version"])).out, /^\d+\.\d+\.\d+\n$/);
    assert.equal((await run(["--confg", config])).code, 64);
  });

  it("names the URL of its API as it is served, with https for TLS", async () => {
    const config = {
      data_dir: join(folder, "secured"),
      stick: { path: "tcp://127.0.0.1:1" },
      api: { port: 0, tls: "generated", socket: join(folder, "secured.sock") },
      log: { format: "json" },
    };
    const daemon = new DaemonProcess({ config, configFile: join(folder, "secured.yaml") });
    await daemon.start();
    const ready = daemon.logLines.find((line) => line.includes('"msg":"ready"')) ?? "";
    const { url } = JSON.parse(ready);
    await daemon.stop();
    assert.match(String(url), /^https:\/\/127\.0\.0\.1:\d+$/);
  });

  describe("without a stick", () => {
    const house = new SimulatedHouse();
    let daemon: DaemonProcess;
    let config: { data_dir: string; api: object; stick: object; log: object };
    const socket = () => join(folder, "one.sock");

    async function health(): Promise<Health> {
      const answer: unknown = await getOverSocket(socket(), "/api/health");
      assert.ok(typeof answer === "object" && answer !== null);
      return answer as Health;
    }

    before(async () => {
      house.open();
      const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
      await house.stick.unplug();
      config = {
        data_dir: join(folder, "one"),
        stick: { path: `tcp://127.0.0.1:${port}` },
        api: { port: false, socket: socket() },
        log: { level: "debug", format: "json" },
      };
      daemon = new DaemonProcess({ config, configFile: join(folder, "one.yaml") });
      await daemon.start();
    });
    after(async () => {
      await daemon.kill();
      await house.close();
    });

    it("answers requests, and reports what is missing", async () => {
      const { parts } = await health();
      assert.equal(parts["store"]?.state, "ok");
      assert.notEqual(parts["stick"]?.state, "ok");
      const locks: unknown = await getOverSocket(socket(), "/openapi/v1/list_locks");
      assert.deepEqual(locks, { ErrNo: 0, ErrMsg: "", locks: [], found: [] });
      const center = await getOverSocket(socket(), "/openapi/v1/get_lock_info?uuid=5");
      assert.ok(typeof center === "object" && center !== null && "ErrNo" in center);
      assert.equal(center.ErrNo, 14001);
    });

    it("lets no second daemon use its store, and continues undisturbed", async () => {
      const other = { ...config, api: { port: false, socket: join(folder, "two.sock") } };
      assert.equal((await run(["--config", configFile("two", other)])).code, 75);
      assert.equal((await health()).parts["store"]?.state, "ok");
    });

    it("keeps its socket if a daemon on other data is configured with the same one", async () => {
      const same = { ...config, data_dir: join(folder, "two"), stick: { path: "/no/stick" } };
      const second = new DaemonProcess({ config: same, configFile: join(folder, "three.yaml") });
      await second.start();
      const line = second.logLines.find((each) => each.includes("is served by another process"));
      assert.match(line ?? "", /"listener":"socket"/);
      assert.equal(await second.stop(), 0);
      assert.equal((await health()).parts["store"]?.state, "ok");
    });

    it("comes online by itself when the stick appears", async () => {
      await house.stick.plugIn();
      await within(60_000, "the stick to be found", async () => {
        while ((await health()).parts["network"]?.state !== "ok") {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      });
    });

    it("ends on SIGTERM within 5 s with exit code 0, and starts again on the same data", async () => {
      const beganMs = performance.now();
      assert.equal(await daemon.stop(), 0);
      assert.ok(performance.now() - beganMs < 5_500, "within 5 s");
      assert.equal(existsSync(socket()), false, "its socket is gone");
      await daemon.start();
      assert.equal((await health()).parts["store"]?.state, "ok");
      assert.equal(await daemon.stop(), 0);
    });
  });
});

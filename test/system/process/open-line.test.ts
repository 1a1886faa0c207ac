import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { TestBroker } from "../../support/cloud/broker.ts";
import { DaemonProcess, getOverSocket } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const daemonFile = fileURLToPath(new URL("../../../daemon/main.js", import.meta.url));
const latchctlFile = fileURLToPath(new URL("../../../daemon/cli/main.js", import.meta.url));
const unsigned = /commands are not signed: whoever may publish at the broker can open the locks/;
const readable = /codes are readable for everybody who may read at the broker/;

describe("a cloud connection without protection", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "latchd-open-line-"));
  const socket = join(folder, "data", "latchd.sock");
  const configFile = join(folder, "latchd.yaml");
  let broker: TestBroker;
  let daemon: DaemonProcess;

  before(async () => {
    broker = await TestBroker.start();
    daemon = new DaemonProcess({
      configFile,
      config: {
        gateway: { id: "gw-1" },
        data_dir: join(folder, "data"),
        stick: { path: "tcp://127.0.0.1:1" },
        cloud: { url: broker.url, protocol: "3.1.1" },
        api: { port: false },
        log: { format: "json" },
      },
    });
    await daemon.start();
  });
  after(async () => {
    await daemon.kill();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(file: string, args: readonly string[]): string {
    const { stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
    return `${stdout}${stderr}`;
  }

  /** The part `cloud` of the health report, once the link is up. */
  async function cloudHealth(): Promise<string> {
    let text = "";
    await within(30_000, "the link", async () => {
      while (!text.includes("not protected")) {
        text = JSON.stringify(await getOverSocket(socket, "/api/health"));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    return text;
  }

  it("causes a warning of latchd --check", () => {
    const text = run(daemonFile, ["--config", configFile, "--check"]);
    assert.match(text, unsigned);
    assert.match(text, readable);
  });

  it("causes a warning in the log of every start", () => {
    const warnings = daemon.logLines.filter((line) => line.includes("is not protected"));
    assert.match(warnings.join("\n"), unsigned);
    assert.match(warnings.join("\n"), readable);
  });

  it("is named in the health report, which stays ok", async () => {
    const text = await cloudHealth();
    assert.match(text, unsigned);
    assert.match(text, readable);
  });

  it("causes a warning of latchctl doctor, with its remedy", async () => {
    await cloudHealth();
    const text = run(latchctlFile, ["--socket", socket, "doctor"]).replaceAll(/\s+/g, " ");
    assert.match(text, unsigned);
    assert.match(text, /latchctl keys make FOLDER/);
  });
});

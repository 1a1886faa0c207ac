import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

describe("the daemon and its signals", () => {
  let folder = "";
  let daemon: DaemonProcess;
  const configFile = () => join(folder, "latchd.yaml");
  const config = (level: string) => ({
    data_dir: join(folder, "data"),
    stick: { path: "tcp://127.0.0.1:1" },
    api: { socket: join(folder, "latchd.sock"), port: false },
    log: { level, format: "json" },
  });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-signals-"));
    daemon = new DaemonProcess({ config: config("info"), configFile: configFile() });
    await daemon.start();
  });
  after(async () => {
    await daemon.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function logged(text: string, from: number): Promise<void> {
    await within(20_000, `"${text}" in the log`, async () => {
      while (!daemon.logLines.slice(from).some((line) => line.includes(text))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  }

  function signal(name: NodeJS.Signals): void {
    assert.ok(daemon.pid !== undefined);
    process.kill(daemon.pid, name);
  }

  it("SIGHUP changes the log level of every part, without a restart", async () => {
    writeFileSync(configFile(), JSON.stringify(config("debug")));
    const from = daemon.logLines.length;
    signal("SIGHUP");
    await logged("the log's level was taken over", from);
  });

  it("SIGHUP with a wrong configuration changes nothing and says so", async () => {
    writeFileSync(configFile(), "stick: 5");
    const from = daemon.logLines.length;
    signal("SIGHUP");
    await logged("the configuration is wrong and was not taken over", from);
  });

  it("SIGUSR1 opens no debugger", async () => {
    const from = daemon.logLines.length;
    signal("SIGUSR1");
    signal("SIGHUP");
    await logged("was not taken over", from);
    assert.equal(
      daemon.logLines.some((line) => line.includes("Debugger listening")),
      false,
    );
  });

  it("SIGTERM ends it with exit code 0, SIGKILL loses nothing, and it starts again", async () => {
    writeFileSync(configFile(), JSON.stringify(config("info")));
    assert.equal(await daemon.stop(), 0);
    await daemon.start();
    await daemon.kill();
    await daemon.start();
  });

  it("a store that lost a file is rebuilt from the rest, and stays the same gateway's", async () => {
    const gatewayOf = (lines: readonly string[]) =>
      /"gateway":"([^"]+)"/.exec(
        lines.findLast((line) => line.includes('"msg":"ready"')) ?? "",
      )?.[1];
    const before = gatewayOf(daemon.logLines);
    assert.ok(before !== undefined);
    await daemon.kill();
    rmSync(join(folder, "data", "store", "level", "CURRENT"));
    const from = daemon.logLines.length;
    await daemon.start();
    assert.ok(daemon.logLines.slice(from).some((line) => line.includes("the store was rebuilt")));
    assert.equal(gatewayOf(daemon.logLines.slice(from)), before);
    assert.ok(existsSync(join(folder, "data", "store", "damaged-1", "level")));
  });
});

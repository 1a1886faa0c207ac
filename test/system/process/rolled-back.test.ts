import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DaemonProcess, getOverSocket } from "../../support/rigs/daemon-process.ts";

describe("a daemon that runs because a later version did not work", { timeout: 300_000 }, () => {
  let folder = "";
  let daemon: DaemonProcess;
  const data = () => join(folder, "data");
  const mark = () => join(data(), "rolled-back.json");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-rolled-"));
    mkdirSync(data(), { mode: 0o700 });
    daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        data_dir: data(),
        stick: { path: join(folder, "no-stick") },
        api: { port: 0, socket: join(folder, "latchd.sock") },
        log: { format: "json" },
      },
    });
  });
  afterEach(async () => {
    await daemon.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function read(path: string): Promise<string> {
    return JSON.stringify(await getOverSocket(join(folder, "latchd.sock"), path));
  }
  const reported = async () => (await read("/api/journal?count=100")).match(/upgradeRolledBack/g);
  const note = (failed: string, at: number) =>
    writeFileSync(mark(), JSON.stringify({ failed, version: "0.1.0", reason: "stick", at }));

  it("reports each roll-back once, however often it starts, and the doctor shows it until it is over", async () => {
    note("0.2.0", 1_796_000_000);
    await daemon.start();
    const finding =
      "version 0.2.0 was installed on 2026-11-30 and did not work: version 0.1.0 runs";
    assert.ok((await read("/api/doctor")).includes(finding));
    assert.equal((await reported())?.length, 1);
    assert.match(await read("/api/journal?count=100"), /"failed":"0.2.0".*"reason":"stick"/);
    await daemon.kill();
    await daemon.start();
    assert.equal((await reported())?.length, 1);
    await daemon.kill();
    note("0.2.1", 1_796_100_000);
    await daemon.start();
    assert.equal((await reported())?.length, 2);
    rmSync(mark());
    assert.doesNotMatch(await read("/api/doctor"), /did not work/);
  });

  it("starts with a mark that cannot be read, and reports nothing", async () => {
    writeFileSync(mark(), '{"failed":"0.2.0","version":"0.1.0","reason":"whatever","at":1}');
    await daemon.start();
    assert.equal(await reported(), null);
  });
});

import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";

const isRoot = process.geteuid?.() === 0;

describe("a daemon whose files others can reach", { timeout: 300_000 }, () => {
  let folder = "";
  let daemon: DaemonProcess;
  const data = () => join(folder, "data");
  const key = () => join(data(), "keys", "master.key");

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-exposed-"));
    daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        data_dir: data(),
        stick: { path: join(folder, "no-stick") },
        api: { port: false, socket: join(folder, "latchd.sock") },
        log: { format: "json" },
      },
    });
    await daemon.start();
    await daemon.stop();
  });
  afterEach(async () => {
    await daemon.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  async function refused(reason: RegExp): Promise<void> {
    await assert.rejects(() => daemon.start(), /the daemon ended with 65/);
    assert.match(daemon.logLines.at(-1) ?? "", reason);
  }

  it("ends with 65, and names the command that helps, if others can write to the data folder", async () => {
    for (const mode of [0o777, 0o770, 0o702]) {
      chmodSync(data(), mode);
      await refused(/others can write there.*chmod 0700/);
    }
  });

  it("removes the right of others to read the data folder, and says so", async () => {
    chmodSync(data(), 0o755);
    await daemon.start();
    assert.equal(statSync(data()).mode & 0o777, 0o700);
    assert.ok(daemon.logLines.some((line) => line.includes("could look into the data folder")));
  });

  it("ends with 65 if others can read the master key", async () => {
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(key(), mode);
      await refused(/master\.key has mode 06\d\d; it must be 0600/);
    }
  });

  it("ends with 65 if others can replace the master key", async () => {
    chmodSync(join(data(), "keys"), 0o733);
    await refused(/keys has mode 0733: others can write there/);
  });

  it("ends with 65 if another user owns the data folder or the master key", async (test) => {
    if (!isRoot) return test.diagnostic("only root can give a file away");
    chownSync(key(), 65_534, 65_534);
    await refused(/master\.key belongs to user 65534/);
    chownSync(key(), 0, 0);
    chownSync(data(), 65_534, 65_534);
    return await refused(/data belongs to user 65534/);
  });

  it("creates its folders and files for itself alone, with any umask", async () => {
    rmSync(data(), { recursive: true });
    const mask = process.umask(0);
    try {
      await daemon.start();
    } finally {
      process.umask(mask);
    }
    for (const path of [data(), join(data(), "store"), join(data(), "keys"), key()]) {
      assert.equal(statSync(path).mode & 0o077, 0, path);
    }
  });
});

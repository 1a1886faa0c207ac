import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

/** A line to a stick that never answers. It counts the connections. */
class SilentLine {
  readonly #server: Server = createServer((socket) => {
    this.opened += 1;
    socket.on("error", () => undefined).resume();
  });
  opened = 0;

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `tcp://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.#server.close();
  }
}

describe("a daemon whose store cannot be opened", { timeout: 300_000 }, () => {
  const line = new SilentLine();
  let folder = "";
  let daemon: DaemonProcess;
  const zigbeeFiles = () => readdirSync(join(folder, "data", "zigbee"), { recursive: true }).sort();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-failed-"));
    const config = {
      data_dir: join(folder, "data"),
      stick: { path: await line.listen() },
      api: { port: false, socket: join(folder, "latchd.sock") },
      log: { format: "json" },
    };
    daemon = new DaemonProcess({ config, configFile: join(folder, "latchd.yaml") });
    await daemon.start();
    await within(30_000, "the stick to be looked for", async () => {
      while (line.opened === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    await daemon.kill();
  });
  after(() => {
    line.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends with 65 and says why, without opening the stick or changing a file of the network", async () => {
    const key = join(folder, "data", "keys", "master.key");
    renameSync(key, `${key}.gone`);
    const { opened } = line;
    const files = zigbeeFiles();
    await assert.rejects(() => daemon.start(), /the daemon ended with 65/);
    assert.match(daemon.logLines.at(-1) ?? "", /"msg":"latchd cannot start"/);
    assert.equal(line.opened, opened);
    assert.deepEqual(zigbeeFiles(), files);
    renameSync(`${key}.gone`, key);
  });

  it("does not open the stick either if the store is another gateway's", async () => {
    const key = join(folder, "data", "keys", "master.key");
    const right = readFileSync(key);
    const { opened } = line;
    rmSync(key);
    const { createMasterKey } = await import("../../../daemon/store/secrets/master-key.ts");
    await createMasterKey(key);
    assert.notDeepEqual(readFileSync(key), right);
    await assert.rejects(() => daemon.start(), /the daemon ended with 65/);
    assert.match(daemon.logLines.at(-1) ?? "", /another master key/);
    assert.equal(line.opened, opened);
  });
});

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Cloud } from "../support/cloud.ts";
import { DaemonProcess } from "../support/daemon-process.ts";
import { Mosquitto } from "../support/mosquitto.ts";

const gatewayId = "gw-1";
const limitMs = 60_000;

describe("a second daemon on a copied card, at mosquitto with the first", {
  timeout: 240_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "latchd-shared-id-"));
  let broker: Mosquitto;
  let cloud: Cloud;
  let first: DaemonProcess;
  let copied: DaemonProcess;

  function daemonIn(name: string): DaemonProcess {
    return new DaemonProcess({
      configFile: join(folder, `${name}.yaml`),
      config: {
        gateway: { id: gatewayId },
        data_dir: join(folder, name),
        stick: { path: "tcp://127.0.0.1:1" },
        cloud: { url: broker.url, protocol: "3.1.1", reconnect: { min_ms: 100, max_ms: 2_000 } },
        api: { port: false },
        clock: { trust: "system" },
        log: { format: "json" },
      },
    });
  }

  before(async () => {
    broker = await Mosquitto.start();
    cloud = await Cloud.connect({ url: broker.url });
    first = daemonIn("first");
    copied = daemonIn("copied");
    await first.start();
    await cloud.online(gatewayId);
    await cloud.command(gatewayId, "list_locks", {});
    await first.stop();
    cpSync(join(folder, "first"), join(folder, "copied"), { recursive: true });
    await first.start();
    await cloud.command(gatewayId, "list_locks", {});
  });
  after(async () => {
    await first.kill();
    await copied.kill();
    await cloud.close();
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("begins a new epoch on the copied card before it sends a record", async () => {
    const { epoch, head } = cloud.gateway(gatewayId);
    await copied.start();
    assert.equal(await copied.ended(limitMs), 70);
    const view = cloud.gateway(gatewayId);
    assert.deepEqual([view.epoch, view.head >= head, view.isWhole], [epoch, true, true]);
  });
});

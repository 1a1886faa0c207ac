import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";
import { DaemonProcess } from "../../../support/rigs/daemon-process.ts";
import { within } from "../../../support/within.ts";

const gatewayId = "gw-1";
const limitMs = 60_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function daemonAt(broker: Mosquitto, folder: string, name: string): DaemonProcess {
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

describe("a second daemon on a copied card, at mosquitto with the first", {
  timeout: 300_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "latchd-shared-id-"));
  let broker: Mosquitto;
  let cloud: Cloud;
  let first: DaemonProcess;
  let copied: DaemonProcess;

  before(async () => {
    broker = await Mosquitto.start();
    cloud = await Cloud.connect({ url: broker.url });
    first = daemonAt(broker, folder, "first");
    copied = daemonAt(broker, folder, "copied");
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

describe("two gateways with one id and keys of their own, at mosquitto", {
  timeout: 300_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "latchd-same-id-"));
  const daemons: DaemonProcess[] = [];
  let broker: Mosquitto;

  before(async () => {
    broker = await Mosquitto.start();
    for (const name of ["one", "other"]) {
      daemons.push(daemonAt(broker, folder, name));
    }
  });
  after(async () => {
    for (const daemon of daemons) await daemon.kill();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are not named while only one of them repeatedly loses its connection", async () => {
    const [one] = daemons;
    assert.ok(one !== undefined);
    await one.start();
    for (let round = 0; round < 4; round += 1) {
      const links = () => one.logLines.filter((line) => line.includes("cloud link up")).length;
      const before = links();
      await broker.restart();
      await within(limitMs, "the link again", async () => {
        while (links() === before) await pause(20);
      });
    }
    assert.equal(isNamed(one), false);
  });

  it("are both named in an alarm", async () => {
    const [one, other] = daemons;
    assert.ok(one !== undefined && other !== undefined);
    await other.start();
    await bothNamed(one, other);
  });
});

function isNamed({ logLines }: DaemonProcess): boolean {
  return logLines.some((line) => line.includes("another gateway uses this id"));
}

async function bothNamed(...daemons: readonly DaemonProcess[]): Promise<void> {
  await within(limitMs, "both to be named", async () => {
    while (!daemons.every(isNamed)) await pause(50);
  });
}

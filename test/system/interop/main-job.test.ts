import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";

const gatewayId = "gateway-interop";

/** The whole daemon, a real mosquitto, and the stick on the kind of line that is named. */
function mainJob(protocol: "5" | "3.1.1", line: "tcp" | "pty"): void {
  describe(`the daemon with mosquitto over MQTT ${protocol}, its stick on ${line}`, () => {
    let folder = "";
    let house: SimulatedHouse;
    let lock: VirtualLock;
    let mosquitto: Mosquitto;
    let cloud: Cloud;
    let daemon: DaemonProcess;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "latchd-interop-"));
      house = new SimulatedHouse();
      house.open();
      lock = house.addLock({ profile: "LATCH-ZCL-1" });
      const stickPath = await openLine(house, folder, line);
      mosquitto = await Mosquitto.start();
      cloud = await Cloud.connect({
        url: mosquitto.url,
        protocol: protocol === "5" ? 5 : 4,
        fillsGaps: true,
      });
      daemon = new DaemonProcess({
        configFile: join(folder, "latchd.yaml"),
        config: {
          gateway: { id: gatewayId },
          data_dir: join(folder, "data"),
          stick: { path: stickPath },
          cloud: {
            url: mosquitto.url,
            protocol,
            reconnect: { min_ms: 100, max_ms: 500, first_max_ms: 100 },
          },
          api: { port: false },
        },
      });
      await daemon.start();
    });

    after(async () => {
      await daemon.stop();
      await cloud.close();
      await mosquitto.stop();
      await house.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("pairs a lock, opens the door inside a window only, and keeps its record through a restart of the broker", async () => {
      await cloud.online(gatewayId);
      await joiningPermitted(cloud, daemon);
      await cloud.event(gatewayId, "lockPaired", () => true, 60_000);
      const uuid = `0x${lock.ieee}`;
      const administrator = { uuid, is_default: 1, password: "908172" };
      const first = await cloud.command(gatewayId, "add_password", administrator);
      assert.equal(first.ErrNo, 0, first.ErrMsg);
      await cloud.event(gatewayId, "pwdOperation", ({ seq }) => seq > first.seq);
      const endS = Math.floor(Date.now() / 1000) + 4;
      const guest = { uuid, password: "417263", name: "guest", permission_end: endS };
      const second = await cloud.command(gatewayId, "add_password", guest);
      assert.equal(second.ErrNo, 0, second.ErrMsg);
      await cloud.event(gatewayId, "pwdOperation", ({ seq }) => seq > second.seq);
      assert.equal(lock.keypad("417263"), "opened");
      const opened = await cloud.event(gatewayId, "lockerOpenAlarm");
      assert.equal(opened.detail?.["source_name"], "guest");
      await mosquitto.kill();
      lock.turnKnob("lock");
      assert.equal(lock.keypad("417263"), "opened");
      lock.turnKnob("lock");
      await until(() => lock.storedUser(2) === null);
      assert.ok(Date.now() >= endS * 1000, "the code went before its window was over");
      assert.equal(lock.keypad("417263"), "refused");
      await mosquitto.restart();
      await cloud.event(gatewayId, "lockerOpenAlarm", ({ seq }) => seq > opened.seq, 20_000);
      const view = cloud.gateway(gatewayId);
      assert.ok(view.isWhole);
      assert.equal(view.lateArrivals, 0);
      assert.equal(view.epochs.length, 1);
    });
  });
}

async function openLine(
  house: SimulatedHouse,
  folder: string,
  line: "tcp" | "pty",
): Promise<string> {
  if (line === "tcp") {
    const { host, port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    return `tcp://${host}:${port}`;
  }
  const path = join(folder, "tty");
  await house.stick.listenPty(path);
  return path;
}

/** The radio comes up after the cloud link: until then the command is refused. */
async function joiningPermitted(cloud: Cloud, daemon: DaemonProcess): Promise<void> {
  const refusals = new Set<number>();
  for (let tries = 0; tries < 100; tries += 1) {
    const { ErrNo } = await cloud.command(gatewayId, "permit_join", { seconds: 60 });
    if (ErrNo === 0) return;
    refusals.add(ErrNo);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const log = daemon.logLines.slice(-20).join("\n");
  assert.fail(`joining was never permitted: ${[...refusals].join(", ")}\n${log}`);
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 15_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

mainJob("5", "pty");
mainJob("3.1.1", "tcp");

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { Cloud, type CloudEvent } from "../../support/cloud/cloud.ts";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const gatewayId = "gateway-stick";
const deadlineMs = 100_000;

/**
 * Runs the whole daemon with its stick on a pseudo terminal, like on a USB port. The test never
 * restarts it.
 */
describe("the daemon with a stick in trouble", { timeout: 600_000 }, () => {
  let folder = "";
  let house: SimulatedHouse;
  let lock: VirtualLock;
  let mosquitto: Mosquitto;
  let cloud: Cloud;
  let daemon: DaemonProcess;
  let pid: number | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-stick-"));
    house = new SimulatedHouse();
    house.open();
    lock = house.addLock({ profile: "LATCH-ZCL-1" });
    await house.stick.listenPty(join(folder, "tty"));
    mosquitto = await Mosquitto.start();
    cloud = await Cloud.connect({ url: mosquitto.url, protocol: 5, fillsGaps: true });
    daemon = new DaemonProcess({
      configFile: join(folder, "latchd.yaml"),
      config: {
        passwords: { refuse_trivial: false },
        gateway: { id: gatewayId },
        data_dir: join(folder, "data"),
        stick: { path: join(folder, "tty") },
        cloud: { url: mosquitto.url, reconnect: { min_ms: 100, max_ms: 500, first_max_ms: 100 } },
        api: { port: false },
      },
    });
    await daemon.start();
    pid = daemon.pid;
    await cloud.online(gatewayId);
    for (let ErrNo = -1; ErrNo !== 0; ) {
      ({ ErrNo } = await cloud.command(gatewayId, "permit_join", { seconds: 60 }));
      if (ErrNo !== 0) await pause();
    }
    await cloud.event(gatewayId, "lockPaired", () => true, deadlineMs);
    await confirmed("add_password", { is_default: 1, password: "908172" });
  });

  after(async () => {
    await daemon.stop();
    await cloud.close();
    await mosquitto.stop();
    await house.close();
    await rm(folder, { recursive: true, force: true });
  });

  const head = () => cloud.gateway(gatewayId).head;
  async function next(
    name: string,
    from: number,
    isIt: (event: CloudEvent) => boolean = () => true,
  ): Promise<CloudEvent> {
    try {
      const isNext = (event: CloudEvent) => event.seq > from && isIt(event);
      return await cloud.event(gatewayId, name, isNext, deadlineMs);
    } catch (cause) {
      throw new Error(
        `${name}; the daemon's last words: ${daemon.logLines.slice(-30).join("\n")}`,
        {
          cause,
        },
      );
    }
  }

  async function accepted(command: string, params: object): Promise<number> {
    const uuid = `0x${lock.ieee}`;
    const reply = await cloud.command(gatewayId, command, { uuid, ...params });
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    return reply.seq;
  }

  /** Sends a command and returns the event with its result at the lock. */
  async function confirmed(command: string, params: object): Promise<CloudEvent> {
    const seq = await accepted(command, params);
    return await next("pwdOperation", seq);
  }

  /** Locks the door first, then unlocks it. */
  function tryCode(code: string): string {
    lock.turnKnob("lock");
    return lock.keypad(code);
  }

  it("stays up when the stick is pulled out during a command, and revokes first when it is back", async () => {
    await confirmed("add_password", { password: "111111" });
    const from = head();
    lock.goOutOfRange();
    const revoked = await accepted("delete_password", { password_id: 1 });
    await pause();
    await house.stick.unplug();
    await next("stickOfflineAlarm", from);
    await accepted("add_password", { password: "222222" });
    const acts: string[] = [];
    lock.onAct(({ act }) => acts.push(act));
    lock.comeBack();
    await house.stick.plugIn();
    await next("clearStickOfflineAlarm", from);
    await next("pwdOperation", revoked, ({ detail }) => detail?.["operation"] === 1);
    assert.deepEqual(
      acts.filter((act) => act === "deleted" || act === "programmed"),
      ["deleted", "programmed"],
    );
    assert.deepEqual([tryCode("111111"), tryCode("222222")], ["refused", "opened"]);
  });

  it("keeps the network and its locks when the stick is swapped for a blank one", async () => {
    await confirmed("add_password", { password: "333333" });
    const from = head();
    const backup = join(folder, "data", "zigbee", "coordinator_backup.json");
    await until("the lock's key in the backup of the stick", async () =>
      readFileSync(backup, "utf8").includes(lock.ieee),
    );
    await house.stick.unplug();
    await next("stickOfflineAlarm", from);
    const revoked = await accepted("delete_password", { password_id: 2 });
    house.stick.wipe("00124b00feedbeef");
    await house.stick.plugIn();
    await next("clearStickOfflineAlarm", from);
    // The lock has the network's keys and sends its requests to its parent's address.
    assert.equal(house.join(lock), null);
    await next("pwdOperation", revoked);
    assert.deepEqual([tryCode("222222"), tryCode("333333")], ["refused", "opened"]);
    await next("lockerOpenAlarm", revoked, ({ detail }) => detail?.["sourceid"] === 3);
  });

  it("gets every command done over a noisy line", async () => {
    for (const [index, password] of ["444444", "555555", "666666"].entries()) {
      const done = confirmed("add_password", { password });
      // Noise: a start of frame whose length covers the frames after it, and half a frame.
      house.stick.sendNoise(Uint8Array.of(0xfe, 0x40 + index, 0x44, 0x81, 0x00, 0xfe, 0xfe, 0x03));
      await done;
      assert.equal(tryCode(password), "opened");
    }
    const from = head();
    await until("an opening that is received", async () => {
      assert.equal(tryCode("333333"), "opened");
      await pause();
      return head() > from;
    });
  });

  it("is still the same process after all this, with a whole journal", () => {
    assert.equal(daemon.pid, pid);
    assert.ok(cloud.gateway(gatewayId).isWhole);
    assert.equal(cloud.gateway(gatewayId).epochs.length, 1);
  });
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await within(deadlineMs, what, async () => {
    while (!(await isSo())) await pause();
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

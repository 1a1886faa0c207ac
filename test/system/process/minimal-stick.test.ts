import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { MinimalLock } from "../../support/radio/minimal-lock.ts";
import { MinimalStick } from "../../support/radio/minimal-stick.ts";
import { DaemonProcess } from "../../support/rigs/daemon-process.ts";

const gateway = "bare-gateway";
const limitMs = 30_000;

describe("the daemon on a stick with only the commands that zigbee-herdsman needs", () => {
  const stick = new MinimalStick({ unknownCommands: "rpcError" });
  const lock = new MinimalLock();
  const uuid = `0x${lock.ieee}`;
  let directory = "";
  let broker: TestBroker;
  let cloud: Cloud;
  let daemon: DaemonProcess;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "latchd-minimal-"));
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
    daemon = new DaemonProcess({
      configFile: join(directory, "config.json"),
      config: {
        gateway: { id: gateway },
        data_dir: join(directory, "state"),
        stick: { path: `tcp://127.0.0.1:${await stick.open()}` },
        cloud: { url: broker.url, protocol: "3.1.1" },
        api: { port: 0 },
        log: { level: "debug", format: "json" },
      },
    });
    await daemon.start();
    await cloud.online(gateway, limitMs);
  });

  after(async () => {
    await daemon.stop();
    await cloud.close();
    await broker.kill();
    await stick.close();
    rmSync(directory, { recursive: true });
  });

  it("forms a network and opens it", async () => {
    const deadlineMs = performance.now() + limitMs;
    for (;;) {
      const { ErrNo } = await cloud.command(gateway, "permit_join", { seconds: 60 });
      if (ErrNo === 0) break;
      assert.ok(performance.now() < deadlineMs, `the network was not opened: ${ErrNo}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  it("pairs a lock that has no attributes and cannot be bound", async () => {
    stick.join(lock);
    const paired = await cloud.event(gateway, "lockPaired", () => true, limitMs);
    assert.equal(paired.uuid, uuid);
  });

  it("sets a code on that lock", async () => {
    const { ErrNo, ErrMsg, seq } = await cloud.command(gateway, "add_password", {
      uuid,
      is_default: 1,
      password: "482913",
      phonenumber: "1",
    });
    assert.equal(ErrNo, 0, ErrMsg);
    await cloud.event(gateway, "pwdOperation", (event) => event.seq > seq, limitMs);
    assert.ok(isHeld("482913"));
  });

  it("resumes the network after a restart, and sets a code on the known lock", async () => {
    assert.equal(await daemon.stop(), 0);
    await daemon.start();
    const nowSeconds = Math.floor(Date.now() / 1000);
    const { ErrNo, ErrMsg, seq } = await cloud.command(gateway, "add_password", {
      uuid,
      is_default: 0,
      password: "607182",
      name: "guest",
      permission_begin: nowSeconds - 60,
      permission_end: nowSeconds + 3_600,
    });
    assert.equal(ErrNo, 0, ErrMsg);
    await cloud.event(gateway, "pwdOperation", (event) => event.seq > seq, limitMs);
    assert.ok(isHeld("607182"));
    assert.ok(isHeld("482913"));
  });

  function isHeld(code: string): boolean {
    return [...lock.codes.keys()].some((userId) => lock.codeOf(userId) === code);
  }
});

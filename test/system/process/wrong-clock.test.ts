import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { Cloud } from "../../support/cloud/cloud.ts";
import type { Fields } from "../../support/gateway-view.ts";
import { CloudHouse, gatewayId } from "../../support/rigs/cloud-house.ts";
import type { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const limitMs = 60_000;
const administrator = "918100";
const tenant = "918222";
const daySeconds = 86_400;
/** The most by which one time source may move the clock, plus an allowance for a slow machine. */
const oneSourceSeconds = 600 + 60;

const nowSeconds = () => Math.floor(Date.now() / 1000);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a gateway whose time sources are wrong", { timeout: 300_000 }, () => {
  let rig: CloudHouse;
  let cloud: Cloud;
  let lock: VirtualLock;
  let daemon: DaemonProcess;

  beforeEach(async () => {
    rig = await CloudHouse.start("wrong-clock");
    cloud = rig.cloud;
  });
  afterEach(async () => {
    await daemon.stop();
    await rig.close();
  });

  const codes = () => lock.users().map(({ pinCode }) => pinCode.reveal());
  const uuid = () => `0x${lock.ieee}`;

  /** Starts the daemon on the same data, with the machine's clock this many ms ahead. */
  async function startAhead(clockAheadMs: number): Promise<void> {
    daemon = rig.daemon({}, { machine: { clockAheadMs } });
    await daemon.start();
    await cloud.online(gatewayId);
    await rig.permitJoin();
  }

  const command = (name: string, params: Fields, times: { readonly iat?: number } = {}) =>
    cloud.command(gatewayId, name, params, times);

  /** Adds a password and waits until the lock has its code. */
  async function addPassword(password: string, params: Fields = {}): Promise<void> {
    const reply = await command("add_password", { uuid: uuid(), password, ...params });
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    await within(limitMs, `${password} in the lock`, async () => {
      while (!codes().includes(password)) await pause(20);
    });
  }

  async function clock(): Promise<{ state: unknown; aheadSeconds: number; verdicts: string }> {
    const reply = await command("get_clock", {});
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    const aheadSeconds = Number(reply["time"]) - nowSeconds();
    return { state: reply["state"], aheadSeconds, verdicts: JSON.stringify(reply["sources"]) };
  }

  for (const [leap, years, verdict] of [
    ["a year", 1, "ahead"],
    ["72 years", 72, "beyond"],
  ] as const) {
    it(`keeps the tenant's code through one start with a machine clock ${leap} ahead`, async () => {
      await startAhead(0);
      lock = await rig.pairLock({ profile: "LATCH-ZCL-1" });
      await addPassword(administrator, { is_default: 1 });
      const stay = {
        permission_begin: nowSeconds(),
        permission_end: nowSeconds() + 2 * daySeconds,
      };
      await addPassword(tenant, stay);
      await daemon.stop();

      await startAhead(years * 365.25 * daySeconds * 1000);
      const { aheadSeconds, verdicts } = await clock();
      assert.ok(Math.abs(aheadSeconds) < 60, `ahead by ${aheadSeconds} s`);
      assert.match(verdicts, new RegExp(`"verdict":"${verdict}"`));
      // The gateway plans and performs this change by its own clock.
      await addPassword("918333");
      assert.deepEqual(codes().sort(), [administrator, tenant, "918333"]);
      await daemon.stop();

      await startAhead(0);
      const after = await clock();
      assert.equal(after.state, "synced");
      assert.ok(Math.abs(after.aheadSeconds) < 60, `ahead by ${after.aheadSeconds} s`);
      await addPassword("918444");
      assert.deepEqual(codes().sort(), [administrator, tenant, "918333", "918444"]);
    });
  }

  it("believes the cloud's first answer, and afterwards at most 10 minutes of its steps", async () => {
    const machineAt1970Ms = -Date.now();
    await startAhead(machineAt1970Ms);
    assert.equal((await clock()).state, "lost");
    const { state } = await command("get_clock", {}, { iat: nowSeconds() + 72 * 365 * daySeconds });
    assert.equal(state, "lost");

    await within(limitMs, "the time", async () => {
      while ((await clock()).state !== "synced") {
        await cloud.answerTime(gatewayId, nowSeconds());
        await pause(100);
      }
    });
    lock = await rig.pairLock({ profile: "LATCH-ZCL-1" });
    await addPassword(administrator, { is_default: 1 });
    const stay = { permission_begin: nowSeconds(), permission_end: nowSeconds() + daySeconds };
    await addPassword(tenant, stay);
    for (let step = 1; step <= 400; step += 1) {
      await cloud.tellTime(gatewayId, nowSeconds() + step * 590);
    }
    // The connection delivers the command after the steps, because it keeps their order.
    const stepped = await clock();
    assert.equal(stepped.state, "synced");
    assert.ok(stepped.aheadSeconds <= oneSourceSeconds, `ahead by ${stepped.aheadSeconds} s`);
    await addPassword("918333");
    assert.deepEqual(codes().sort(), [administrator, tenant, "918333"]);
  });
});

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { Cloud, CloudEvent } from "../../support/cloud/cloud.ts";
import { CloudHouse, gatewayId } from "../../support/rigs/cloud-house.ts";
import type { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const limitMs = 90_000;
const administrator = "918100";
const tenant = "918222";
const guest = "918444";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a store damaged while the daemon was down", { timeout: 600_000 }, () => {
  let rig: CloudHouse;
  let cloud: Cloud;
  let lock: VirtualLock;
  let daemon: DaemonProcess;

  const data = () => rig.dataDirectory;
  const level = () => join(data(), "store", "level");
  const copyFile = () => join(data(), "store.copy");
  const uuid = () => `0x${lock.ieee}`;
  const codes = () => lock.users().map(({ pinCode }) => pinCode.reveal());
  const epoch = () => cloud.gateway(gatewayId).epoch;

  const confirmed = (command: string, params: object) => rig.confirmed(lock, command, params);

  async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    await within(limitMs, what, async () => {
      while (!(await isTrue())) await pause(20);
    });
  }

  /**
   * Starts on the damaged store.
   * @returns ms from the start until a newly added code opens the lock
   */
  async function startUntilCodesWork(code: string): Promise<number> {
    const begunMs = performance.now();
    await daemon.start();
    await until("a code that is wanted now", async () => {
      const params = { uuid: uuid(), password: code };
      const { ErrNo } = await cloud.command(gatewayId, "add_password", params, {
        deadlineMs: limitMs,
      });
      return ErrNo === 0;
    });
    await until("the code at the lock", () => codes().includes(code));
    assert.equal(lock.keypad(code), "opened");
    return Math.round(performance.now() - begunMs);
  }

  before(async () => {
    rig = await CloudHouse.start("damaged");
    cloud = rig.cloud;
    daemon = rig.daemon({ witness_file: join(rig.folder, "elsewhere", "witness.json") });
    await daemon.start();
    await cloud.online(gatewayId);
    await rig.permitJoin();
    lock = await rig.pairLock({ profile: "LATCH-ZCL-1" });
    await confirmed("add_password", { password: administrator, is_default: 1 });
    await confirmed("add_password", { password: tenant });
  });
  after(async () => {
    await daemon.kill();
    await rig.close();
  });

  it("has the lock and its codes in the gateway's own copy within a minute of the pairing", async () => {
    await until("the copy", () => existsSync(copyFile()));
    await until("a copy with the tenant's code", () =>
      daemon.logLines.some((line) => line.includes("a sealed copy of the store was made")),
    );
  });

  it("continues with the same journal when CURRENT is doubled", async (test) => {
    await daemon.kill();
    const before = epoch();
    const current = readFileSync(join(level(), "CURRENT"));
    writeFileSync(join(level(), "CURRENT"), Buffer.concat([current, current]));
    const tookMs = await startUntilCodesWork("918555");
    test.diagnostic(`C6: codes work again ${tookMs} ms after the start`);
    assert.equal(epoch(), before);
    assert.ok([administrator, tenant].every((code) => codes().includes(code)));
  });

  /** Grants a code and damages the part of the store that holds the grant. */
  async function loseGrantOf(code: string): Promise<void> {
    await daemon.stop();
    await daemon.start();
    await until("the daemon to be back", async () => {
      return (
        (await cloud.command(gatewayId, "list_locks", {}, { deadlineMs: limitMs })).ErrNo === 0
      );
    });
    const [name = ""] = readdirSync(level()).filter((file) => file.endsWith(".log"));
    const { size } = statSync(join(level(), name));
    const end = Math.floor(Date.now() / 1000) + 3_600;
    await confirmed("add_password", { password: code, permission_end: end });
    await daemon.kill();
    assert.ok(codes().includes(code));
    const bytes = readFileSync(join(level(), name));
    for (const at of [40, 41, 42]) bytes[size + at] = (bytes[size + at] ?? 0) ^ 0xff;
    writeFileSync(join(level(), name), bytes);
  }

  it("finds a guest's code at the lock after three altered octets destroyed its record", async (test) => {
    await loseGrantOf(guest);
    const before = epoch();
    const tookMs = await startUntilCodesWork("918666");
    test.diagnostic(`C5: codes work again ${tookMs} ms after the start`);
    assert.notEqual(epoch(), before);
    assert.ok([administrator, tenant].every((code) => codes().includes(code)));
    const at = performance.now();
    await until("the guest's code to be reported as unmanaged", async () => {
      const { slots } = await cloud.command(gatewayId, "list_unmanaged", { uuid: uuid() });
      return Array.isArray(slots) && slots.length > 0;
    });
    const unmanagedMs = Math.round(performance.now() - at);
    test.diagnostic(`C5: the guest's code is reported another ${unmanagedMs} ms later`);
  });

  it("reports such a code and its slot, and adopts it from the cloud's snapshot", async (test) => {
    const lostCode = "918777";
    await loseGrantOf(lostCode);
    const userId = lock.users().find(({ pinCode }) => pinCode.reveal() === lostCode)?.userId;
    assert.ok(userId !== undefined);
    const before = epoch();
    const begunMs = performance.now();
    await daemon.start();
    // No command reaches the gateway, so only its regular reads reach the slot.
    const isIt = ({ epoch: of, detail }: CloudEvent) =>
      of !== before && detail?.["user_id"] === userId;
    const { detail } = await cloud.event(gatewayId, "slotDrift", isIt, limitMs);
    const tookMs = Math.round(performance.now() - begunMs);
    test.diagnostic(`C5: the code is reported ${tookMs} ms after the start`);
    assert.deepEqual(detail, {
      user_id: userId,
      password_id: null,
      expected: "unknown",
      found: "enabled",
    });
    const { slots } = await cloud.command(gatewayId, "list_unmanaged", { uuid: uuid() });
    assert.ok(JSON.stringify(slots).includes(`"user_id":${userId},`));

    const { passwords } = await cloud.command(gatewayId, "fetch_passwords", { uuid: uuid() });
    assert.ok(Array.isArray(passwords));
    const wanted = passwords.map(({ id: of, revision, permission }) => ({
      password_id: Number(of),
      revision: Number(revision),
      ...(permission.begin === 0 ? {} : { permission_begin: permission.begin }),
      ...(permission.end === 0 ? {} : { permission_end: permission.end }),
    }));
    const id = 50;
    const listed = [...wanted, { password_id: id, revision: 1, password: lostCode }];
    const reply = await cloud.command(gatewayId, "apply_snapshot", {
      uuid: uuid(),
      passwords: listed,
    });
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    const isDone = ({ epoch: of, detail }: CloudEvent) =>
      of !== before && detail?.["password_id"] === id && detail["operation_stage"] === 3;
    await cloud.event(gatewayId, "pwdOperation", isDone, limitMs);
    const after = lock.users().find(({ pinCode }) => pinCode.reveal() === lostCode);
    assert.equal(after?.userId, userId, "the slot is taken over as it is");
  });
});

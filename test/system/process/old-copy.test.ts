import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { aMinute, type Cloud, type CloudEvent } from "../../support/cloud/cloud.ts";
import { CloudHouse, gatewayId } from "../../support/rigs/cloud-house.ts";
import type { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const limitMs = 60_000;
const administrator = "918100";
const revoked = "918222";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("an old copy of the data folder that was restored", { timeout: 300_000 }, () => {
  const seen = new Set<string>();
  let rig: CloudHouse;
  let cloud: Cloud;
  let lock: VirtualLock;
  let daemon: DaemonProcess;
  let kept = "";
  let lastCode = 918_300;
  /** One entry for each time that the lock opened. */
  const openings: string[] = [];

  const data = () => rig.dataDirectory;
  const witnessFile = () => join(rig.folder, "elsewhere", "witness.json");
  const uuid = () => `0x${lock.ieee}`;
  /**
   * Returns a code that no case has used yet. Restoring a copy leaves the codes of earlier cases in
   * the lock.
   */
  const freshCode = () => String(++lastCode);
  const codes = () => lock.users().map(({ pinCode }) => pinCode.reveal());
  const epoch = () => cloud.gateway(gatewayId).epoch;

  const confirmed = (command: string, params: object) => rig.confirmed(lock, command, params);

  /** Returns the id of a command that opened the lock before the copy was made, with new times. */
  const opened = () => ({ id: "opened once", ...aMinute() });

  /**
   * Repeats that command and reads the history: the lock stays closed, and the history has its
   * first opening. The reply depends on whether the copy knew that the cloud had received it, so it
   * is not checked.
   */
  async function remembers(): Promise<void> {
    const { length } = openings;
    await cloud.send(gatewayId, "remote_unlock", { uuid: uuid() }, opened());
    // The gateway has performed this later command, so it would have performed the repeated one
    // too.
    await confirmed("add_password", { password: freshCode() });
    assert.equal(openings.length, length);
    const events = await cloud.command(gatewayId, "get_lock_events", { uuid: uuid() });
    assert.match(JSON.stringify(events["lock_events"]), /"method":"rf"/);
  }

  /**
   * Starts on an old copy and waits until the gateway has read the lock and has had time to write.
   */
  async function startOnCopy(before: string | null): Promise<void> {
    await daemon.start();
    await within(limitMs, "a new epoch", async () => {
      while (epoch() === before) await pause(20);
    });
    const gap = await cloud.event(gatewayId, "journalGap", (event) => event.epoch === epoch());
    assert.equal(gap.detail?.["reason"], "restored");
    // Once the lock has a new code, the gateway has also sent every earlier one.
    kept = freshCode();
    const { ErrNo } = await cloud.command(gatewayId, "add_password", {
      uuid: uuid(),
      password: kept,
    });
    assert.equal(ErrNo, 0);
    await within(limitMs, "what is newly wanted", async () => {
      while (!codes().includes(kept)) {
        for (const code of codes()) seen.add(code);
        await pause(20);
      }
    });
    assert.ok(!seen.has(revoked) && !codes().includes(revoked), "the revoked code is not back");
    assert.ok(codes().includes(administrator), "what the lock holds stays");
  }

  before(async () => {
    rig = await CloudHouse.start("old-copy");
    cloud = rig.cloud;
    daemon = rig.daemon({ witness_file: witnessFile() });
    await daemon.start();
    await cloud.online(gatewayId);
    await rig.permitJoin();
    lock = await rig.pairLock({ profile: "LATCH-ZCL-1" });
    lock.onAct(({ act }) => act === "opened" && openings.push(act));
    await confirmed("add_password", { password: administrator, is_default: 1 });
    const id = await confirmed("add_password", { password: revoked });
    const unlock = await cloud.command(gatewayId, "remote_unlock", { uuid: uuid() }, opened());
    assert.equal(unlock.ErrNo, 0, unlock.ErrMsg);
    assert.equal(openings.length, 1);
    await cloud.event(gatewayId, "lockerOpenAlarm", () => true, limitMs);
    await daemon.stop();
    cpSync(data(), join(rig.folder, "old"), { recursive: true });
    await daemon.start();
    await confirmed("delete_password", { password_id: id });
    assert.ok(!codes().includes(revoked));
    await daemon.stop();
    cpSync(data(), join(rig.folder, "new"), { recursive: true });
  });
  after(async () => {
    await daemon.kill();
    await rig.close();
  });

  function putBack(copy: "old" | "new"): void {
    rmSync(data(), { recursive: true });
    cpSync(join(rig.folder, copy), data(), { recursive: true });
  }

  it("is found by the retained epoch before the locks are touched, and revives no revoked code", async () => {
    const before = epoch();
    putBack("old");
    await startOnCopy(before);
    const found = daemon.logLines.find((line) =>
      line.includes("an older copy was put in its place"),
    );
    assert.ok(found !== undefined);
    await remembers();
    await daemon.stop();
  });

  for (const keypadEdits of ["keep", "revert"] as const) {
    it(`does not restore the revoked tenant when its grants are released, under ${keypadEdits}`, async () => {
      await cloud.offline(gatewayId, limitMs);
      const before = epoch();
      daemon = rig.daemon({
        witness_file: witnessFile(),
        locks: { keypad_edits: keypadEdits },
      });
      putBack("old");
      await startOnCopy(before);
      const { ErrNo } = await cloud.command(gatewayId, "release_grants", { uuid: uuid() });
      assert.equal(ErrNo, 0);
      const isLost = ({ epoch: of, detail }: CloudEvent) =>
        of !== before && detail?.["reason"] === "lost";
      const { detail } = await cloud.event(gatewayId, "pwdOperation", isLost, limitMs);
      const drift = await cloud.event(gatewayId, "slotDrift", ({ epoch: of }) => of !== before);
      assert.equal(drift.detail?.["password_id"], detail?.["password_id"]);
      // The slot may now hold the code of another tenant, which the copy must not replace either.
      assert.match(String(drift.detail?.["found"]), /^(empty|otherCode)$/);
      // The gateway sends this code after all released codes. Once it is in the lock, they would be
      // too.
      const code = freshCode();
      const { ErrNo: added } = await cloud.command(gatewayId, "add_password", {
        uuid: uuid(),
        password: code,
      });
      assert.equal(added, 0);
      await within(limitMs, "the code that was added after the release", async () => {
        while (!codes().includes(code)) await pause(20);
      });
      assert.ok(codes().includes(kept));
      for (const code of codes()) seen.add(code);
      assert.ok(!seen.has(revoked), "the revoked code is not back");
      await daemon.stop();
    });
  }

  it("is found by the state that the broker has retained if there is no file elsewhere", async () => {
    daemon = rig.daemon();
    // The cloud has received the events of the newer data.
    putBack("new");
    await daemon.start();
    const { epoch: of } = await cloud.command(gatewayId, "list_locks", {});
    await daemon.kill();
    await cloud.offline(gatewayId, limitMs);
    putBack("old");
    await daemon.start();
    assert.equal(await daemon.ended(limitMs), 70);
    await startOnCopy(of);
    await daemon.stop();
  });

  it("does not end the daemon over an acknowledgement that nobody signed", async () => {
    await daemon.start();
    const before = await cloud.command(gatewayId, "list_locks", {}, { id: "once" });
    await cloud.acknowledge(gatewayId, before.epoch, before.seq + 100);
    const alarm = await cloud.event(gatewayId, "refusedMessageAlarm", () => true, limitMs);
    assert.equal(alarm.detail?.["kind"], "acknowledgement");
    const { ErrNo, epoch: of } = await cloud.command(gatewayId, "list_locks", {});
    assert.deepEqual([ErrNo, of], [0, before.epoch]);
    await daemon.stop();
  });
});

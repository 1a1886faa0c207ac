import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { errorTable } from "../../../daemon/core/model/errors.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { Cloud } from "../../support/cloud/cloud.ts";
import type { Fields } from "../../support/gateway-view.ts";
import { CloudHouse, gatewayId } from "../../support/rigs/cloud-house.ts";
import type { DaemonProcess } from "../../support/rigs/daemon-process.ts";
import { within } from "../../support/within.ts";

const limitMs = 60_000;
const minuteMs = 60_000;
const minuteSeconds = 60;
const daySeconds = 86_400;
/** The running time may be wrong by the age of the last mark before the power cut, and by a slow machine. */
const toleranceSeconds = 90;

const administrator = "918100";
const stay = "918222";
/** Ends half an hour after the power cut. */
const short = "918333";
/** Begins 40 min after the power cut. */
const later = "918444";

const nowSeconds = () => Math.floor(Date.now() / 1000);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A machine that keeps no time while it is off. */
class Machine {
  #starts = 0;
  #beganMs = 0;
  #skippedMs = 0;

  constructor() {
    this.powerCut();
  }

  powerCut(): void {
    this.#starts += 1;
    this.#beganMs = performance.now();
    this.#skippedMs = 0;
  }

  /** Lets time pass while no daemon runs, or together with the daemon's. */
  pass(ms: number): void {
    this.#skippedMs += ms;
  }

  get boot() {
    const uptimeMs = performance.now() - this.#beganMs + this.#skippedMs;
    return { id: `start-${this.#starts}`, uptimeMs };
  }
}

describe("a daemon that is killed while its time is lost", { timeout: 300_000 }, () => {
  let rig: CloudHouse;
  let cloud: Cloud;
  let lock: VirtualLock;
  let daemon: DaemonProcess;
  const machine = new Machine();

  const uuid = () => `0x${lock.ieee}`;
  const codes = () => lock.users().map(({ pinCode }) => pinCode.reveal());
  const command = (name: string, params: Fields) => cloud.command(gatewayId, name, params);

  async function start(clockAheadMs: number): Promise<void> {
    daemon = rig.daemon({}, { machine: { clockAheadMs, boot: machine.boot } });
    await daemon.start();
    await cloud.online(gatewayId);
  }

  /** Starts on a machine whose own clock begins at 1970. */
  const startAt1970 = () => start(-Date.now());

  async function must(name: string, params: Fields): Promise<void> {
    const reply = await command(name, params);
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
  }

  async function until(what: string, isTrue: () => boolean): Promise<void> {
    await within(limitMs, what, async () => {
      while (!isTrue()) await pause(20);
    });
  }

  /** Asserts the state of the time, and by how many minutes it is ahead of this machine's. */
  async function assertTime(state: string, aheadMinutes: number): Promise<void> {
    const reply = await command("get_clock", {});
    assert.equal(reply["state"], state, reply.ErrMsg);
    const aheadSeconds = Number(reply["time"]) - nowSeconds();
    const wrongBy = Math.abs(aheadSeconds - aheadMinutes * minuteSeconds);
    assert.ok(wrongBy <= toleranceSeconds, `${aheadSeconds} s ahead, not ${aheadMinutes} min`);
  }

  /** Has the lock's plan made again, and answered by the lock. */
  async function workAtLock(): Promise<void> {
    await must("scan_lock", { uuid: uuid() });
  }

  function assertDoor(opening: readonly string[], shut: readonly string[]): void {
    for (const code of opening) assert.equal(lock.keypad(code), "opened", code);
    for (const code of shut) assert.notEqual(lock.keypad(code), "opened", code);
  }

  before(async () => {
    rig = await CloudHouse.start("lost-time");
    cloud = rig.cloud;
    await start(0);
    await rig.permitJoin();
    // Without schedules of its own the lock opens for whatever code it holds.
    const quirks = { weekDaySchedulesPerUser: 0, yearDaySchedulesPerUser: 0 };
    lock = await rig.pairLock({ profile: "LATCH-ZCL-1", quirks });
    await rig.confirmed(lock, "add_password", { password: administrator, is_default: 1 });
    const begin = nowSeconds();
    const window = (fromMinutes: number, toSeconds: number) => ({
      permission_begin: begin + fromMinutes * minuteSeconds,
      permission_end: begin + toSeconds,
    });
    await rig.confirmed(lock, "add_password", { password: stay, ...window(0, 2 * daySeconds) });
    const halfAnHour = window(0, 30 * minuteSeconds);
    await rig.confirmed(lock, "add_password", { password: short, ...halfAnHour });
    await must("add_password", { uuid: uuid(), password: later, ...window(40, 2 * daySeconds) });
    // A start writes the mark of the time: the power cut goes back no further than to here.
    await daemon.stop();
    await start(0);
    await must("rename_lock", { uuid: uuid(), name: "front" });
  });
  after(async () => {
    await daemon.kill();
    await rig.close();
  });

  it("loses the time in a power cut, keeps the codes and grants nothing new", async () => {
    await daemon.kill();
    machine.powerCut();
    await startAt1970();
    await assertTime("lost", 0);
    await rig.permitJoin();
    await workAtLock();
    assertDoor([administrator, stay, short], [later]);
    const reply = await command("add_password", { uuid: uuid(), password: "918555" });
    assert.equal(reply.ErrNo, errorTable.clockLost.errNo);
  });

  it("continues with the lost time after a kill, and revokes what ends by it", async () => {
    await daemon.moveClocks({ skipMs: 65 * minuteMs });
    machine.pass(65 * minuteMs);
    // The store keeps the order of writes: once this one is answered, the mark of the time is on the disk.
    await must("rename_lock", { uuid: uuid(), name: "after an hour" });
    await daemon.kill();
    machine.pass(5 * minuteMs);
    await startAt1970();
    await assertTime("lost", 70);
    await until("the revocation of the short stay", () => !codes().includes(short));
    await workAtLock();
    assert.deepEqual(codes().sort(), [administrator, stay]);
    assertDoor([administrator, stay], [short, later]);
  });

  it("continues from the mark of the first hour after a power cut, and is still lost", async () => {
    await daemon.kill();
    machine.powerCut();
    await startAt1970();
    await assertTime("lost", 65);
    await rig.permitJoin();
    await workAtLock();
    assert.deepEqual(codes().sort(), [administrator, stay]);
  });

  it("grants the codes whose windows have begun once the time is back", async () => {
    await daemon.moveClocks({ clockAheadMs: 72 * minuteMs });
    await assertTime("synced", 72);
    await until("the code of the later stay", () => codes().includes(later));
    await must("add_password", { uuid: uuid(), password: "918555" });
    await until("the new code", () => codes().includes("918555"));
    assertDoor([administrator, stay, later, "918555"], [short]);
  });
});

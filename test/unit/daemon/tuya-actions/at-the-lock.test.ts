import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import { CommandDispatcher } from "../../../../daemon/commands/dispatch.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import { actionCommands } from "../../../../daemon/tuya-actions/table.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { TestSite } from "../../../support/rigs/command-room.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const create = "tuya.m.device.zigbee.newTempPwd.create";
const oldUpdate = "tuya.m.zigbee.lock.temppwd.update";
const pageList = "tuya.m.device.lock.temppwd.pagelist";
const oldList = "tuya.m.zigbee.lock.temppwd.list";

/** A Tuesday, 16:06 in Berlin. */
const tuesdayMs = Date.UTC(2027, 0, 5, 15, 6);
const minuteMs = 60_000;

/** Actions, keeper, driver and a simulated house, at a time that the tests move forward. */
class ActionRig {
  readonly keepers: KeeperRig;
  readonly #clock: { shiftMs: number };
  readonly #executor: CommandDispatcher;

  private constructor(keepers: KeeperRig, clock: { shiftMs: number }) {
    this.keepers = keepers;
    this.#clock = clock;
    const messages = { handOver: () => Promise.resolve(true) };
    const ports = {
      timeZone: "Europe/Berlin",
      workingDay: "sunday_lowest" as const,
      messages,
      randomDigits: () => "123456",
    };
    this.#executor = new CommandDispatcher({
      commands: [...commands, ...actionCommands(ports)],
      store: keepers.store,
      sealer: keepers.vault,
      site: new TestSite(),
      reading: () => ({ nowMs: Date.now() + clock.shiftMs, state: "synced" }),
      newId: randomUUID,
      wake: (lock) => keepers.keeper.waker.wake(lock),
      onFault: (command, cause) => assert.fail(`${command}: ${String(cause)}`),
    });
  }

  static async open(): Promise<ActionRig> {
    const clock = { shiftMs: tuesdayMs - Date.now() };
    const reading = () => ({ nowMs: Date.now() + clock.shiftMs, state: "synced" }) as const;
    return new ActionRig(await KeeperRig.open([], { reading }), clock);
  }

  pass(ms: number): void {
    this.#clock.shiftMs += ms;
    this.keepers.keeper.wakeAll();
  }

  async result(lock: VirtualLock, action: string, params: object = {}): Promise<unknown> {
    const caller = { transport: "rest", name: "t", scope: "manager", origin: "local" } as const;
    const request = { command: action, params: { devId: idOf(lock), ...params }, caller };
    const reply = await this.#executor.execute(request);
    assert.equal(reply.ErrNo, 0, `${action}: ${reply.ErrMsg}`);
    return reply["result"];
  }

  make(lock: VirtualLock, params: object = {}): Promise<unknown> {
    const effectiveTime = String(tuesdayMs - minuteMs);
    const invalidTime = String(tuesdayMs + 40 * 24 * 60 * minuteMs);
    const words = { name: "K", password: "123456", effectiveTime, invalidTime };
    return this.result(lock, create, { ...words, ...params });
  }

  /** The password as the new generation lists it, once it is as `isIt` wants it. */
  until(lock: VirtualLock, what: string, isIt: (record: JsonObject) => boolean) {
    return this.keepers.until(what, async () => {
      const record = (await this.records(lock))[0];
      return record !== undefined && isIt(record) ? record : null;
    });
  }

  async records(lock: VirtualLock): Promise<readonly JsonObject[]> {
    return Object(await this.result(lock, pageList)).datas;
  }

  /** What each door shows of the one password must say the same. @returns the new record */
  async consistent(lock: VirtualLock): Promise<JsonObject | null> {
    const head = () => this.keepers.store.journalRange().head;
    for (;;) {
      const seq = head();
      const [record = null] = await this.records(lock);
      const [old] = Object(await this.result(lock, oldList));
      const { passwords } = await this.keepers.call("fetch_passwords", { uuid: idOf(lock) });
      const own = Object(passwords).find((one: JsonObject) => one["id"] !== 999);
      if (seq !== head()) continue;
      if (record === null) {
        assert.deepEqual([old, own], [undefined, undefined]);
        return null;
      }
      const stage = { 1: 1, 2: 2 }[Number(record["deliveryStatus"])] ?? 3;
      assert.deepEqual(
        [record["id"], record["name"], record["phone"], record["oneTime"], record["operate"]],
        [own.id, own.name, own.send_to, own.one_time, 123 + own.operation],
      );
      assert.equal([0, 1, 3, 2][stage], own.operation_stage);
      assert.deepEqual(
        [Number(record["effectiveTime"]), Number(record["invalidTime"])],
        [own.permission.begin * 1000, own.permission.end * 1000],
      );
      assert.deepEqual(
        [old.id, old.name, old.mobile, old.phase, old.deliveryStatus, old.effective, old.password],
        ["id", "name", "phone", "phase", "deliveryStatus", "effective", "password"].map(
          (word) => record[word],
        ),
      );
      return record;
    }
  }

  close(): Promise<void> {
    return this.keepers.close();
  }
}

describe("temporary passwords at the lock", { concurrency: 1, timeout: 600_000 }, () => {
  let rig: ActionRig;
  before(async () => {
    rig = await ActionRig.open();
  });
  after(() => rig.close());

  it("open once if they are for one time", async () => {
    const lock = await rig.keepers.lock();
    await rig.make(lock, { oneTime: 1 });
    await rig.until(lock, "the lock to have it", ({ phase }) => phase === 2);
    assert.equal(lock.keypad("123456"), "opened");
    const used = await rig.until(lock, "it to be used", ({ phase }) => phase === 4);
    assert.deepEqual([used["effective"], used["status"], used["tyNumber"]], [4, false, -1]);
    assert.equal(lock.keypad("123456"), "refused");
    await rig.consistent(lock);
  });

  it("open if they are marked for duress, and raise the alarm before the opening is reported", async () => {
    const lock = await rig.keepers.lock();
    await rig.make(lock);
    const { tyNumber } = await rig.until(lock, "the lock to have it", ({ phase }) => phase === 2);
    const dpValue = `3-${Number(tyNumber)}`;
    await rig.result(lock, "tuya.m.scale.hijacking.add.config", { dpId: 3, dpValue });
    assert.equal(lock.keypad("123456"), "opened");
    const alarm = await rig.keepers.event(lock, "duressAlarm");
    const opening = await rig.keepers.event(lock, "lockerOpenAlarm");
    assert.ok(alarm.seq < opening.seq);
    const alarms = Object(await rig.result(lock, "tuya.m.device.lock.alarm.list"));
    assert.deepEqual(alarms.datas[0].dps, [{ "35": dpValue }]);
    const history = Object(await rig.result(lock, "tuya.m.scale.history.list", { v: "2.0" }));
    assert.deepEqual(history.datas[0].dps, [{ "3": String(tyNumber) }]);
    assert.equal(history.datas[0].unlockName, "K");
  });

  it("are the same over every transport, in every state", async () => {
    const lock = await rig.keepers.lock();
    const id = 1;
    const operate = (code: number, more: object = {}) =>
      rig.result(lock, oldUpdate, { id, operate: code, ...more });
    const settled = async (what: string, wanted: readonly number[]) => {
      await rig.until(lock, what, (record) => {
        const is = [record["operate"], record["deliveryStatus"], record["phase"]];
        return is.join() === wanted.join();
      });
      await rig.consistent(lock);
    };
    lock.goOutOfRange();
    await rig.make(lock);
    await rig.consistent(lock);
    assert.deepEqual(
      (await rig.records(lock)).map(({ phase }) => phase),
      [1],
      "not guessed",
    );
    lock.comeBack();
    lock.turnKnob("lock");
    await settled("it to be made", [124, 2, 2]);
    await operate(127);
    await settled("it to be frozen", [127, 2, 3]);
    assert.equal(lock.keypad("123456"), "refused");
    await operate(128);
    await settled("it to be unfrozen", [128, 2, 2]);
    await operate(126, { password: "654321" });
    await settled("it to be changed", [126, 2, 2]);
    assert.equal(lock.keypad("123456"), "refused");
    assert.equal(lock.keypad("654321"), "opened");
    lock.goOutOfRange();
    await operate(125);
    const pending = await rig.consistent(lock);
    assert.deepEqual([pending?.["operate"], pending?.["phase"]], [125, 2], "still in the lock");
    lock.comeBack();
    lock.turnKnob("lock");
    await rig.keepers.until("it to be gone", async () =>
      (await rig.records(lock)).length === 0 ? true : null,
    );
    assert.equal(await rig.consistent(lock), null);
    assert.equal(lock.keypad("654321"), "refused");
  });

  // Last: it moves the time forward.
  it("open within their schedule, on a Tuesday from 16:07 to 21:10, and not outside", async () => {
    const lock = await rig.keepers.lock();
    const schedule = [{ effectiveTime: 967, invalidTime: 1270, timeZoneId: "", workingDay: 4 }];
    rig.pass(0);
    await rig.make(lock, { schedule });
    assert.equal(lock.keypad("123456"), "refused");
    rig.pass(2 * minuteMs);
    await rig.keepers.untilLive(lock, "123456");
    assert.equal(lock.keypad("123456"), "opened");
    await rig.until(lock, "it to be confirmed", ({ deliveryStatus }) => deliveryStatus === 2);
    await rig.consistent(lock);
    rig.pass(304 * minuteMs);
    await rig.keepers.untilLive(lock);
    assert.equal(lock.keypad("123456"), "refused");
    await rig.consistent(lock);
    // Wednesday at the same time.
    rig.pass(20 * 60 * minuteMs);
    assert.equal(lock.keypad("123456"), "refused");
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { schedulingRetryMs } from "../../../../daemon/core/enforcement/slot-enforcement.ts";
import { toZigbeeUtc } from "../../../../daemon/core/time/zigbee-time.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { sendRaw } from "../../../support/radio/zcl-request.ts";
import { idOf } from "../../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { KeeperRig } from "../../../support/rigs/keeper-rig.ts";

const daySeconds = 86_400;
const setUserType = 0x14;

/** Answers the next commands of this id with status 1 (FAIL); the lock does not see them. */
function failNext(lock: VirtualLock, commandId: number, times = 1): void {
  let left = times;
  lock.answerWith(({ payload }) => {
    const [control = 0, sequence = 0, command] = payload;
    if (left === 0 || (control & 0b11) !== 0b01 || command !== commandId) return null;
    left -= 1;
    return Uint8Array.of(0x09, sequence, commandId, 1);
  });
}

describe("schedules that a lock refuses at first", { timeout: 300_000 }, () => {
  let rig: KeeperRig;
  let shiftMs = 0;
  const nowMs = () => Date.now() + shiftMs;
  const nowSeconds = () => Math.floor(nowMs() / 1000);
  before(async () => {
    const reading = () => ({ nowMs: nowMs(), state: "synced" }) as const;
    rig = await KeeperRig.open([], { timeZone: "UTC", reading });
  });
  after(() => rig.close());

  const schedulingOf = (lock: VirtualLock) => rig.store.get("lock", [idOf(lock)])?.scheduling;

  async function guardOf(lock: VirtualLock, id: number) {
    const { passwords } = await rig.must(lock, "fetch_passwords");
    assert.ok(Array.isArray(passwords));
    return passwords.find((password) => password.id === id)?.guard;
  }

  const guarded = (lock: VirtualLock, id: number, guard: string) =>
    rig.until(`password ${id} guarded by ${guard}`, async () =>
      (await guardOf(lock, id)) === guard ? true : null,
    );

  /** Sets the lock's clock right. The knob causes an event, from which the gateway learns it. */
  function tellTime(lock: VirtualLock): void {
    lock.setClock(toZigbeeUtc(nowMs()));
    lock.turnKnob("lock");
  }

  it("are in the lock a day after one failure of Set User Type, with ids from 1", async () => {
    const lock = await rig.lock({ clock: "client", firstScheduleId: 1 });
    tellTime(lock);
    const frames = receivedFrames(lock);
    failNext(lock, setUserType);
    await rig.must(lock, "add_password", {
      password: "330001",
      permission_end: nowSeconds() + 10 * daySeconds,
    });
    await rig.until("the schedules to be put off", () =>
      schedulingOf(lock)?.retryAtMs === undefined ? null : true,
    );
    await rig.until("an unrestricted code", () =>
      frames.includes("14020000") && lock.keypad("330001") === "opened" ? true : null,
    );
    const sent = frames.filter((frame) => /^(0e|14)/.test(frame)).map((frame) => frame.slice(0, 4));
    assert.deepEqual(sent, ["0e00", "0e01", "1402", "1402"]);
    assert.notEqual(schedulingOf(lock)?.setsUserType, "no");
    assert.equal(await guardOf(lock, 1), "gateway");

    shiftMs += schedulingRetryMs + 60_000;
    tellTime(lock);
    rig.keeper.wakeAll();
    await guarded(lock, 1, "both");
    assert.equal(lock.storedUser(2)?.userType, 1);
    assert.deepEqual(schedulingOf(lock)?.firstScheduleId, 1);
    assert.equal(lock.keypad("330001"), "opened");
  });

  it("keep Set User Type as supported after one failure if the lock's clock goes wrong", async () => {
    const lock = await rig.lock({ clock: "client" });
    tellTime(lock);
    const permission_end = nowSeconds() + daySeconds;
    await rig.must(lock, "add_password", { password: "330002", permission_end });
    await guarded(lock, 1, "both");
    const frames = receivedFrames(lock);
    failNext(lock, setUserType);
    lock.setClock(toZigbeeUtc(nowMs()) + 90);
    lock.turnKnob("lock");
    await rig.until("an unrestricted code", () =>
      lock.storedUser(2)?.userType === 0 ? true : null,
    );
    await guarded(lock, 1, "gateway");
    assert.deepEqual(
      frames.filter((frame) => /^(05|07|14)/.test(frame)),
      ["14020000", "14020000"],
    );
    assert.equal(schedulingOf(lock)?.setsUserType, "yes");
  });

  it("set several days at once in a lock that counts its schedules from 1", async () => {
    const lock = await rig.lock({ clock: "client", firstScheduleId: 1 });
    tellTime(lock);
    const weekly = {
      days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
      start_minute: 0,
      end_minute: 1440,
      time_zone: "UTC",
    };
    await rig.must(lock, "add_password", { password: "330003", weekly });
    await guarded(lock, 1, "both");
    assert.deepEqual(
      lock.storedUser(2)?.weekDaySchedules.map(({ daysMask }) => daysMask),
      [0x7f],
    );
    assert.equal(schedulingOf(lock)?.takesSeveralDays, true);
  });

  async function guardedLock(code: string, eventsHaveTime = true): Promise<VirtualLock> {
    const lock = await rig.lock({ clock: "server", isEventTimeAlwaysUnknown: !eventsHaveTime });
    const [permission_begin, permission_end] = [nowSeconds() - 3_600, nowSeconds() + 36_000];
    // The rig's time may be ahead of the stick's time, which the lock's clock follows.
    lock.setClock(toZigbeeUtc(nowMs()));
    await rig.must(lock, "add_password", { password: code, permission_begin, permission_end });
    await guarded(lock, 1, "both");
    assert.equal(lock.keypad(code), "opened");
    return lock;
  }

  it("let the tenant in again if somebody else has changed a schedule in the lock", async () => {
    const lock = await guardedLock("330004");
    // Set Year Day Schedule for one second of the year 2000.
    sendRaw(lock, 0x0101, "01 7A 0E 00 02 00 01 00 00 00 02 00 00 00");
    const frames = receivedFrames(lock);
    assert.equal(lock.keypad("330004"), "refused");
    await rig.event(lock, "accessRefused");
    await rig.until("an unrestricted code", () =>
      lock.keypad("330004") === "opened" ? true : null,
    );
    assert.deepEqual(
      frames.filter((frame) => /^(0e|0f|14)/.test(frame)),
      ["0f000200", "14020000"],
    );
    assert.equal(await guardOf(lock, 1), "gateway");
  });

  it("let the tenant in again if the lock's clock was wrong and no event showed it", async () => {
    const lock = await guardedLock("330005", false);
    lock.setClock(800_000_000);
    const frames = receivedFrames(lock);
    assert.equal(lock.keypad("330005"), "refused");
    await rig.until("the right time in the lock", () =>
      lock.keypad("330005") === "opened" ? true : null,
    );
    await guarded(lock, 1, "both");
    assert.deepEqual(
      frames.filter((frame) => /^(0e|14)/.test(frame)),
      [],
    );
  });
});

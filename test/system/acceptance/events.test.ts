import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { sendRaw } from "../../support/radio/zcl-request.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

describe("an event at the door", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  async function rows(lock: VirtualLock) {
    const events = await rig.events(lock);
    return events
      .filter(({ event }) => event === "lockerOpenAlarm")
      .map(({ detail }) => [detail?.["source"], detail?.["sourceid"] ?? null, detail?.["method"]]);
  }

  /** Waits for this many rows, then until all running work is on disk. */
  async function someRows(lock: VirtualLock, count: number) {
    await rig.until(`${count} rows`, async () =>
      (await rows(lock)).length >= count ? true : null,
    );
    return await rows(lock);
  }

  const names = async (lock: VirtualLock) => (await rig.events(lock)).map(({ event }) => event);

  it("has who opened and how (code, card, hand, key, radio)", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "102030", name: "K" });
    await rig.operation(lock, 1, [1, 3]);
    lock.keypad("102030");
    await someRows(lock, 1);
    lock.turnKnob("lock");
    lock.turnKnob("unlock");
    await someRows(lock, 2);
    lock.turnKnob("lock");
    lock.useKey("unlock");
    await someRows(lock, 3);
    lock.turnKnob("lock");
    await rig.must(lock, "remote_unlock");
    assert.deepEqual(await someRows(lock, 4), [
      [2, 1, "keypad"],
      [5, null, "manual"],
      [5, null, "manual"],
      [1, null, "rf"],
    ]);
  });

  for (const eventOrder of ["eventFirst", "stateReportFirst"] as const) {
    it(`is one row if report and event come separately (${eventOrder})`, async () => {
      const lock = await rig.lock({ eventOrder, eventGapMs: 400, extraEvents: 1 });
      await rig.must(lock, "add_password", { password: "102030" });
      await rig.operation(lock, 1, [1, 3]);
      lock.keypad("102030");
      await someRows(lock, 1);
      await rig.until("the state to be known", () =>
        rig.store.get("lock", [idOf(lock)])?.lockState === "unlocked" ? true : null,
      );
      lock.turnKnob("lock");
      await rig.until("the lock to be locked", () =>
        rig.store.get("lock", [idOf(lock)])?.lockState === "locked" ? true : null,
      );
      assert.deepEqual(await rows(lock), [[2, 1, "keypad"]]);
    });
  }

  it("is an alarm if the bolt jams, and never an opening", async () => {
    const lock = await rig.lock();
    lock.jam();
    lock.useKey("lock");
    await rig.event(lock, "lockJammedAlarm");
    assert.deepEqual(await rows(lock), []);
    assert.notEqual(rig.store.get("lock", [idOf(lock)])?.lockState, "unlocked");
  });

  it("is an alarm if the cover is removed or the door is forced", async () => {
    const lock = await rig.lock();
    lock.removeCover();
    await rig.event(
      lock,
      "brokenAlarm",
      ({ detail }) => detail?.["cause"] === "frontEscutcheonRemoved",
    );
    lock.turnKnob("lock");
    lock.forceDoor();
    await rig.event(lock, "brokenAlarm", ({ detail }) => detail?.["cause"] === "doorForcedOpen");
  });

  for (const hasAlarms of [true, false]) {
    const how = hasAlarms ? "with the lock's own alarm" : "counted, where the lock has no alarm";
    it(`is one alarm at the third wrong code, ${how}`, async () => {
      const lock = await rig.lock({ hasAlarms });
      await rig.must(lock, "add_password", { password: "102030" });
      await rig.operation(lock, 1, [1, 3]);
      for (const code of ["000001", "000002"]) lock.keypad(code);
      lock.keypad("102030");
      await someRows(lock, 1);
      assert.equal((await names(lock)).includes("wrongPwdAlarm"), false);
      for (const code of ["000001", "000002", "000003"]) lock.keypad(code);
      await rig.event(lock, "wrongPwdAlarm");
      assert.equal(lock.keypad("102030"), "lockedOut");
      const alarms = (await names(lock)).filter((name) => name === "wrongPwdAlarm");
      assert.equal(alarms.length, 1);
    });
  }

  it("is a silent alarm and an opening under duress", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "102031", duress: 1, name: "K" });
    await rig.operation(lock, 1, [1, 3]);
    lock.keypad("102031");
    await rig.event(lock, "duressAlarm", ({ detail }) => detail?.["password_id"] === 1);
    assert.deepEqual(await someRows(lock, 1), [[2, 1, "keypad"]]);
  });

  it("is reported, and the code revoked at once, if it opens outside its window", async () => {
    const lock = await rig.lock();
    const end = Math.floor(Date.now() / 1000) + 3;
    await rig.must(lock, "add_password", { password: "102032", permission_end: end });
    await rig.operation(lock, 1, [1, 3]);
    lock.goOutOfRange();
    await rig.until("the end of the window", () => (Date.now() > end * 1000 + 200 ? true : null));
    lock.comeBack();
    // The opening is the lock's first frame after its absence.
    assert.equal(lock.keypad("102032"), "opened");
    await rig.event(lock, "outOfWindowOpen", ({ detail }) => detail?.["password_id"] === 1);
    await rig.untilLive(lock);
    assert.equal(lock.keypad("102032"), "refused");
  });

  it("is a card's opening if a card was used", async () => {
    const lock = await rig.lock();
    const written = [...Buffer.from([1, 0, 0x16, 9, 0, 1, 0, 4]), ...Buffer.from("CARD")];
    lock.receive({
      profileId: 0x0104,
      clusterId: 0x0101,
      sourceEndpoint: 1,
      destinationEndpoint: lock.quirks.endpoint,
      payload: Uint8Array.from(written),
    });
    assert.equal(lock.rfid("CARD"), "opened");
    assert.deepEqual(await someRows(lock, 1), [[3, null, "rfid"]]);
  });

  it("names an unknown user if an unmanaged code opens", async () => {
    const lock = await rig.lock();
    lock.programAtKeypad({ userId: 9, code: "909090" });
    await rig.event(lock, "pwdAddLocal");
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.operation(lock, 1, [2, 3]);
    // Another device on the network sets the code. The gateway learns of it when the code opens the
    // lock.
    sendRaw(lock, 0x0101, "01 7A 05 09 00 01 00 06 39 30 39 30 39 30");
    assert.equal(lock.keypad("909090"), "opened");
    await someRows(lock, 1);
    const { lock_events } = await rig.must(lock, "get_lock_events");
    assert.ok(Array.isArray(lock_events));
    assert.deepEqual(
      lock_events.map(({ sourceid, source_name }) => [sourceid, source_name]),
      [[-1, "unknown user 9"]],
    );
  });

  it("is a row of the history, and no opening, if the lock refuses a code by its schedule", async () => {
    const lock = await rig.lock({ yearDaySchedulesPerUser: 1 });
    await rig.must(lock, "add_password", { password: "102033", name: "K" });
    await rig.operation(lock, 1, [1, 3]);
    const userId = rig.store.get("password", [idOf(lock), 1])?.userId ?? 0;
    const user = Buffer.from([userId, 0]).toString("hex");
    // Set Year Day Schedule for one second of the year 2000, then Set User Type: year day.
    sendRaw(lock, 0x0101, `01 7A 0E 00 ${user} 01 00 00 00 02 00 00 00`);
    sendRaw(lock, 0x0101, `01 7B 14 ${user} 01`);
    lock.setClock(800_000_000);
    assert.equal(lock.keypad("102033"), "refused");
    const refused = await rig.event(lock, "accessRefused");
    assert.equal(refused.detail?.["reason"], "schedule");
    assert.deepEqual(await rows(lock), []);
    const { lock_events } = await rig.must(lock, "get_lock_events");
    assert.ok(Array.isArray(lock_events));
    assert.deepEqual(
      lock_events.map(({ eventid, sourceid, source_name }) => [eventid, sourceid, source_name]),
      [[2, 1, "K"]],
    );
  });

  it("is a battery alarm at 10 %, 7 % and below 5 %, and its end above 10 %", async () => {
    const lock = await rig.lock();
    for (const percent of [10, 7, 4]) {
      lock.setBattery(percent);
      lock.turnKnob("lock");
      await rig.restart();
      await rig.event(lock, "batteryAlarm", ({ detail }) => detail?.["battery_level"] === percent);
    }
    lock.setBattery(60);
    await rig.restart();
    await rig.event(lock, "clearBattryAlarm");
    const alarms = (await names(lock)).filter((name) => name === "batteryAlarm");
    assert.equal(alarms.length, 3);
  });
});

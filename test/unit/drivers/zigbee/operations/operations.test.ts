import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import type { VirtualLock } from "../../../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf, ZigbeeRig } from "../../../../support/radio/zigbee-rig.ts";

const rig = new ZigbeeRig({ quirks: [{ model: /./, quirks: { spacingMs: 0 } }] });
let lock: VirtualLock;
let yale: VirtualLock;
let onesti: VirtualLock;

before(async () => {
  await rig.open();
  lock = rig.house.addLock({ profile: "LATCH-ZCL-1" });
  await rig.pair(lock);
  yale = rig.house.addLock({ profile: "YRD220/240", quirks: { isSleepy: false } });
  await rig.pair(yale);
  onesti = rig.house.addLock({ profile: "easyCodeTouch_v1", quirks: { answerDelayMs: [0, 1] } });
  await rig.pair(onesti);
});

after(() => rig.close());

const done = (reply: unknown) => ({ kind: "done", reply });

/** A code that must not be found anywhere but on the lock. */
const canary = "73519428";

function setPin(
  userId: number,
  text: string,
  userStatus: "occupiedEnabled" | "occupiedDisabled" = "occupiedEnabled",
) {
  const pinCode = PinCode.parse(text);
  assert.ok(pinCode !== null);
  return { name: "setPinCode", userId, userStatus, userType: "unrestricted", pinCode } as const;
}

describe("codes on a lock", () => {
  it("are set, read, disabled, enabled and cleared", async () => {
    assert.deepEqual(await rig.perform(lock, setPin(1, canary)), done(null));
    assert.equal(lock.storedUser(1)?.pinCode.reveal(), canary);
    const read = await rig.perform(lock, { name: "getPinCode", userId: 1 });
    assert.ok(read.kind === "done" && read.reply.kind === "occupied");
    assert.ok(read.reply.pinCode !== "masked" && read.reply.pinCode.reveal() === canary);
    const freeze = { name: "setUserStatus", userId: 1, userStatus: "occupiedDisabled" } as const;
    assert.deepEqual(await rig.perform(lock, freeze), done(null));
    const status = await rig.perform(lock, { name: "getUserStatus", userId: 1 });
    assert.deepEqual(status, done("occupiedDisabled"));
    const thaw = { ...freeze, userStatus: "occupiedEnabled" } as const;
    assert.deepEqual(await rig.perform(lock, thaw), done(null));
    assert.deepEqual(await rig.perform(lock, { name: "clearPinCode", userId: 1 }), done(null));
    assert.equal(lock.storedUser(1), null);
    const empty = await rig.perform(lock, { name: "getPinCode", userId: 1 });
    assert.deepEqual(empty, done({ kind: "empty" }));
  });

  it("are refused as a value if they are duplicate, of a bad length or out of range", async () => {
    assert.deepEqual(await rig.perform(lock, setPin(1, "135791")), done(null));
    assert.deepEqual(await rig.perform(lock, setPin(2, "135791")), {
      kind: "refused",
      status: "duplicateCode",
      statusCode: 3,
    });
    assert.equal((await rig.perform(lock, setPin(2, "1"))).kind, "refused");
    assert.equal((await rig.perform(lock, setPin(900, "246802"))).kind, "refused");
    assert.equal(lock.storedUser(2), null);
  });

  it("end at the deadline if the lock does not answer", async () => {
    const startedAtMs = performance.now();
    const outcome = await rig.perform(onesti, { name: "getPinCode", userId: 5 }, 300);
    assert.deepEqual(outcome, { kind: "unreachable", cause: "timeout", wasSent: true });
    assert.ok(performance.now() - startedAtMs >= 299);
  });

  it("wait while the lock is busy, and are never sent after their deadline", async () => {
    const first = rig.perform(onesti, { name: "getPinCode", userId: 5 }, 400);
    const second = await rig.perform(onesti, setPin(5, "975310"), 100);
    assert.deepEqual(second, { kind: "unreachable", cause: "timeout", wasSent: false });
    await first;
    // The next operation goes through the same queue: when it is done, the second one is history.
    assert.deepEqual(await rig.perform(onesti, setPin(6, "111333"), 20_000), done(null));
    assert.equal(onesti.storedUser(5), null);
  });

  it("are not sent after their caller has aborted them", async () => {
    const endpoint = lock.quirks.endpoint;
    const signal = AbortSignal.abort();
    const outcome = await rig.driver.perform(idOf(lock), setPin(7, "999111"), {
      deadlineMs: 1_000,
      endpoint,
      signal,
    });
    assert.deepEqual(outcome, { kind: "unreachable", cause: "aborted", wasSent: false });
    assert.equal(lock.storedUser(7), null);
  });
});

describe("an operation on schedules, types, log, state or clock", () => {
  it("stores a week-day schedule and reads it back, and reads none when nothing is stored", async () => {
    const at = { scheduleId: 0, userId: 1 };
    const schedule = { daysMask: 2, startHour: 15, startMinute: 45, endHour: 16, endMinute: 55 };
    const get = { name: "getWeekDaySchedule", ...at } as const;
    assert.deepEqual(await rig.perform(lock, get), done(null));
    const set = { name: "setWeekDaySchedule", ...at, schedule } as const;
    assert.deepEqual(await rig.perform(lock, set), done(null));
    assert.deepEqual(await rig.perform(lock, get), done(schedule));
    const clear = { name: "clearWeekDaySchedule", ...at } as const;
    assert.deepEqual(await rig.perform(lock, clear), done(null));
    assert.deepEqual(await rig.perform(lock, get), done(null));
  });

  it("stores a year-day schedule and reads it back", async () => {
    const at = { scheduleId: 1, userId: 1 };
    const schedule = { localStartSeconds: 848_739_600, localEndSeconds: 848_826_000 };
    const get = { name: "getYearDaySchedule", ...at } as const;
    assert.deepEqual(await rig.perform(lock, get), done(null));
    const set = { name: "setYearDaySchedule", ...at, schedule } as const;
    assert.deepEqual(await rig.perform(lock, set), done(null));
    assert.deepEqual(await rig.perform(lock, get), done(schedule));
  });

  it("refuses a schedule id out of range", async () => {
    const outcome = await rig.perform(lock, {
      name: "getYearDaySchedule",
      scheduleId: 9,
      userId: 1,
    });
    assert.equal(outcome.kind, "refused");
  });

  it("sets a user's type and reads it back", async () => {
    const set = { name: "setUserType", userId: 1, userType: "yearDay" } as const;
    assert.deepEqual(await rig.perform(lock, set), done(null));
    assert.deepEqual(await rig.perform(lock, { name: "getUserType", userId: 1 }), done("yearDay"));
  });

  it("returns unsupported for a command that the lock does not know", async () => {
    const outcome = await rig.perform(onesti, { name: "getUserStatus", userId: 5 });
    assert.deepEqual(outcome, { kind: "unsupported" });
  });

  it("moves the bolt, and reads the state of bolt, door and battery", async () => {
    assert.deepEqual(await rig.perform(lock, { name: "unlockDoor", pinCode: null }), done(null));
    assert.equal(lock.lockState, "unlocked");
    lock.setBattery(55);
    assert.deepEqual(
      await rig.perform(lock, { name: "readState" }),
      done({ lockState: "unlocked", doorState: "closed", batteryPercent: 55, batteryRaw: 110 }),
    );
    assert.deepEqual(await rig.perform(lock, { name: "lockDoor", pinCode: null }), done(null));
    assert.equal(lock.lockState, "locked");
  });

  it("reads the newest log record", async () => {
    const outcome = await rig.perform(lock, { name: "getLogRecord", logIndex: 0 });
    assert.ok(outcome.kind === "done");
    assert.equal(outcome.reply.eventType, "operation");
  });

  it("writes the clock of a lock and reads it back", async () => {
    const utcSeconds = 848_739_600;
    const write = { name: "writeTime", utcSeconds, zoneSeconds: 3_600, dstSeconds: 0 } as const;
    assert.deepEqual(await rig.perform(yale, write), done(null));
    const read = await rig.perform(yale, { name: "readTime" });
    assert.ok(read.kind === "done" && read.reply !== null);
    assert.ok(Math.abs(read.reply - utcSeconds) < 60);
  });
});

describe("events of a lock", () => {
  it("follow the report that the lock was heard, with their user and source", async () => {
    await rig.perform(lock, setPin(3, "246813"));
    const from = rig.listener.events.length;
    lock.keypad("246813");
    const id = idOf(lock);
    await rig.listener.until("the opening", () =>
      rig.listener
        .reported(id)
        .find((event) => event.kind === "operationEvent" && event.userId === 3),
    );
    const kinds = rig.listener.events.slice(from).map(({ event }) => event.kind);
    assert.equal(kinds.indexOf("heard"), 0);
    assert.equal(kinds[kinds.indexOf("operationEvent") - 1], "heard");
    const opening = rig.listener.reported(id).findLast((event) => event.kind === "operationEvent");
    assert.ok(opening?.kind === "operationEvent");
    assert.deepEqual([opening.source, opening.code], ["keypad", "unlock"]);
  });

  it("name the user behind a Yale's shifted id, and the code", async () => {
    yale.programAtKeypad({ userId: 4, code: "864213" });
    const event = await rig.listener.until("the programming event", () =>
      rig.listener.reported(idOf(yale)).find((candidate) => candidate.kind === "programmingEvent"),
    );
    assert.ok(event.kind === "programmingEvent");
    assert.deepEqual([event.userId, event.code, event.source], [4, "pinCodeAdded", "keypad"]);
    assert.ok(event.pinCode !== null && event.pinCode !== "masked");
  });

  it("come from Onesti's attributes", async () => {
    await rig.perform(onesti, setPin(8, canary));
    onesti.keypad(canary);
    const event = await rig.listener.until("the activity", () =>
      rig.listener.reported(idOf(onesti)).find((candidate) => candidate.kind === "operationEvent"),
    );
    assert.ok(event.kind === "operationEvent");
    assert.deepEqual([event.userId, event.code, event.source], [8, "unlock", "keypad"]);
  });

  it("are reported once when they lack a field, want an acknowledgement and come twice", async () => {
    const terse = rig.house.addLock({
      profile: "LATCH-ZCL-1",
      quirks: { hasEventDataField: false, extraEvents: 1, wantsDefaultResponse: true },
    });
    await rig.pair(terse);
    const id = idOf(terse);
    let acknowledged = 0;
    const end = rig.house.stick.onFrame(({ ieee, direction, frame }) => {
      const isDefaultResponse = direction === "toDevice" && frame.payload[2] === 0x0b;
      if (ieee === terse.ieee && isDefaultResponse && frame.payload[3] === 0x20) acknowledged++;
    });
    terse.turnKnob("unlock");
    await rig.listener.until("the opening", () =>
      rig.listener.reported(id).find((event) => event.kind === "operationEvent"),
    );
    // What was sent before this answer was heard before it.
    await rig.perform(terse, { name: "readState" });
    end();
    const openings = rig.listener.reported(id).filter((event) => event.kind === "operationEvent");
    assert.equal(openings.length, 1);
    assert.ok(acknowledged >= 1);
  });

  it("are alarms when somebody tampers with the lock", async () => {
    lock.removeCover();
    const event = await rig.listener.until("the alarm", () =>
      rig.listener.reported(idOf(lock)).find((candidate) => candidate.kind === "alarm"),
    );
    assert.deepEqual(event, { kind: "alarm", alarm: "frontEscutcheonRemoved" });
  });
});

describe("secret codes", () => {
  it("are in no log line and in no file of herdsman's, and the files are private", async () => {
    // A failed command makes herdsman write its payload into the error.
    lock.goOutOfRange();
    await rig.perform(lock, setPin(9, canary), 500);
    lock.comeBack();
    await rig.driver.stop();
    const files = ["database.db", "coordinator_backup.json", "network.json"];
    for (const name of files) {
      const path = join(rig.directory, "zigbee", name);
      const text = readFileSync(path, "utf8");
      assert.ok(!text.includes(canary), `${name} tells a code`);
      assert.ok(!text.includes([...Buffer.from(canary)].join(",")), `${name} tells a code`);
      assert.equal(statSync(path).mode & 0o077, 0, name);
    }
    assert.ok(!rig.log.text.includes(canary));
    assert.ok(!rig.log.text.includes([...Buffer.from(canary)].join(",")));
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { aLockId } from "../../../support/records.ts";
import { ActionRoom } from "./action-room.ts";

const newCreate = "tuya.m.device.zigbee.newTempPwd.create";
const pageList = "tuya.m.device.lock.temppwd.pagelist";
const newUpdate = "tuya.m.device.zigbee.newTempPwd.update";

/** The published request, with the digits that its end lost put back. */
const example = {
  devId: aLockId,
  name: "涂小鸦",
  password: "123456",
  phone: "12345678901",
  countryCode: "86",
  effectiveTime: "1601519817000",
  invalidTime: "1604161817000",
};

const tuesdays = [
  { allDay: false, effectiveTime: 967, invalidTime: 1270, timeZoneId: "", workingDay: 81 },
];

let room: ActionRoom;

describe("temporary passwords of the new generation", () => {
  beforeEach(async () => {
    room = await ActionRoom.open();
  });
  afterEach(() => room.close());

  it("answer the published request with the published record", async () => {
    const params = { ...example, schedule: JSON.stringify(tuesdays), oneTime: 1, sendMsg: 1 };
    assert.deepEqual(await room.result(newCreate, params), {
      deliveryStatus: 1,
      devId: aLockId,
      effective: 1,
      effectiveTime: "1601519817000",
      id: 1,
      invalidTime: "1604161817000",
      name: "涂小鸦",
      oneTime: 1,
      operate: 124,
      password: "123456",
      phase: 1,
      phone: "86-12345678901",
      scheduleList: [
        {
          allDay: false,
          effectiveTime: 967,
          invalidTime: 1270,
          timeZoneId: "Europe/Berlin",
          workingDay: 81,
        },
      ],
      sendMsg: 1,
      status: true,
      timeZone: "Europe/Berlin",
      tyNumber: 2,
      uid: "0",
    });
  });

  it("are the passwords of every other API", async () => {
    await room.result(newCreate, { ...example, schedule: tuesdays });
    const { window, name, sendTo, origin } = room.password(1);
    assert.deepEqual([name, sendTo, origin], ["涂小鸦", "86-12345678901", "local"]);
    assert.deepEqual(window, {
      beginMs: 1_601_519_817_000,
      endMs: 1_604_161_817_000,
      // Sunday is the lowest bit here: Sunday, Tuesday, Saturday.
      weekly: { daysMask: 0x51, startMinute: 967, endMinute: 1270, timeZone: "Europe/Berlin" },
    });
    assert.equal(room.codeOf(1), "123456");
    assert.ok(!room.contents().includes('"123456"'), "no code in clear");
  });

  it("refuse the published end, which is before the begin", async () => {
    const params = { ...example, invalidTime: "160161817000" };
    await room.refuses(newCreate, params, [14001, "invalidTime"]);
  });

  it("accept either unit of time, as text or as a number", async () => {
    const times = [1_601_519_817, 1_601_519_817_000, "1601519817", "1601519817000"];
    for (const [index, effectiveTime] of times.entries()) {
      await room.result(newCreate, { ...example, password: `22222${index}`, effectiveTime });
      assert.equal(room.password(index + 1).window.beginMs, 1_601_519_817_000);
    }
  });

  it("name every field that is wrong", async () => {
    const wrong: readonly (readonly [object, string, number?])[] = [
      [{ devId: "25230882b4e62d61b52a" }, "devId", 15006],
      [{ devId: "0x00124b00000000ff" }, "devId", 15006],
      [{ name: undefined }, "name"],
      [{ password: 123456 }, "password"],
      [{ password: "12a456" }, "password"],
      [{ password: "123" }, "password", 16008],
      [{ password: "123456789" }, "password", 16008],
      [{ password: "135790" }, "password", 11000],
      [{ effectiveTime: "soon" }, "effectiveTime"],
      [{ effectiveTime: -1 }, "effectiveTime"],
      [{ effectiveTime: "99999999999" }, "effectiveTime"],
      [{ invalidTime: "1601519416" }, "invalidTime"],
      [{ phone: "call me" }, "phone"],
      [{ countryCode: "DE" }, "countryCode"],
      [{ oneTime: 2 }, "oneTime"],
      [{ oneTime: true }, "oneTime"],
      [{ sendMsg: "yes" }, "sendMsg"],
      [{ sendMsg: 1, phone: "" }, "phone"],
      [{ schedule: "[" }, "schedule"],
      [{ schedule: "{}" }, "schedule"],
      [{ schedule: [{ workingDay: 0 }] }, "schedule.0.workingDay"],
      [{ schedule: [{ workingDay: 128 }] }, "schedule.0.workingDay"],
      [{ schedule: '[{"workingDay":1,"effectiveTime":1441}]' }, "schedule"],
      [{ schedule: '[{"workingDay":1,"effectiveTime":5,"invalidTime":5}]' }, "schedule"],
      [{ schedule: '[{"workingDay":1,"timeZoneId":"Mars/Base"}]' }, "schedule"],
      [{ surprise: 1 }, "surprise"],
      [{ v: "3.0" }, "v"],
    ];
    for (const [changes, field, errNo = 14001] of wrong) {
      const params = { ...example, ...changes };
      await room.refuses(newCreate, JSON.parse(JSON.stringify(params)), [errNo, field]);
    }
  });

  it("have the same hours on all their days, given in one stretch or more", async () => {
    const two = [
      { effectiveTime: 60, invalidTime: 120, workingDay: 64 },
      { effectiveTime: 60, invalidTime: 120, workingDay: 1 },
    ];
    await room.result(newCreate, { ...example, schedule: two });
    assert.equal(room.password(1).window.weekly?.daysMask, 0x41);
    const [first, second] = two;
    const schedule = [first, { ...second, invalidTime: 180 }];
    const params = { ...example, password: "222222", schedule };
    await room.refuses(newCreate, params, [16008, "schedule"]);
  });

  it("read workingDay from the lowest bit, which is Sunday", async () => {
    const schedule = [{ allDay: true, workingDay: 38 }];
    await room.result(newCreate, { ...example, schedule });
    const mondayTuesdayFriday = 0b010_0110;
    assert.equal(room.password(1).window.weekly?.daysMask, mondayTuesdayFriday);
  });

  it("keep their days when actions.working_day is changed, and show them in the other order", async () => {
    await room.result(newCreate, { ...example, schedule: tuesdays });
    const before = room.password(1).window;
    room.workingDay = "sunday_highest";
    await room.restart();
    assert.deepEqual(room.password(1).window, before);
    const listed = await room.result("tuya.m.device.lock.temppwd.pagelist", { devId: aLockId });
    assert.match(JSON.stringify(listed), /"workingDay":69/);
    const schedule = [{ allDay: true, workingDay: 64 }];
    await room.result(newCreate, { ...example, password: "222222", schedule });
    assert.equal(room.password(2).window.weekly?.daysMask, 1, "the highest bit is Sunday");
  });

  it("last all day, and over midnight", async () => {
    await room.result(newCreate, { ...example, schedule: [{ allDay: true, workingDay: 2 }] });
    const night = [{ effectiveTime: 1380, invalidTime: 0, workingDay: 127, timeZoneId: "UTC" }];
    await room.result(newCreate, { ...example, password: "222222", schedule: night });
    const weekly = [1, 2].map((id) => room.password(id).window.weekly);
    assert.deepEqual(
      weekly.map((one) => [one?.daysMask, one?.startMinute, one?.endMinute, one?.timeZone]),
      [
        [0x02, 0, 1440, "Europe/Berlin"],
        [0x7f, 1380, 1440, "UTC"],
      ],
    );
  });

  it("are listed by pages as published", async () => {
    await room.result(newCreate, { ...example, schedule: tuesdays });
    const params = { devId: aLockId, useful: true, offset: 0, limit: 50 };
    const result = await room.result(pageList, params);
    const record = await room.result(newUpdate, { id: 1, devId: aLockId, name: "x" });
    assert.deepEqual(Object.keys(Object(result)), ["datas", "hasNext", "totalCount"]);
    const { datas, hasNext, totalCount } = Object(result);
    assert.deepEqual([datas.length, hasNext, totalCount], [1, false, 1]);
    assert.deepEqual({ ...datas[0], name: "x", operate: 124 }, record);
    assert.equal(datas[0].password, "123456");
  });

  it("are changed and deleted by their update", async () => {
    await room.result(newCreate, example);
    const change = { id: 1, devId: aLockId, password: "654321", operate: 126, oneTime: 1 };
    const times = { effectiveTime: "1601600000000", schedule: tuesdays };
    const record = Object(await room.result(newUpdate, { ...change, ...times }));
    assert.deepEqual(
      [record.operate, record.password, record.oneTime, record.effectiveTime, record.invalidTime],
      [126, "654321", 1, "1601600000000", "1604161817000"],
    );
    assert.equal(record.deliveryStatus, 1);
    const deletion = { id: 1, devId: aLockId, operate: 125 };
    assert.equal(Object(await room.result(newUpdate, deletion)).operate, 125);
    assert.ok(room.password(1).isDeleted);
    await room.refuses(newUpdate, { id: 1, devId: aLockId }, [15006, "id"]);
    await room.refuses(newUpdate, { id: 999, devId: aLockId, operate: 125 }, [15006, "id"]);
    await room.refuses(newUpdate, { ...deletion, operate: 127 }, [14001, "operate"]);
  });

  it("keep a code that is sent unchanged, without a frame to the lock", async () => {
    await room.result(newCreate, example);
    const before = room.password(1);
    await room.result(newUpdate, { id: 1, devId: aLockId, password: "123456", name: "new" });
    assert.deepEqual(room.password(1), { ...before, name: "new" });
  });

  it("hand the code to the carrier of messages once they are on disk", async () => {
    await room.result(newCreate, { ...example, sendMsg: 1 });
    const [message] = room.messages;
    assert.deepEqual(
      [message?.kind, message?.to, message?.countryCode, message?.lockName, message?.validFromMs],
      ["temporaryPassword", "86-12345678901", "86", "front door", 1_601_519_817_000],
    );
    await room.result(newCreate, { ...example, password: "222222", sendMsg: 0 });
    assert.equal(room.messages.length, 1);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../../daemon/base/json.ts";
import type { EventEntry } from "../../../../daemon/core/model/journal.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLockId } from "../../../support/records.ts";
import { ActionRoom } from "./action-room.ts";

const alarms = "tuya.m.device.lock.alarm.list";
const history = "tuya.m.scale.history.list";

/** Openings in the journal of the paging test. */
const many = 1_234;

function opening(detail: JsonObject): EventEntry {
  return { kind: "event", event: "lockerOpenAlarm", lock: aLockId, detail };
}

describe("records of openings", { concurrency: false }, () => {
  let room: ActionRoom;
  before(async () => {
    room = await ActionRoom.open();
  });
  after(() => room.close());

  const ask = async (params: object) =>
    Object(await room.result(history, { devId: aLockId, ...params }));

  it("answer the published request with the published shape, type by type", async () => {
    room.clock.nowMs = 1_567_079_971_000;
    await room.tell(opening({ eventid: 1, time: 1, source: 2, method: "keypad" }));
    const params = { dpIds: [1, 2, 3, 4], offset: 0, limit: 50, startTime: "", endTime: "" };
    const { datas, hasNext, totalCount } = await ask(params);
    const [row] = datas;
    assert.match(row.uuid, /^\S{16,}$/);
    assert.deepEqual(row, {
      devId: aLockId,
      dps: [{ "2": "0" }],
      avatar: "",
      userName: "",
      unlockName: "",
      gmtCreate: 1_567_079_971_000,
      uuid: row.uuid,
      userId: "0",
      tags: 0,
      status: 1,
    });
    assert.deepEqual([hasNext, totalCount], [false, 1]);
  });

  it("name the credential and its member, and keep the name of a slot's former code", async () => {
    room.clock.nowMs += 1;
    const owner = { userId: "9906", name: "Ann", account: "", countryCode: "", avatar: "http://a" };
    await room.put(
      put("member", ["9906"], { ...owner, isOwner: true, createdAtMs: 0 }),
      put("opmode", [aLockId, "1-2"], {
        ...{ opModeId: 1, lock: aLockId, unlockId: "1-2", unlockName: "指纹02" },
        ...{ userId: "9906", passwordId: null, createdAtMs: 0 },
      }),
      put("opmode", [aLockId, "3-4"], {
        ...{ opModeId: 2, lock: aLockId, unlockId: "3-4", unlockName: "Ann's code" },
        ...{ userId: "9906", passwordId: 7, createdAtMs: 0 },
      }),
    );
    await room.tell(
      opening({ method: "fingerprint", unlock_id: "1-2" }),
      opening({ method: "keypad", unlock_id: "3-4", sourceid: 7, source_name: "K" }),
      opening({ method: "keypad", unlock_id: "3-4", sourceid: 8, source_name: "L" }),
      opening({ method: "rf" }),
    );
    const { datas } = await ask({ limit: 4 });
    assert.deepEqual(
      datas.map((row: JsonObject) => [row["dps"], row["unlockName"], row["userName"]]),
      [
        [[{ "41": "0" }], "", ""],
        [[{ "3": "4" }], "L", ""],
        [[{ "3": "4" }], "Ann's code", "Ann"],
        [[{ "1": "2" }], "指纹02", "Ann"],
      ],
    );
    assert.deepEqual([datas[3].userId, datas[3].avatar], ["9906", "http://a"]);
  });

  it("are paged without a hole or a repeat if there are more than a thousand", async () => {
    const from = room.clock.nowMs + 1;
    room.clock.nowMs = from;
    const tail = room.store.nextSeq();
    const rows = Array.from({ length: many }, (_, index) =>
      opening({ method: "keypad", unlock_id: `3-${index % 7}` }),
    );
    await room.tell(...rows);
    const ids: string[] = [];
    for (let seq = tail; seq < tail + many; seq += 1000) {
      ids.push(...(await room.store.readJournal(seq, 1000)).map(({ id }) => id));
    }
    const seen: string[] = [];
    let page = { hasNext: true, totalCount: 0, datas: [] as JsonObject[] };
    for (let offset = 0; page.hasNext; offset += 100) {
      page = await ask({ offset, limit: 100, startTime: from });
      assert.equal(page.totalCount, many);
      seen.push(...page.datas.map((row) => String(row["uuid"])));
    }
    assert.deepEqual(seen, ids.reverse());
    const last = await ask({ offset: many - 1, limit: 5, startTime: from });
    assert.deepEqual([last.datas.length, last.hasNext], [1, false]);
    assert.deepEqual((await ask({ offset: 5_000 })).datas, []);
  });

  it("are filtered by data point, and by time in either unit", async () => {
    assert.equal((await ask({ dpIds: [1] })).totalCount, 1);
    assert.equal((await ask({ dpIds: "[1,41]" })).totalCount, 2);
    assert.equal((await ask({ dpIds: "1,41" })).totalCount, 2);
    assert.equal((await ask({ dpIds: 41 })).totalCount, 1);
    assert.equal((await ask({ endTime: 1_567_079_971 })).totalCount, 1);
    assert.equal((await ask({ endTime: "1567079971000" })).totalCount, 1);
    assert.equal(
      (await ask({ startTime: "1567079971", endTime: 1_567_079_971_000 })).totalCount,
      1,
    );
  });

  it("are refused with the field's name", async () => {
    const wrong: readonly (readonly [object, string, number?])[] = [
      [{ devId: "x" }, "devId", 15006],
      [{ devId: "0x00124b00000000ff" }, "devId", 15006],
      [{ dpIds: "one" }, "dpIds"],
      [{ dpIds: ["1"] }, "dpIds.0"],
      [{ dpIds: "1 2" }, "dpIds"],
      [{ offset: -1 }, "offset"],
      [{ limit: 0 }, "limit"],
      [{ limit: 1001 }, "limit"],
      [{ startTime: "noon" }, "startTime"],
    ];
    for (const [params, field, errNo = 14001] of wrong) {
      await room.refuses(history, { devId: aLockId, ...params }, [errNo, field]);
    }
    await room.refuses(alarms, { devId: aLockId, startTime: 1 }, [14001, "startTime"]);
  });
});

describe("records of alarms", () => {
  it("have a data point each, and no opening is among them", async () => {
    const room = await ActionRoom.open();
    try {
      const alarm = (event: EventEntry["event"], detail: JsonObject | null = null): EventEntry => ({
        kind: "event",
        event,
        lock: aLockId,
        detail,
      });
      await room.tell(
        opening({ method: "keypad", unlock_id: "3-4", sourceid: 7 }),
        alarm("wrongPwdAlarm"),
        alarm("brokenAlarm"),
        alarm("batteryAlarm", { battery_level: 5 }),
        alarm("lockJammedAlarm"),
        alarm("duressAlarm", { unlock_id: "1-2" }),
        { ...alarm("brokenAlarm"), lock: "0x00124b0000000002" },
      );
      const params = { devId: aLockId, dpIds: [9, 35], offset: 0, limit: 50 };
      const { datas, hasNext, totalCount } = Object(await room.result(alarms, params));
      assert.deepEqual(
        datas.map(({ dps }: JsonObject) => dps),
        [[{ "35": "1-2" }], [{ "9": "4" }], [{ "9": "10" }], [{ "9": "8" }], [{ "9": "1" }]],
      );
      assert.deepEqual([hasNext, totalCount], [false, 5]);
      assert.deepEqual(Object.keys(datas[0]).sort(), [
        "avatar",
        "devId",
        "dps",
        "gmtCreate",
        "status",
        "tags",
        "userId",
        "userName",
        "uuid",
      ]);
    } finally {
      await room.close();
    }
  });
});

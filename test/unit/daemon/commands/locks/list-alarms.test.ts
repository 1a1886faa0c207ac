import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList, isJsonObject, type JsonObject } from "../../../../../daemon/base/json.ts";
import type { Caller } from "../../../../../daemon/commands/caller.ts";
import { rejoinSuspensionSetting } from "../../../../../daemon/core/contact/suspended-grants.ts";
import type { EventName } from "../../../../../daemon/core/model/journal.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId, aPassword, aSlot } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const uuid = aLockId;
const minuteMs = 60_000;
const other = "0x00124b0000000002";

describe("list_alarms", () => {
  let room: CommandRoom;
  let nowMs = 0;

  beforeEach(async () => {
    room = await CommandRoom.open();
    nowMs = room.clock.nowMs;
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  function callAs(scope: Caller["scope"]): void {
    room.caller = { transport: "rest", name: scope, scope, origin: "local" };
  }

  async function event(name: EventName, detail: JsonObject | null, atMs: number): Promise<void> {
    const entry = { kind: "event", event: name, lock: uuid, detail } as const;
    await room.store.commit({ changes: [], journal: [entry] }, { atMs, clock: "synced" });
  }

  async function rows(part: "standing" | "recent", params: JsonObject = {}) {
    const { [part]: list } = await room.call("list_alarms", params);
    assert.ok(isJsonList(list));
    return list.filter(isJsonObject);
  }

  async function standing(): Promise<readonly (readonly unknown[])[]> {
    const alarms = await rows("standing");
    return alarms.map(({ event: name, since, detail }) => [name, since, detail]);
  }

  it("lists nothing of a lock that is well", async () => {
    await room.addLock();
    assert.deepEqual(await room.call("list_alarms"), {
      ErrNo: 0,
      ErrMsg: "",
      standing: [],
      recent: [],
      is_truncated: 0,
    });
  });

  it("says since when a lock is offline, has joined again, and has a low battery", async () => {
    await room.addLock({
      isOnline: false,
      onlineChangedAtMs: nowMs - 5 * minuteMs,
      batteryStep: 7,
      batteryPercent: 6,
      batteryToldAtMs: nowMs - 50 * minuteMs,
    });
    await room.put(put("setting", rejoinSuspensionSetting(uuid), { value: nowMs - minuteMs }));
    const at = (minutes: number) => nowMs / 1000 - minutes * 60;
    assert.deepEqual(await standing(), [
      ["lockOfflineAlarm", at(5), {}],
      ["lockRejoinedAlarm", at(1), {}],
      ["batteryAlarm", at(50), { battery_level: 6 }],
    ]);
  });

  it("takes the time of a jammed bolt from the last event", async () => {
    await room.addLock({ doorState: "jammed" });
    assert.deepEqual(await standing(), [["lockJammedAlarm", null, {}]]);
    await event("lockJammedAlarm", null, nowMs - 9 * minuteMs);
    assert.deepEqual(await standing(), [["lockJammedAlarm", nowMs / 1000 - 540, {}]]);
  });

  it("lists each code that may still open, a minute after it should not", async () => {
    await room.addLock();
    const window = { beginMs: null, endMs: nowMs - 3 * minuteMs, weekly: null };
    await room.put(
      put("password", [uuid, 7], aPassword({ id: 7, userId: 3, window })),
      put("slot", [uuid, 3], aSlot({ userId: 3, holder: 7, attemptedRevision: 1 })),
    );
    const since = nowMs / 1000 - 180;
    assert.deepEqual(await standing(), [["pwdRevokeOverdue", since, { password_id: 7 }]]);
    room.clock.nowMs -= 150_000;
    assert.deepEqual(await standing(), []);
  });

  it("keeps the alarm for wrong codes until ten minutes after the last one", async () => {
    await room.addLock({ wrongCodes: 4, wrongCodeAtMs: nowMs - 9 * minuteMs });
    const since = nowMs / 1000 - 540;
    assert.deepEqual(await standing(), [["wrongPwdAlarm", since, { wrong_codes: 4 }]]);
    room.clock.nowMs += 2 * minuteMs;
    assert.deepEqual(await standing(), []);
  });

  it("lists past alarms of a week, the newest first, and no openings", async () => {
    await room.addLock({ name: "front" });
    await event("brokenAlarm", { alarm: "doorForcedOpen" }, nowMs - 8 * 86_400_000);
    await event("brokenAlarm", { alarm: "frontEscutcheonRemoved" }, nowMs - 3 * minuteMs);
    await event("lockerOpenAlarm", { eventid: 1 }, nowMs - 2 * minuteMs);
    await event("outOfWindowOpen", { password_id: 4 }, nowMs - minuteMs);
    const recent = await rows("recent");
    assert.deepEqual(recent, [
      {
        uuid,
        name: "front",
        event: "outOfWindowOpen",
        time: nowMs / 1000 - 60,
        detail: { password_id: 4 },
      },
      {
        uuid,
        name: "front",
        event: "brokenAlarm",
        time: nowMs / 1000 - 180,
        detail: { alarm: "frontEscutcheonRemoved" },
      },
    ]);
    assert.equal((await rows("recent", { from: 0 })).length, 3);
  });

  it("gives at most 200 past alarms, and says that there were more", async () => {
    await room.addLock();
    for (let index = 0; index < 201; index += 1) await event("brokenAlarm", { index }, nowMs);
    const reply = await room.call("list_alarms");
    assert.equal(reply["is_truncated"], 1);
    const recent = await rows("recent");
    assert.equal(recent.length, 200);
    assert.deepEqual(recent.at(-1)?.["detail"], { index: 1 });
  });

  it("lists the alarms of one lock only, if one is named", async () => {
    await room.addLock({ doorState: "jammed" });
    await room.addLock({ lock: other, isOnline: false });
    assert.equal((await rows("standing")).length, 2);
    const own = await rows("standing", { uuid: other });
    assert.deepEqual(
      own.map(({ event: name }) => name),
      ["lockOfflineAlarm"],
    );
    assert.equal(await room.errNo("list_alarms", { uuid: "0x00124b0000000009" }), 15006);
  });

  it("hides from a technician what says who used a door, and from show_lock's count too", async () => {
    await room.addLock({ wrongCodes: 3, wrongCodeAtMs: nowMs, doorState: "jammed" });
    await event("duressAlarm", { password_id: 1, source_name: "Ann Other" }, nowMs);
    await event("brokenAlarm", { alarm: "doorForcedOpen" }, nowMs);
    assert.equal((await room.call("show_lock", { uuid }))["alarms"], 2);
    callAs("technician");
    assert.equal((await room.call("show_lock", { uuid }))["alarms"], 1);
    const text = JSON.stringify(await room.call("list_alarms"));
    assert.match(text, /lockJammedAlarm.*brokenAlarm/);
    assert.doesNotMatch(text, /wrongPwdAlarm|duressAlarm|Ann Other/);
    callAs("steward");
    assert.match(JSON.stringify(await room.call("list_alarms")), /Ann Other/);
  });
});

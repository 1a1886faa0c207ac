import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList, isJsonObject, type JsonObject } from "../../../../../daemon/base/json.ts";
import { radioUpSinceSetting } from "../../../../../daemon/core/contact/radio-up-since.ts";
import { stickOfflineSetting } from "../../../../../daemon/core/contact/stick-alarm.ts";
import type { LockRecord } from "../../../../../daemon/core/model/lock.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId, aPassword, aSlot, someCapabilities } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const minuteMs = 60_000;
const technician = {
  transport: "rest",
  name: "tom",
  scope: "technician",
  origin: "local",
} as const;

describe("the doctor", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  async function findings(): Promise<readonly JsonObject[]> {
    const { findings: found } = await room.call("doctor");
    assert.ok(isJsonList(found));
    return found.filter(isJsonObject);
  }

  async function codes(part: string): Promise<readonly string[]> {
    const found = await findings();
    return found.filter((one) => one["part"] === part).map(({ code }) => String(code));
  }

  /** Adds a lock that needs nothing but attention to its radio. */
  async function addLock(changes: Partial<LockRecord>, silentForMs: number | null): Promise<void> {
    await room.addLock({
      capabilities: someCapabilities({ pinUsers: 0, lastUserId: 0 }),
      ...changes,
    });
    const administrator = aPassword({ id: 999, operationStage: "done" });
    await room.put(put("password", [aLockId, 999], administrator));
    room.site.diagnostics.silentForMs = silentForMs;
  }

  it("finds a gateway without locks well, and says how to get one", async () => {
    const reply = await room.call("doctor");
    assert.equal(reply["is_well"], 1);
    const [first] = await findings();
    assert.equal(first?.["what"], "the daemon answers");
    assert.deepEqual(await codes("lock"), ["noLock"]);
    assert.deepEqual(await codes("stick"), ["stickWorks"]);
  });

  it("gives the variable parts of its texts as values, and the lock by its uuid", async () => {
    await addLock({ batteryPercent: 5, name: "{lock} of Ann" }, 1000);
    const low = (await findings()).find(({ code }) => code === "batteryLow");
    assert.deepEqual(low, {
      state: "warn",
      part: "lock",
      code: "batteryLow",
      what: `lock {lock} of Ann (${aLockId}): battery 5 %`,
      advice: "change its batteries",
      values: { name: "{lock} of Ann", lock: aLockId, percent: 5 },
      lock: aLockId,
    });
  });

  it("calls a lock well that spoke within its rhythm", async () => {
    await addLock({}, 89 * minuteMs);
    assert.deepEqual(await codes("lock"), ["lockWell"]);
  });

  it("reports a lock as silent after one and a half times its rhythm", async () => {
    await addLock({}, 91 * minuteMs);
    const [silent] = (await findings()).filter(({ part }) => part === "lock");
    assert.equal(silent?.["code"], "lockSilent");
    assert.equal(silent?.["state"], "warn");
    assert.deepEqual(silent?.["values"], {
      name: "front door",
      lock: aLockId,
      minutes: 91,
      rhythm: 60,
    });
  });

  it("reports a lock that did not answer after two minutes of silence", async () => {
    await addLock({ missedOperations: 1 }, minuteMs);
    assert.deepEqual(await codes("lock"), ["lockWell"]);
    room.site.diagnostics.silentForMs = 3 * minuteMs;
    assert.deepEqual(await codes("lock"), ["lockUnanswering"]);
  });

  it("counts the silence of a lock that was never heard from the start of the radio", async () => {
    await addLock({}, null);
    const upSince = put("setting", radioUpSinceSetting, {
      value: room.clock.nowMs - 200 * minuteMs,
    });
    await room.put(upSince);
    assert.deepEqual(await codes("lock"), ["lockSilent"]);
  });

  it("blames no lock for its silence while there is no stick, and calls none online", async () => {
    await addLock({}, 91 * minuteMs);
    room.site.diagnostics.stickState = "offline";
    assert.deepEqual(await codes("lock"), []);
    assert.deepEqual(await codes("stick"), ["stickLost"]);
    assert.equal((await room.call("doctor"))["is_well"], 0);
  });

  it("lists no lock as online while the stick is reported as offline", async () => {
    await addLock({}, 1000);
    assert.equal((await room.call("get_lock_info", { uuid: aLockId }))["onoff_line"], 1);
    await room.put(put("setting", stickOfflineSetting, { value: true }));
    assert.equal((await room.call("get_lock_info", { uuid: aLockId }))["onoff_line"], 2);
    assert.equal((await room.call("show_lock", { uuid: aLockId }))["onoff_line"], 2);
  });

  it("reports a bolt that is stuck half way", async () => {
    await addLock({ lockState: "notFullyLocked" }, 1000);
    assert.deepEqual(await codes("lock"), ["boltHalfWay"]);
  });

  it("says how many changes wait for a lock, and when somebody should help", async () => {
    await addLock({}, 1000);
    const changedAtMs = room.clock.nowMs - 5 * minuteMs;
    const later = { beginMs: room.clock.nowMs + 1, endMs: null, weekly: null };
    await room.put(
      put("password", [aLockId, 5], aPassword({ id: 5, changedAtMs })),
      // It waits for its own begin, not for the lock.
      put("password", [aLockId, 6], aPassword({ id: 6, window: later, changedAtMs: 0 })),
    );
    const waits = (await findings()).find(({ code }) => code === "changesWait");
    assert.deepEqual(waits?.["values"], {
      name: "front door",
      lock: aLockId,
      count: 1,
      minutes: 5,
    });
    room.clock.nowMs += 90 * minuteMs;
    assert.deepEqual(await codes("lock"), ["changesLate"]);
    room.site.diagnostics.silentForMs = 91 * minuteMs;
    assert.deepEqual(await codes("lock"), ["lockSilent", "changesWait"]);
  });

  it("reports a code that may still open a minute after its end", async () => {
    await addLock({}, 1000);
    const endMs = room.clock.nowMs - 5 * minuteMs;
    const window = { beginMs: null, endMs, weekly: null };
    await room.put(
      put("password", [aLockId, 7], aPassword({ id: 7, userId: 3, window, changedAtMs: 0 })),
      put("slot", [aLockId, 3], aSlot({ userId: 3, holder: 7, attemptedRevision: 1 })),
    );
    const overdue = (await findings()).find(({ code }) => code === "revocationOverdue");
    assert.deepEqual(overdue?.["values"], {
      name: "front door",
      lock: aLockId,
      count: 1,
      minutes: 5,
    });
    room.clock.nowMs = endMs + 30_000;
    assert.ok(!(await codes("lock")).includes("revocationOverdue"));
  });

  it("warns of a link to the cloud that is not protected although it works", async () => {
    const { report } = room.site.diagnostics;
    const reason = "not protected: any client can command";
    const cloud = { state: "ok", reason, remark: "notProtected" } as const;
    room.site.diagnostics.report = { ...report, cloud };
    const [found] = (await findings()).filter(({ part }) => part === "cloud");
    assert.deepEqual([found?.["state"], found?.["code"]], ["warn", "cloudNotProtected"]);
    assert.match(String(found?.["what"]), /any client can command/);
  });

  it("tells a technician nothing of people, codes and the keys in URLs", async () => {
    await room.addSetUpLock();
    await room.call("add_password", { uuid: aLockId, password: "864209", name: "Ann Other" });
    const url = "https://partner.example/hook?key=geheim";
    const { callback_id } = await room.call("callback_add", { url });
    room.site.diagnostics.callbackReports = [
      {
        callbackId: String(callback_id),
        state: "waiting",
        backlog: 4,
        delivered: 0,
        leftOut: 0,
        lastError: "Ann Other is not in",
      },
    ];
    room.caller = technician;
    const text = JSON.stringify(await room.call("doctor"));
    assert.match(text, /partner\.example: its server does not take events; 4 records wait/);
    for (const secret of ["Ann Other", "864209", "135790", "geheim"]) {
      assert.ok(!text.includes(secret), secret);
    }
  });
});

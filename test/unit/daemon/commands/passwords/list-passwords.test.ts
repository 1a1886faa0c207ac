import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList, isJsonObject, type JsonObject } from "../../../../../daemon/base/json.ts";
import type { PasswordRecord } from "../../../../../daemon/core/model/password.ts";
import type { SlotContent, SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aCode, aLockId, aPassword, aSlot } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const uuid = aLockId;
const hourMs = 3_600_000;

const enabled: SlotContent = {
  kind: "occupied",
  mark: aCode("123456").mark,
  userStatus: "occupiedEnabled",
  userType: "unrestricted",
};

describe("list_passwords", () => {
  let room: CommandRoom;
  let nowMs = 0;

  beforeEach(async () => {
    room = await CommandRoom.open();
    nowMs = room.clock.nowMs;
    await room.addLock();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  async function rows(): Promise<readonly JsonObject[]> {
    const { passwords } = await room.call("list_passwords", { uuid });
    assert.ok(isJsonList(passwords));
    return passwords.filter(isJsonObject);
  }

  /** Returns the row of a password with this state in slot 1. */
  async function rowOf(
    password: Partial<PasswordRecord>,
    slot: Partial<SlotRecord> = {},
  ): Promise<JsonObject> {
    await room.put(
      put("password", [uuid, 1], aPassword(password)),
      put("slot", [uuid, 1], aSlot({ content: { kind: "empty" }, ...slot })),
    );
    const [row] = await rows();
    assert.ok(row !== undefined);
    return row;
  }

  const window = (begin: number | null, end: number | null) => ({
    beginMs: begin === null ? null : nowMs + begin * hourMs,
    endMs: end === null ? null : nowMs + end * hourMs,
    weekly: null,
  });

  it("tells a password's way to the lock: waiting, in the lock, confirmed", async () => {
    const stored = { content: enabled, attemptedRevision: 1, appliedRevision: 1 };
    assert.equal((await rowOf({}))["stage"], "waiting");
    assert.equal((await rowOf({}, stored))["stage"], "inLock");
    const shown = { ...stored, confidence: "confirmed", verifiedAtMs: nowMs } as const;
    const row = await rowOf({ operationStage: "done" }, shown);
    assert.deepEqual([row["stage"], row["verified_at"]], ["confirmed", nowMs / 1000]);
    const unread = { ...stored, content: { kind: "unknown" } } as const;
    assert.equal((await rowOf({ operationStage: "done" }, unread))["stage"], "inLock");
  });

  it("says why a password failed", async () => {
    const row = await rowOf({ operationStage: "failed", failure: "full" });
    assert.deepEqual([row["stage"], row["reason"]], ["failed", "full"]);
    assert.equal((await rowOf({}))["reason"], null);
  });

  it("calls a password closed while its window is not open, and says when it opens next", async () => {
    const row = await rowOf({ window: window(1, 3) });
    const at = (hours: number) => nowMs / 1000 + hours * 3600;
    assert.deepEqual(
      [row["stage"], row["opens_from"], row["opens_until"], row["is_over"]],
      ["closed", at(1), at(3), 0],
    );
    const frozen = await rowOf({ isFrozen: true, operation: "freeze" });
    assert.deepEqual([frozen["stage"], frozen["is_frozen"]], ["closed", 1]);
    const over = await rowOf({ window: window(null, -1) });
    assert.deepEqual([over["stage"], over["opens_from"], over["is_over"]], ["closed", null, 1]);
  });

  it("gives the interval of a week that is open now or opens next", async () => {
    // 2027-01-15 is a Friday; it is 08:00 in UTC.
    const weekly = { daysMask: 1 << 5, startMinute: 420, endMinute: 540, timeZone: "UTC" };
    const row = await rowOf({ window: { beginMs: null, endMs: null, weekly } });
    assert.deepEqual(
      [row["opens_from"], row["opens_until"]],
      [nowMs / 1000 - 3600, nowMs / 1000 + 3600],
    );
    assert.deepEqual(row["weekly"], {
      days: ["friday"],
      start_minute: 420,
      end_minute: 540,
      time_zone: "UTC",
    });
  });

  it("calls a password removing while the lock may still have it, and says since when", async () => {
    const stored = { content: enabled, attemptedRevision: 1 };
    const row = await rowOf({ window: window(null, -1) }, stored);
    assert.deepEqual([row["stage"], row["overdue_since"]], ["removing", nowMs / 1000 - 3600]);
    const deleted = await rowOf({ isDeleted: true, operation: "delete", changedAtMs: nowMs });
    assert.deepEqual([deleted["stage"], deleted["overdue_since"]], ["removing", null]);
  });

  it("says who enforces the window", async () => {
    const schedules = {
      userType: "yearDay",
      yearDay: { localStartSeconds: 0, localEndSeconds: 0xfffffffe },
    } as const;
    const content = { ...enabled, userType: "yearDay" } as const;
    const kept = { content, attemptedRevision: 1, guard: { kind: "held", schedules } } as const;
    assert.equal((await rowOf({ window: window(null, 3) }, kept))["enforced_by"], "both");
    room.clock.state = "lost";
    assert.equal((await rowOf({ window: window(null, 3) }, kept))["enforced_by"], "lock");
    assert.equal((await rowOf({ window: window(null, 3) }))["enforced_by"], "gateway");
  });

  it("says when a one-time password was used, to those who may read the history", async () => {
    const used = { isOneTime: true, consumedAtMs: nowMs - hourMs, isDuress: true, name: "Ann" };
    const row = await rowOf(used);
    assert.deepEqual(
      [row["is_one_time"], row["is_used"], row["used_at"], row["name"], row["is_duress"]],
      [1, 1, nowMs / 1000 - 3600, "Ann", 1],
    );
    room.caller = { transport: "rest", name: "tom", scope: "technician", origin: "local" };
    const [seen] = await rows();
    assert.deepEqual([seen?.["is_one_time"], seen?.["is_used"]], [1, 1]);
    room.caller = { ...room.caller, scope: "steward" };
    const [history] = await rows();
    assert.equal(history?.["used_at"], nowMs / 1000 - 3600);
    for (const field of ["name", "is_duress"]) assert.ok(!(field in (history ?? {})), field);
    for (const field of ["used_at", "name", "is_duress"])
      assert.ok(!(field in (seen ?? {})), field);
  });

  it("shows no digits to anybody", async () => {
    await room.call("add_password", { uuid, is_default: 1, password: "135790" });
    await room.call("add_password", { uuid, password: "864209", phonenumber: "0301234567" });
    const text = JSON.stringify(await rows());
    for (const secret of ["135790", "864209", "0301234567"]) assert.ok(!text.includes(secret));
  });
});

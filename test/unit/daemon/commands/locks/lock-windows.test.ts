import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { isJsonList, isJsonObject, type JsonObject } from "../../../../../daemon/base/json.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId, aPassword } from "../../../../support/records.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

const uuid = aLockId;
const daySeconds = 86_400;

describe("lock_windows", () => {
  let room: CommandRoom;
  let now = 0;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
    now = room.clock.nowMs / 1000;
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  async function windows(params: JsonObject): Promise<readonly JsonObject[]> {
    const { windows: rows } = await room.call("lock_windows", { uuid, ...params });
    assert.ok(isJsonList(rows));
    return rows.filter(isJsonObject);
  }

  it("returns the windows of the range by begin, cut to the range", async () => {
    const [begin, end] = [now + 3600, now + 7200];
    const permission = { permission_begin: begin, permission_end: end };
    await room.call("add_password", { uuid, password: "246810", name: "guest", ...permission });
    assert.deepEqual(await windows({ from: now, to: now + 5000 }), [
      { password_id: 999, name: "", from: now, to: now + 5000, state: "waiting" },
      { password_id: 1, name: "guest", from: begin, to: now + 5000, state: "open" },
    ]);
  });

  it("gives the changes of the zone's clock in the range, and its offset at the begin", async () => {
    const from = Date.UTC(2027, 2, 1) / 1000;
    const spring = await room.call("lock_windows", { uuid, from, to: from + 31 * daySeconds });
    assert.equal(spring["time_zone"], "Europe/Berlin");
    assert.equal(spring["offset_s"], 3600);
    const change = Date.UTC(2027, 2, 28, 1) / 1000;
    assert.deepEqual(spring["transitions"], [{ at: change, offset_s: 7200 }]);
    const none = await room.call("lock_windows", { uuid, from: change, to: change + daySeconds });
    assert.deepEqual([none["offset_s"], none["transitions"]], [7200, []]);
  });

  it("refuses a range that is empty, reversed or longer than 45 days", async () => {
    for (const to of [now, now - 1, now + 45 * daySeconds + 1]) {
      assert.equal(await room.errNo("lock_windows", { uuid, from: now, to }), 14001, `${to}`);
    }
    assert.equal(
      await room.errNo("lock_windows", { uuid, from: now, to: now + 45 * daySeconds }),
      0,
    );
  });

  it("gives the 2000 windows that begin first, and says that there are more", async () => {
    const weekly = { daysMask: 127, startMinute: 0, endMinute: 60, timeZone: "UTC" };
    const window = { beginMs: null, endMs: null, weekly };
    const ids = Array.from({ length: 50 }, (_, index) => index + 1);
    await room.put(
      ...ids.map((id) => put("password", [uuid, id], aPassword({ id, window, userId: null }))),
    );
    const short = await room.call("lock_windows", { uuid, from: now, to: now + 30 * daySeconds });
    assert.equal(short["is_truncated"], 0);
    const long = { from: now, to: now + 45 * daySeconds };
    const rows = await windows(long);
    assert.equal(rows.length, 2000);
    assert.ok(Number(rows.at(-1)?.["from"]) > now + 38 * daySeconds);
    assert.equal((await room.call("lock_windows", { uuid, ...long }))["is_truncated"], 1);
  });

  it("shows when a code came late and when it could open for too long, from what was sent", async () => {
    const ago = (minutes: number) => now - minutes * 60;
    const window = { beginMs: ago(300) * 1000, endMs: ago(100) * 1000, weekly: null };
    await room.put(put("password", [uuid, 1], aPassword({ window, userId: null })));
    const sent = async (
      minutes: number,
      command: "setPinCode" | "clearPinCode",
      status: string,
    ) => {
      const entry = { lock: uuid, command, userId: 2, passwordId: 1, status } as const;
      const stamp = { atMs: ago(minutes) * 1000, clock: "synced" } as const;
      await room.store.commit({ changes: [], journal: [], radio: [entry] }, stamp);
    };
    await sent(299, "setPinCode", "timeout");
    await sent(250, "setPinCode", "success");
    await sent(99, "clearPinCode", "timeout");
    const detail = { password_id: 1, age: 60 };
    const late = { kind: "event", event: "pwdRevokeOverdue", lock: uuid, detail } as const;
    const stamp = { atMs: ago(99) * 1000, clock: "synced" } as const;
    await room.store.commit({ changes: [], journal: [late] }, stamp);
    await sent(40, "clearPinCode", "success");
    const rows = await windows({ from: ago(400), to: now });
    assert.deepEqual(
      rows
        .filter(({ password_id }) => password_id === 1)
        .map(({ from, to, state }) => [(now - Number(from)) / 60, (now - Number(to)) / 60, state]),
      [
        [300, 250, "waiting"],
        [250, 100, "open"],
        [100, 40, "overstay"],
      ],
    );
  });

  it("names nobody to a technician", async () => {
    await room.call("add_password", { uuid, password: "246810", name: "Ann Other" });
    room.caller = { transport: "rest", name: "tom", scope: "technician", origin: "local" };
    const rows = await windows({ from: now, to: now + daySeconds });
    assert.deepEqual(
      rows.map(({ password_id }) => password_id),
      [1, 999],
    );
    assert.ok(rows.every((row) => !("name" in row)));
  });
});

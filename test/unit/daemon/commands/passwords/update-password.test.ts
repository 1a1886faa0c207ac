import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { administratorId } from "../../../../../daemon/core/model/password.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId, someCapabilities } from "../../../../support/records.ts";
import { CommandDesk } from "../../../../support/rigs/command-desk.ts";

let desk: CommandDesk;

async function openDesk(capabilities: Parameters<typeof someCapabilities>[0] = {}): Promise<void> {
  desk = await CommandDesk.open({ capabilities: someCapabilities(capabilities) });
}

/** A lock with its administrator (999, "999111") and one tenant (1, "123456"). */
async function withTenant(): Promise<void> {
  await desk.must("add_password", { is_default: 1, password: "999111" });
  await desk.must("add_password", { password: "123456", name: "K" });
}

const update = (params: object) => ["update_password", { password_id: 1, ...params }] as const;

describe("update_password", () => {
  beforeEach(async () => {
    await openDesk();
    await withTenant();
  });
  afterEach(() => desk.close());

  it("changes the code and leaves the rest, one revision up, in the same slot", async () => {
    const slot = desk.password(1).userId;
    await desk.must("update_password", { password_id: 1, password: "000001" });
    const password = desk.password(1);
    assert.equal(desk.codeOf(1), "000001");
    assert.deepEqual(
      [password.name, password.revision, password.operation, password.userId],
      ["K", 2, "update", slot],
    );
  });

  it("changes the validity as a whole: an empty one is for ever", async () => {
    const end = desk.nowSeconds + 60;
    await desk.must("update_password", { password_id: 1, permission: { end } });
    assert.deepEqual(desk.password(1).window.endMs, end * 1000);
    await desk.must("update_password", { password_id: 1, permission: {} });
    assert.equal(desk.password(1).window.endMs, null);
    const weekly = { days: ["friday"], start_minute: 0, end_minute: 60, time_zone: "UTC" };
    await desk.must("update_password", { password_id: 1, weekly });
    await desk.must("update_password", { password_id: 1, permission: { end } });
    assert.equal(desk.password(1).window.weekly?.daysMask, 1 << 5, "what is absent stays");
    await desk.must("update_password", { password_id: 1, weekly: null });
    assert.equal(desk.password(1).window.weekly, null);
  });

  it("changes a name at once, reports it as done, and wakes nobody", async () => {
    desk.woken.length = 0;
    await desk.must("update_password", { password_id: 1, name: "L", phonenumber: "5" });
    const password = desk.password(1);
    assert.deepEqual([password.name, password.sendTo, password.revision], ["L", "5", 1]);
    assert.equal(password.operation, "add", "what the lock works on goes on");
    assert.deepEqual(desk.woken, []);
    const [record] = (await desk.journal()).slice(-1);
    assert.deepEqual(record?.entry.kind === "event" && record.entry.detail, {
      password_id: 1,
      operation: 3,
      operation_stage: 3,
    });
  });

  it("refuses what is wrong, naming the field", async () => {
    const now = desk.nowSeconds;
    await desk.refuses(update({ password: 1 }), 14001, "password");
    await desk.refuses(update({ password_id: "1" }), 14001, "password_id");
    await desk.refuses(update({ permission: { begin: now + 9, end: now + 9 } }), 14001);
    await desk.refuses(update({ permission: { end: now } }), 14001, "permission_end");
    await desk.refuses(update({ permission: { until: now } }), 14001, "permission.until");
    await desk.refuses(update({ password: "999111" }), 11000, "password");
    await desk.refuses(update({ password_id: 7, name: "x" }), 15006, "password_id");
    const end = { password_id: administratorId, permission: { end: now + 60 } };
    await desk.refuses(update(end), 14001, "permission");
    desk.time.state = "lost";
    await desk.refuses(update({ password: "222222" }), 16007);
  });

  it("takes its own code again", async () => {
    await desk.must("update_password", { password_id: 1, password: "123456" });
  });

  it("gives a password that had lost its slot another, or refuses when there is none", async () => {
    await desk.write(put("password", [aLockId, 1], { ...desk.password(1), userId: null }));
    await desk.must("update_password", { password_id: 1, permission: {} });
    assert.notEqual(desk.password(1).userId, null);
  });

  it("does not revive a one-time password that was used", async () => {
    const used = { ...desk.password(1), isOneTime: true, consumedAtMs: 5 };
    await desk.write(put("password", [aLockId, 1], used));
    await desk.refuses(update({ password: "222222" }), 14001, "password_id");
    await desk.refuses(["unfrozen_password", { password_id: 1 }], 14001, "password_id");
    await desk.must("delete_password", { password_id: 1 });
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Caller } from "../../../../../daemon/commands/caller.ts";
import { administratorId } from "../../../../../daemon/core/model/password.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import { put } from "../../../../../daemon/store/store.ts";
import { aLockId, aSlot, someCapabilities } from "../../../../support/records.ts";
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

const add = (params: object) => ["add_password", params] as const;
const update = (params: object) => ["update_password", { password_id: 1, ...params }] as const;

describe("add_password", () => {
  beforeEach(() => openDesk());
  afterEach(() => desk.close());

  it("takes the administrator's first, as 999, and then counts from 1", async () => {
    await desk.refuses(add({ password: "123456" }), 14001, "is_default");
    assert.equal(
      (await desk.must("add_password", { is_default: 1, password: "999111" }))["id"],
      999,
    );
    assert.equal((await desk.must("add_password", { password: "123456" }))["id"], 1);
    assert.equal((await desk.must("add_password", { password: "222222" }))["password_id"], 2);
    await desk.refuses(add({ is_default: 1, password: "333333" }), 11000, "is_default");
  });

  it("writes password, slot and lock as one batch, seals the code and wakes the lock", async () => {
    await withTenant();
    const password = desk.password(1);
    assert.deepEqual(
      [password.name, password.origin, password.operation, password.operationStage],
      ["K", "local", "add", "inProgress"],
    );
    assert.equal(desk.codeOf(1), "123456");
    assert.ok(!desk.contents().includes("123456"), "no code in clear");
    assert.deepEqual([desk.slotOf(1).holder, desk.slotOf(1).mayDiffer], [1, true]);
    assert.deepEqual(desk.woken, [aLockId, aLockId]);
  });

  it("keeps leading zeros and refuses a number", async () => {
    await desk.must("add_password", { is_default: 1, password: "001234" });
    assert.equal(desk.codeOf(administratorId), "001234");
    await desk.refuses(add({ password: 123456 }), 14001, "password");
  });

  it("gives a code again when the password that had it is over and out of the lock", async () => {
    await withTenant();
    await desk.refuses(add({ password: "123456" }), 11000, "password");
    const over = { ...desk.password(1), consumedAtMs: 1, userId: null };
    await desk.write(put("password", [aLockId, 1], over));
    assert.equal((await desk.must("add_password", { password: "123456" }))["id"], 2);
  });

  it("does not bring back a password whose code somebody else has by now", async () => {
    await withTenant();
    const over = {
      ...desk.password(1),
      window: { beginMs: null, endMs: 1, weekly: null },
      userId: null,
    };
    await desk.write(put("password", [aLockId, 1], over));
    await desk.must("add_password", { password: "123456" });
    await desk.refuses(update({ permission: {} }), 11000, "password");
    await desk.must("update_password", { password_id: 1, password: "777777", permission: {} });
  });

  it("names every field that is wrong", async () => {
    await withTenant();
    const wrong: readonly (readonly [object, string])[] = [
      [{ password: "12345" }, "password"],
      [{ password: "1234567" }, "password"],
      [{ password: "12a456" }, "password"],
      [{ password: "१२३४५६" }, "password"],
      [{}, "password"],
      [{ password: "222222", is_default: 2 }, "is_default"],
      [{ password: "222222", is_default: true }, "is_default"],
      [{ password: "222222", phonenumber: 5 }, "phonenumber"],
      [{ password: "222222", name: "n".repeat(129) }, "name"],
      [{ password: "222222", description: "d".repeat(513) }, "description"],
      [{ password: "222222", permission_begin: -1 }, "permission_begin"],
      [{ password: "222222", permission_begin: 1.5 }, "permission_begin"],
      [{ password: "222222", permission_end: "tomorrow" }, "permission_end"],
      [{ password: "222222", permission_end: 1_799_999_999_000 }, "permission_end"],
      [{ password: "222222", one_time: "yes" }, "one_time"],
      [{ password: "222222", duress: 3 }, "duress"],
      [{ password: "222222", surprise: 1 }, "surprise"],
      [{ password: "222222", uuid: "0xABCDEF" }, "uuid"],
      [{ password: "222222", weekly: { days: [] } }, "weekly.start_minute"],
    ];
    for (const [params, field] of wrong) await desk.refuses(add(params), 14001, field);
    const both = await desk.ask("add_password", { password: 1, duress: 3 });
    assert.match(both.ErrMsg, /password: .*duress: /, "all faults at once");
  });

  it("refuses a window that can never open, naming the bound", async () => {
    await withTenant();
    const now = desk.nowSeconds;
    const at = (permission_begin: number, permission_end: number) =>
      add({ password: "222222", permission_begin, permission_end });
    await desk.refuses(at(0, now - 1), 14001, "permission_end");
    await desk.refuses(at(0, now), 14001, "permission_end");
    await desk.refuses(at(now + 100, now + 100), 14001, "permission_end");
    await desk.refuses(at(now + 100, now + 50), 14001, "permission_end");
    const weekly = {
      days: ["monday"],
      start_minute: 480,
      end_minute: 600,
      time_zone: "Mars/Olympus",
    };
    await desk.refuses(add({ password: "222222", weekly }), 14001, "weekly.time_zone");
    const never = { ...weekly, time_zone: "UTC" };
    // 2027-01-15 is a Friday: an hour of it holds no Monday.
    const bounds = { permission_begin: now + 60, permission_end: now + 3660 };
    await desk.refuses(add({ password: "222222", weekly: never, ...bounds }), 14001, "weekly");
  });

  it("takes a begin in the past as now, and 0 or nothing as for ever", async () => {
    await withTenant();
    const now = desk.nowSeconds;
    await desk.must("add_password", { password: "222222", permission_begin: now - 10 });
    assert.deepEqual(desk.password(2).window.endMs, null);
    await desk.must("add_password", {
      password: "333333",
      permission_begin: 0,
      permission_end: 0,
    });
    assert.deepEqual(desk.password(3).window, { beginMs: null, endMs: null, weekly: null });
  });

  it("refuses an administrator that would end: a window, or one opening", async () => {
    const default_ = { is_default: 1, password: "999111" };
    await desk.refuses(
      add({ ...default_, permission_end: desk.nowSeconds + 60 }),
      14001,
      "permission_end",
    );
    await desk.refuses(add({ ...default_, one_time: 1 }), 14001, "one_time");
  });

  it("refuses a code that the lock has, whoever put it there", async () => {
    await withTenant();
    await desk.refuses(add({ password: "123456" }), 11000, "password");
    await desk.refuses(add({ password: "999111" }), 11000, "password");
    const { mark } = desk.vault.seal(aLockId, pin("555555"), "x");
    const content = {
      kind: "occupied",
      mark,
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    } as const;
    await desk.write(put("slot", [aLockId, 8], aSlot({ userId: 8, holder: null, content })));
    await desk.refuses(add({ password: "555555" }), 11000, "password");
  });

  it("refuses when the lock is full and evicts nobody", async () => {
    await desk.close();
    await openDesk({ lastUserId: 2 });
    await withTenant();
    await desk.refuses(add({ password: "222222" }), 16001, "uuid");
  });

  it("refuses what the lock cannot take", async () => {
    await desk.close();
    await openDesk({ maxPinLength: 4 });
    await desk.refuses(add({ is_default: 1, password: "999111" }), 16008, "password");
    await desk.close();
    await openDesk({ pinUsers: 0 });
    await desk.refuses(add({ is_default: 1, password: "999111" }), 16008, "uuid");
  });

  it("takes as many digits as the lock does from a person on the page, and six from a client", async () => {
    await desk.close();
    await openDesk({ maxPinLength: 4 });
    const client: Caller = { transport: "rest", name: "ada", scope: "manager", origin: "local" };
    const session = {
      ...({ id: "s1", kind: "account", subject: "ada", beganAtMs: 0 } as const),
      noteWrongPassphrase: () => Promise.resolve(),
    };
    const wanted = { uuid: aLockId, is_default: 1, password: "9172" };
    const refused = await desk.call("add_password", wanted, client);
    assert.deepEqual([refused.ErrNo, refused.ErrMsg], [14001, "password: must be 6 digits"]);
    const taken = await desk.call("add_password", wanted, { ...client, session });
    assert.equal(taken.ErrNo, 0, taken.ErrMsg);
    assert.equal(desk.codeOf(administratorId), "9172");
  });

  it("grants nothing while the time is not known", async () => {
    desk.time.state = "lost";
    await desk.refuses(add({ is_default: 1, password: "999111" }), 16007);
  });

  it("refuses a lock that is not there, and no lock at all", async () => {
    const stranger = "0x00124b00000000ff";
    await desk.refuses(add({ uuid: stranger, password: "123456" }), 15006, "uuid");
    const nowhere = await desk.call("add_password", { password: "123456" });
    assert.deepEqual([nowhere.ErrNo, nowhere.ErrMsg.split(":")[0]], [14001, "uuid"]);
    const room = await desk.call("add_password", { password: "123456", room_id: "r1" });
    assert.deepEqual([room.ErrNo, room.ErrMsg.split(":")[0]], [15012, "room_id"]);
  });

  it("never gives an id twice, not even after a deletion", async () => {
    await withTenant();
    await desk.must("delete_password", { password_id: 1 });
    assert.equal((await desk.must("add_password", { password: "222222" }))["id"], 2);
  });
});

function pin(digits: string) {
  const code = PinCode.parse(digits);
  assert.ok(code !== null);
  return code;
}

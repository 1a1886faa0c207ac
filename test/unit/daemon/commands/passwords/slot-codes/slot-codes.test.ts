import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Caller } from "../../../../../../daemon/commands/caller.ts";
import { PinCode } from "../../../../../../daemon/core/model/secret.ts";
import { put } from "../../../../../../daemon/store/store.ts";
import { aLockId, aPassword, aSlot, someCapabilities } from "../../../../../support/records.ts";
import { CommandDesk } from "../../../../../support/rigs/command-desk.ts";

const tool: Caller = {
  transport: "mqtt",
  name: "home_assistant",
  scope: "manager",
  origin: "home_assistant",
};

let desk: CommandDesk;

const call = (command: string, params: object, caller = tool) =>
  desk.call(command, { uuid: aLockId, ...params }, caller);
const set = (user: number, password: string) => call("set_slot_code", { user, password });
const clear = (user: number) => call("clear_slot_code", { user });

async function must(reply: ReturnType<typeof call>): Promise<number> {
  const { ErrNo, ErrMsg, password_id: id } = await reply;
  assert.equal(ErrNo, 0, ErrMsg);
  return Number(id);
}

const occupiedBy = (mark: string) =>
  ({ kind: "occupied", mark, userStatus: "occupiedEnabled", userType: "unrestricted" }) as const;

/** Makes a call that must fail with this ErrNo and name the slot, and must change nothing. */
async function refused(make: () => ReturnType<typeof call>, errNo: number): Promise<void> {
  const before = desk.contents();
  const { ErrNo, ErrMsg } = await make();
  assert.equal(ErrNo, errNo, ErrMsg);
  assert.equal(desk.contents(), before, "a refusal changes nothing");
}

describe("a slot that a program sets by its number", () => {
  beforeEach(async () => {
    desk = await CommandDesk.open({ capabilities: someCapabilities() });
  });
  afterEach(() => desk.close());

  it("gets a password of that slot with its own origin, and the lock is planned", async () => {
    const id = await must(set(5, "483726"));
    const { userId, onlyUserId, origin, operation } = desk.password(id);
    assert.deepEqual([userId, onlyUserId, origin, operation], [5, 5, "home_assistant", "add"]);
    assert.deepEqual([desk.codeOf(id), desk.woken], ["483726", [aLockId]]);
    assert.ok(!desk.contents().includes("483726"), "no code in clear");
  });

  it("takes a code of as many digits as the lock does", async () => {
    assert.equal(desk.codeOf(await must(set(2, "4837"))), "4837");
    await refused(() => set(3, "123456789"), 16008);
  });

  it("changes nothing if the program sends the same code again", async () => {
    await must(set(5, "483726"));
    const before = desk.contents();
    await must(set(5, "483726"));
    assert.equal(desk.contents(), before);
    assert.equal(desk.store.activityRange().head, 1);
  });

  it("gets another code under the same password, with a higher revision", async () => {
    const id = await must(set(5, "483726"));
    assert.equal(await must(set(5, "592817")), id);
    assert.deepEqual([desk.password(id).revision, desk.codeOf(id)], [2, "592817"]);
  });

  it("is cleared as a revocation, and again without a change", async () => {
    const id = await must(set(5, "483726"));
    await must(clear(5));
    const { isDeleted, operation, userId } = desk.password(id);
    assert.deepEqual([isDeleted, operation, userId], [true, "delete", 5]);
    const before = desk.contents();
    await must(clear(5));
    await must(clear(6));
    assert.equal(desk.contents(), before);
  });

  it("gets a new code before the lock has confirmed that the old one is cleared", async () => {
    const id = await must(set(5, "483726"));
    await must(clear(5));
    assert.equal(await must(set(5, "592817")), id);
    const { isDeleted, revision, operation } = desk.password(id);
    assert.deepEqual([isDeleted, revision, operation], [false, 3, "update"]);
  });

  it("is refused if a password of the cloud or of a person has it", async () => {
    await desk.must("add_password", { is_default: 1, password: "999111" });
    await desk.must("add_password", { password: "735284", name: "tenant" });
    for (const user of [1, 2]) {
      await refused(() => set(user, "483726"), 15014);
      await refused(() => clear(user), 15014);
    }
  });

  it("is refused if it has a code that latchd did not put there", async () => {
    const content = occupiedBy("of a stranger");
    await desk.write(put("slot", [aLockId, 4], aSlot({ userId: 4, holder: null, content })));
    await refused(() => set(4, "483726"), 15014);
    await refused(() => clear(4), 15014);
  });

  it("takes over the very code that is in it already", async () => {
    const code = PinCode.parse("483726");
    assert.ok(code !== null);
    const content = occupiedBy(desk.vault.mark(aLockId, code));
    await desk.write(put("slot", [aLockId, 4], aSlot({ userId: 4, holder: null, content })));
    const id = await must(set(4, "483726"));
    assert.deepEqual([desk.password(id).userId, desk.slotOf(id).attemptedRevision], [4, 1]);
    await refused(() => set(5, "483726"), 11000);
  });

  it("is refused with a code that another slot has", async () => {
    await must(set(5, "483726"));
    await refused(() => set(6, "483726"), 11000);
  });

  it("is refused outside the lock's slots, and where the dynamic password has its own", async () => {
    await refused(() => set(0, "483726"), 16001);
    await refused(() => set(10, "483726"), 16001);
    await refused(() => set(9, "483726"), 16001);
  });

  it("is refused while a person has frozen its code, but can be cleared", async () => {
    const id = await must(set(5, "483726"));
    await desk.must("frozen_password", { password_id: id });
    await refused(() => set(5, "483726"), 15014);
    await refused(() => set(5, "592817"), 15014);
    await must(clear(5));
    assert.equal(desk.password(id).isDeleted, true);
  });

  it("gets nothing while the time is lost, but is cleared", async () => {
    const id = await must(set(5, "483726"));
    desk.time.state = "lost";
    await refused(() => set(6, "592817"), 16007);
    await must(clear(5));
    assert.equal(desk.password(id).isDeleted, true);
  });

  it("is no slot for other callers: for them the commands do not exist", async () => {
    const cloud: Caller = { ...tool, name: "cloud", origin: "cloud" };
    const before = desk.contents();
    for (const command of ["set_slot_code", "clear_slot_code"]) {
      const { ErrNo } = await call(command, { user: 5, password: "483726" }, cloud);
      assert.ok(ErrNo !== 0, command);
    }
    const client: Caller = { ...tool, transport: "rest", name: "partner", origin: "local" };
    assert.equal((await call("clear_slot_code", { user: 5 }, client)).ErrNo, 15007);
    assert.equal(desk.contents(), before);
  });

  it("keeps the window that a person gave its password", async () => {
    const id = await must(set(5, "483726"));
    const { window: before } = desk.password(id);
    assert.equal(before.endMs, null);
    await desk.must("update_password", { password_id: id, permission_end: desk.nowSeconds + 60 });
    await must(set(5, "592817"));
    assert.equal(desk.password(id).window.endMs, (desk.nowSeconds + 60) * 1000);
  });

  it("is not given to another slot when it turns out to be a stranger's", async () => {
    const lost = aPassword({ id: 3, userId: null, onlyUserId: 4, origin: "home_assistant" });
    const content = occupiedBy("of a stranger");
    await desk.write(
      put("password", [aLockId, 3], lost),
      put("slot", [aLockId, 4], aSlot({ userId: 4, holder: null, content })),
    );
    await refused(() => set(4, "483726"), 16001);
  });
});

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

describe("delete, freeze and unfreeze", () => {
  const verbs = ["delete_password", "frozen_password", "unfrozen_password"] as const;
  beforeEach(async () => {
    await openDesk();
    await withTenant();
  });
  afterEach(() => desk.close());

  it("wait for the lock, one revision up each", async () => {
    await desk.must("frozen_password", { password_id: 1 });
    assert.deepEqual([desk.password(1).isFrozen, desk.password(1).operation], [true, "freeze"]);
    await desk.must("unfrozen_password", { password_id: 1 });
    assert.deepEqual([desk.password(1).isFrozen, desk.password(1).operation], [false, "unfreeze"]);
    await desk.must("delete_password", { password_id: 1 });
    const gone = desk.password(1);
    assert.deepEqual([gone.isDeleted, gone.operationStage, gone.revision], [true, "inProgress", 4]);
  });

  it("refuse the administrator with 15013, but for unfreezing", async () => {
    const password_id = administratorId;
    await desk.refuses(["delete_password", { password_id }], 15013, "password_id");
    await desk.refuses(["frozen_password", { password_id }], 15013, "password_id");
    await desk.must("unfrozen_password", { password_id });
  });

  it("refuse an id that is not there or is being deleted, and no id", async () => {
    await desk.must("delete_password", { password_id: 1 });
    for (const verb of verbs) {
      await desk.refuses([verb, { password_id: 1 }], 15006, "password_id");
      await desk.refuses([verb, { password_id: 70 }], 15006, "password_id");
      await desk.refuses([verb, {}], 14001, "password_id");
      await desk.refuses([verb, { password_id: "1" }], 14001, "password_id");
    }
  });

  it("take access away also while the time is not known, and give none back", async () => {
    desk.time.state = "lost";
    await desk.must("frozen_password", { password_id: 1 });
    await desk.refuses(["unfrozen_password", { password_id: 1 }], 16007);
    await desk.must("delete_password", { password_id: 1 });
  });

  it("free a parked slot: somebody wants something else", async () => {
    const slot = desk.slotOf(1);
    const parked = { ...slot, refusals: 3, parkedRevision: 1, retryAtMs: desk.time.nowMs + 9e5 };
    await desk.write(put("slot", [aLockId, slot.userId], parked));
    await desk.must("delete_password", { password_id: 1 });
    assert.deepEqual([desk.slotOf(1).refusals, desk.slotOf(1).retryAtMs], [0, null]);
  });
});

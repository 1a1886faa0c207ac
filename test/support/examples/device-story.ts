import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Change, put, type StoreView } from "../../../daemon/store/store.ts";
import { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { ExampleHouse } from "./example-house.ts";

const administrator = { password: "908172", is_default: 1 };

/** Locks that leave, come back, or are somebody else's, and a stick that is pulled out. */
export async function deviceEvents(example: ExampleHouse): Promise<void> {
  const { house } = example;
  const { lock, uuid } = await example.pair();
  await example.confirmed("add_password", { uuid, ...administrator });
  lock.factoryReset();
  await example.event("lockOfflineAlarm", (event) => event.uuid === uuid);
  await example.must("permit_join", { seconds: 254, uuid });
  await example.join(lock);
  await example.event("clearLockOfflineAlarm");
  await example.event("pwdSync");
  const other = await example.pair();
  await example.confirmed("add_password", { uuid: other.uuid, ...administrator });
  other.lock.stop();
  const { ieee } = other.lock;
  const impostor = new VirtualLock({
    ieee,
    profile: "LATCH-ZCL-1",
    quirks: { pinUsers: 10 },
    time: house.time,
  });
  await example.must("permit_join", { seconds: 254 });
  await example.join(impostor);
  await example.event("lockRejoinedAlarm");
  await example.must("release_grants", { uuid: other.uuid });
  await example.event("clearLockRejoinedAlarm");
  await example.must("remove_lock", { uuid: other.uuid });
  await example.event("lockRemoved");
  impostor.stop();
  await house.stick.unplug();
  await example.event("stickOfflineAlarm");
  await house.stick.plugIn();
  await example.event("clearStickOfflineAlarm");
}

/** What happened while the gateway was down: an open network, a code that went, a store that is gone. */
export async function lossEvents(example: ExampleHouse): Promise<void> {
  const { lock, uuid } = await example.pair({ programmingEvents: "none" });
  await example.confirmed("add_password", { uuid, ...administrator });
  await example.confirmed("add_password", { uuid, password: "246813", name: "tenant" });
  await example.must("scan_lock", { uuid, from: 0, count: 10 });
  const slot = lock.users().find(({ pinCode }) => pinCode.reveal() === "246813")?.userId ?? 0;
  const permission_end = Math.floor(Date.now() / 1000) + 3;
  await example.confirmed("add_password", { uuid, password: "135792", permission_end });
  await example.until("the end of the third code", async () => {
    const { passwords } = await example.local("list_passwords", { uuid });
    assert.ok(Array.isArray(passwords));
    return passwords.some((one) => one.is_over === 1 && one.slot === null) ? true : null;
  });
  await example.must("permit_join", { seconds: 254 });
  await example.restart(async () => {
    lock.deleteAtKeypad(slot);
    await example.edit(endedLongAgo);
  });
  await example.event("pwdRetired");
  await example.event("joiningClosed");
  await example.event("slotDrift");
  await example.restart(() => {
    for (const name of readdirSync(example.dataFolder)) {
      const isKept = name === "zigbee" || name === "keys";
      if (!isKept) rmSync(join(example.dataFolder, name), { recursive: true });
    }
  });
  await example.event("lockFound");
}

/** The passwords that are over, as if they had been over for a month. */
function endedLongAgo(view: StoreView): readonly Change[] {
  const monthMs = 31 * 86_400_000;
  return [...view.list("password")].flatMap((password) => {
    const { lock, id, window, changedAtMs } = password;
    if (window.endMs === null || window.endMs > Date.now()) return [];
    const ended = {
      ...password,
      window: { ...window, endMs: window.endMs - monthMs },
      changedAtMs: changedAtMs - monthMs,
    };
    return [put("password", [lock, id], ended)];
  });
}

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { NetworkReport } from "../../../daemon/core/model/gateway/network.ts";
import type { RadioRecord } from "../../../daemon/core/model/radio-log.ts";
import { RadioMetrics } from "../../../daemon/diagnostics/radio-metrics.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const commandIds = { setPinCode: 0x05, getPinCode: 0x06, clearPinCode: 0x07 } as const;

/** A network of one lock with a good signal. */
function network(uuid: string): NetworkReport {
  const device = {
    uuid,
    kind: "endDevice",
    networkAddress: 1,
    manufacturer: "",
    model: "",
  } as const;
  return { devices: [{ ...device, linkQuality: 200, lastSeenMs: null }], links: [], silent: [] };
}

/** The log text for a missing answer. */
const silences = ["timeout", "noRoute", "asleep"];

/** Door Lock commands as the lock receives them: command id and transaction sequence number. */
function arrivals(lock: VirtualLock): { readonly id: number; readonly tsn: number }[] {
  const frames: { readonly id: number; readonly tsn: number }[] = [];
  lock.frameObservers.add(({ clusterId, payload }) => {
    const [control = 0, tsn = 0, id = 0] = payload;
    if (clusterId === 0x0101 && (control & 0b11) === 1) frames.push({ id, tsn });
  });
  return frames;
}

describe("the radio log", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  /** Returns all entries of the lock, oldest first. */
  async function entries(lock: VirtualLock): Promise<RadioRecord[]> {
    const { tail, head } = rig.store.radioRange();
    const records = head < tail ? [] : await rig.store.readRadio(tail, 1000);
    return records.filter((record) => record.lock === idOf(lock));
  }

  const of = async (lock: VirtualLock, command: string, userId: number) =>
    (await entries(lock)).filter((one) => one.command === command && one.userId === userId);

  it("has the requester, the frame's own number, the lock's answer, and what it showed", async () => {
    const lock = await rig.lock({ programmingEvents: "none" });
    const frames = arrivals(lock);
    const commandId = await rig.cloud("add_password", { uuid: idOf(lock), password: "471199" });
    await rig.operation(lock, 1, [1, 3]);
    const confirmed = await rig.until("the code read back", async () => {
      const [read] = (await of(lock, "getPinCode", 2)).filter(({ read }) => read === "equal");
      return read ?? null;
    });
    const [set] = await of(lock, "setPinCode", 2);
    assert.ok(set !== undefined);
    assert.deepEqual(set.asked, { by: "cloud", commandId });
    assert.deepEqual([set.passwordId, set.status, set.read], [1, "success", undefined]);
    assert.equal(confirmed.isConfirmed, true);
    for (const one of await entries(lock)) {
      const id = one.command === "setPinCode" ? commandIds.setPinCode : commandIds.getPinCode;
      if (one.userId !== 2) continue;
      assert.ok(
        frames.some((frame) => frame.id === id && frame.tsn === one.tsn),
        one.command,
      );
    }
  });

  it("has refused, hidden and missing answers of a lock", async () => {
    const refusing = await rig.lock({ programmingEvents: "none" });
    refusing.programAtKeypad({ userId: 7, code: "222333" });
    await rig.must(refusing, "add_password", { password: "222333" });
    await rig.operation(refusing, 1, [1, 2]);
    const [refused] = (await of(refusing, "setPinCode", 2)).slice(-1);
    assert.equal(refused?.status, "duplicateCode");
    assert.deepEqual(refused.asked, { by: "t" });
    const hiding = await rig.lock({ sendPinOverTheAir: "unsupported", isPinSentByDefault: false });
    const read = { name: "getPinCode", userId: 1 } as const;
    await rig.keeper.manual.operateSlot(idOf(hiding), read, { requester: { by: "t" } });
    await rig.until("the read by hand", async () => {
      const reads = await of(hiding, "getPinCode", 1);
      return reads.some(({ asked }) => asked?.by === "t") ? true : null;
    });
    hiding.goOutOfRange();
    await rig.must(hiding, "add_password", { password: "101010" });
    const lost = await rig.until("the try", async () => {
      const silent = (await entries(hiding)).filter(({ status }) => silences.includes(status));
      return silent[0] ?? null;
    });
    assert.equal(lost.command.endsWith("PinCode"), true);
  });

  it("has an opening by radio with its requester, on disk with its answer", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "remote_unlock");
    const [opened] = (await entries(lock)).filter(({ command }) => command === "unlockDoor");
    assert.deepEqual([opened?.status, opened?.asked], ["success", { by: "t" }]);
    assert.equal(typeof opened?.tsn, "number");
  });

  it("shows a technician what happened to a slot, also of a removed lock", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "565656" });
    await rig.untilStored(lock, "565656");
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.untilLive(lock);
    await rig.must(lock, "remove_lock");
    const { records } = await rig.must(lock, "read_radio_log", { user_id: 2 });
    assert.ok(Array.isArray(records));
    const commands = records.map((record) => record.command);
    assert.ok(commands.lastIndexOf("setPinCode") > commands.indexOf("clearPinCode"));
    assert.deepEqual(
      records.map(({ user_id }) => user_id).filter((id) => id !== 2),
      [],
    );
  });

  it("is a chain that is verified with the journal, continues after a restart, and has no code", async () => {
    const lock = await rig.lock();
    await rig.must(lock, "add_password", { password: "838383" });
    await rig.untilStored(lock, "838383");
    const { head } = rig.store.radioRange();
    await rig.restart();
    assert.ok(rig.store.radioRange().head >= head);
    await rig.must(lock, "delete_password", { password_id: 1 });
    await rig.untilLive(lock);
    await rig.levelStore.verifyJournal();
    const text = JSON.stringify(await rig.store.readRadio(1, 1000));
    for (const code of ["838383", "471199", "999111"]) assert.equal(text.includes(code), false);
  });
});

describe("the figures of the radio", () => {
  let rig: KeeperRig;
  before(async () => {
    rig = await KeeperRig.open();
  });
  after(() => rig.close());

  it("count frames, results of reads, and the time to a lock's own event", async () => {
    const lock = await rig.lock({ programmingEvents: "none" });
    const frames = arrivals(lock);
    await rig.must(lock, "add_password", { password: "123987" });
    await rig.operation(lock, 1, [1, 3]);
    const { figures } = rig.keeper;
    await rig.until("the word", () => (figures.of(idOf(lock)).reads.equal > 0 ? true : null));
    assert.ok(figures.of(idOf(lock)).frames >= frames.length);
    assert.ok(figures.confirmed > 0);
    const [p50, p99] = [figures.confirmSeconds(0.5), figures.confirmSeconds(0.99)];
    assert.ok(p50 !== null && p99 !== null && p50 <= p99 && p50 >= 0);
    const source = {
      store: rig.store,
      figures,
      driver: { network: () => Promise.resolve(network(idOf(lock))), ping: async () => null },
      reading: () => ({ nowMs: Date.now(), state: "synced" }) as const,
    };
    const metrics = new RadioMetrics(source);
    metrics.samples();
    const named = await rig.until("the links", () => {
      const samples = metrics.samples();
      return samples.some(({ name }) => name === "lock_link_quality") ? samples : null;
    });
    const names = new Set(named.map(({ name }) => name));
    for (const name of [
      "confirm_seconds",
      "lock_reads_total",
      "lock_frames_total",
      "lock_overdue_revocations",
      "lock_slots_unknown",
      "lock_slot_read_age_seconds",
    ])
      assert.ok(names.has(name), name);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isLockId, type LockId } from "../../../../../daemon/core/model/door-lock.ts";
import type { LockDescription } from "../../../../../drivers/lock-driver.ts";
import {
  type KnownLocks,
  parseDatabase,
  reconcile,
  unknownAddress,
} from "../../../../../drivers/zigbee/herdsman/device-database.ts";
import { aLock } from "../../../../support/records.ts";

function lockId(number: number): LockId {
  const id = `0x${number.toString(16).padStart(16, "0")}`;
  assert.ok(isLockId(id));
  return id;
}

const [front, back, side] = [lockId(0xa1), lockId(0xa2), lockId(0xa3)];

function line(id: number, ieeeAddr: string, fields: object = {}): string {
  const endpoint = {
    profId: 260,
    epId: 1,
    devId: 10,
    inClusterList: [0, 257],
    outClusterList: [],
    clusters: {},
    binds: [],
    configuredReportings: [],
    meta: {},
  };
  return JSON.stringify({
    id,
    type: "EndDevice",
    ieeeAddr,
    nwkAddr: 0x1000 + id,
    epList: [1],
    endpoints: { 1: endpoint },
    interviewCompleted: true,
    interviewState: "SUCCESSFUL",
    meta: {},
    lastSeen: 1_000,
    ...fields,
  });
}

const coordinator = line(1, lockId(0xc0), { type: "Coordinator", nwkAddr: 0 });

function known(
  locks: readonly LockId[],
  { addresses = new Map<string, number>(), isDescribed = true } = {},
): KnownLocks {
  const describe = (lock: LockId): LockDescription | null =>
    isDescribed ? aLock({ lock, manufacturer: "Maker", model: "M-1", firmware: "7" }) : null;
  return { locks: new Set(locks), describe, addresses };
}

const parsed = (...lines: readonly string[]) => parseDatabase(Buffer.from(lines.join("\n")));

/** The database that a start would use. */
function reconciled(
  current: readonly string[],
  older: readonly (readonly string[])[],
  locks: KnownLocks,
) {
  const result = reconcile(
    parsed(...current),
    older.map((lines) => parsed(...lines)),
    locks,
  );
  const devices = parseDatabase(Buffer.from(result.content));
  const device = (lock: LockId) => devices.find(({ ieeeAddr }) => ieeeAddr === lock);
  return { ...result, devices, device };
}

describe("a database that is whole", () => {
  it("stays as it is, to the byte", () => {
    const lines = [coordinator, line(2, front), line(3, back)];
    const { content, restored, made } = reconciled(lines, [], known([front, back]));
    assert.equal(content, lines.join("\n"));
    assert.deepEqual([restored, made], [[], []]);
  });

  it("keeps a device that is none of ours", () => {
    const { device } = reconciled([coordinator, line(2, side)], [], known([]));
    assert.notEqual(device(side), undefined);
  });
});

describe("a lock that the database has lost", () => {
  it("comes from the newest copy that has it", () => {
    const newer = [line(2, back, { nwkAddr: 0x2222 })];
    const older = [line(7, front, { nwkAddr: 0x1111 }), line(2, back, { nwkAddr: 0x3333 })];
    const { device, restored } = reconciled([coordinator], [newer, older], known([front, back]));
    assert.deepEqual(new Set(restored), new Set([front, back]));
    assert.equal(device(front)?.networkAddress, 0x1111);
    assert.equal(device(back)?.networkAddress, 0x2222);
  });

  it("is made from the gateway's record when no copy has it", () => {
    const addresses = new Map([[front, 0x4321]]);
    const { device, made } = reconciled([], [], known([front, back], { addresses }));
    assert.deepEqual(made, [front, back]);
    const entry = device(front);
    assert.equal(entry?.networkAddress, 0x4321);
    assert.deepEqual(entry?.endpoints, [1]);
    assert.equal(entry?.fields["modelId"], "M-1");
    assert.equal(entry?.fields["interviewState"], "SUCCESSFUL");
    assert.equal(device(back)?.networkAddress, unknownAddress);
  });

  it("is left out when nothing is known of it", () => {
    const { device, made } = reconciled([], [], known([front], { isDescribed: false }));
    assert.equal(device(front), undefined);
    assert.deepEqual(made, []);
  });

  it("is completed when its entry lacks the endpoint of its record", () => {
    const bare = line(4, front, { endpoints: {}, epList: [] });
    const { device, made } = reconciled([coordinator, bare], [], known([front]));
    assert.deepEqual(made, [front]);
    assert.deepEqual(device(front)?.endpoints, [1]);
    assert.equal(device(front)?.networkAddress, 0x1004);
  });
});

describe("a database that is damaged", () => {
  it("loses its cut last line only", () => {
    const cut = line(3, back).slice(0, 60);
    const { device, restored } = reconciled(
      [coordinator, line(2, front), cut],
      [[line(3, back)]],
      known([front, back]),
    );
    assert.notEqual(device(front), undefined);
    assert.deepEqual(restored, [back]);
  });

  it("takes of a lock that stands there twice the entry that was seen last", () => {
    const old = line(2, front, { nwkAddr: 0x1111, lastSeen: 5 });
    const newest = line(9, front, { nwkAddr: 0x2222, lastSeen: 9 });
    for (const lines of [
      [old, newest],
      [newest, old],
    ]) {
      const { devices, device } = reconciled(lines, [], known([front]));
      assert.equal(devices.length, 1);
      assert.equal(device(front)?.networkAddress, 0x2222);
    }
  });

  it("gives two locks with one id an id each", () => {
    const { devices } = reconciled([line(2, front), line(2, back)], [], known([front, back]));
    assert.equal(new Set(devices.map(({ id }) => id)).size, 2);
  });

  it("does not give one network address to two locks", () => {
    const stale = line(5, back, { nwkAddr: 0x1111, lastSeen: 1 });
    const fresh = line(2, front, { nwkAddr: 0x1111, lastSeen: 2 });
    const { device } = reconciled([fresh], [[stale]], known([front, back]));
    assert.equal(device(front)?.networkAddress, 0x1111);
    assert.equal(device(back)?.networkAddress, unknownAddress);
  });

  it("is taken from its copy when neither it nor the store names a device", () => {
    const { device } = reconciled([], [[coordinator, line(2, front)]], known([]));
    assert.notEqual(device(front), undefined);
  });

  it("does not bring back a lock that was unpaired", () => {
    const { device } = reconciled([coordinator], [[coordinator, line(2, front)]], known([]));
    assert.equal(device(front), undefined);
  });

  it("has every lock of ours as one device, whatever is left of the files", () => {
    const whole = Buffer.from([coordinator, line(2, front), line(3, back)].join("\n"));
    const remains = fc
      .record({ from: fc.nat(whole.length), to: fc.nat(whole.length), noise: fc.uint8Array() })
      .map(({ from, to, noise }) => Buffer.concat([whole.subarray(from, to), noise]));
    fc.assert(
      fc.property(remains, fc.array(remains, { maxLength: 3 }), (current, older) => {
        const locks = known([front, back, side]);
        const result = reconcile(parseDatabase(current), older.map(parseDatabase), locks);
        const devices = parseDatabase(Buffer.from(result.content));
        for (const lock of locks.locks) {
          assert.equal(devices.filter(({ ieeeAddr }) => ieeeAddr === lock).length, 1);
        }
        assert.equal(new Set(devices.map(({ id }) => id)).size, devices.length);
      }),
    );
  });
});

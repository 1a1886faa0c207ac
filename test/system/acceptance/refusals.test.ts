import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { type Change, put } from "../../../daemon/store/store.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { receivedFrames } from "../../support/received-frames.ts";
import { aPassword } from "../../support/records.ts";
import { KeeperRig } from "../../support/rigs/keeper-rig.ts";

const badParameters = 14001;
const duplicate = 11000;
const notFound = 15006;
const administratorProtected = 15013;
const lockFull = 16001;
const unsupported = 16008;
const administrator = { password_id: 999, revision: 1, password: "999111" };
const tenant = { password_id: 1, revision: 1, password: "123456" };
const second = { password_id: 2, revision: 1, password: "234567" };
/**
 * A password whose window has ended and which has no slot. It ended recently, because the gateway
 * removes older records.
 */
const past = {
  code: null,
  userId: null,
  window: { beginMs: null, endMs: Date.now() - 60_000, weekly: null },
  operationStage: "done",
} as const;
const week = { days: ["monday"], start_minute: 480, end_minute: 600, time_zone: "UTC" };

/** A fault in a password, expressed in the fields of each command that can contain it. */
interface Fault {
  readonly what: string;
  readonly errNo: number;
  /** Null if the command cannot express the fault, or accepts it. */
  readonly add: object | null;
  readonly update: object | null;
  readonly snapshot: object | null;
}

/** Returns a fault with the same fields for each command. */
function everywhere(what: string, errNo: number, words: object): Fault {
  return { what, errNo, add: words, update: words, snapshot: words };
}

function window(what: string, begin: number, end: number, weekly?: object): Fault {
  const more = weekly === undefined ? {} : { weekly };
  const words = { password: "765432", permission_begin: begin, permission_end: end, ...more };
  const update = { permission: { begin, end }, ...more };
  return { what, errNo: badParameters, add: words, update, snapshot: words };
}

const nowS = Math.floor(Date.now() / 1000);

const wrongWords: readonly Fault[] = [
  // A snapshot is latchd's own call: it takes as many digits as the lock does.
  { ...everywhere("five digits", badParameters, { password: "12345" }), snapshot: null },
  { ...everywhere("seven digits", badParameters, { password: "1234567" }), snapshot: null },
  everywhere("three digits", badParameters, { password: "123" }),
  everywhere("eleven digits", badParameters, { password: "12345678901" }),
  everywhere("no digits at all", badParameters, { password: "" }),
  everywhere("a letter", badParameters, { password: "12a456" }),
  everywhere("a space", badParameters, { password: "12345 " }),
  everywhere("digits of another script", badParameters, { password: "१२३४५६" }),
  everywhere("a number", badParameters, { password: 345678 }),
  everywhere("the administrator's code", duplicate, { password: "999111" }),
  everywhere("a code that another password has", duplicate, { password: "234567" }),
  everywhere("a code that was made at the keypad", duplicate, { password: "707070" }),
  {
    ...everywhere("a code that was there before the pairing", duplicate, { password: "808080" }),
    // A cloud that lists the code in a snapshot states which password it belongs to.
    snapshot: null,
  },
  // A snapshot may arrive late, so it may list an ended password. A later test checks this.
  { ...window("an end in the past", 0, nowS - 60), snapshot: null },
  window("an end at the begin", nowS + 600, nowS + 600),
  window("an end before the begin", nowS + 600, nowS + 300),
  window("a week that never comes between begin and end", mondayNoonS(), mondayNoonS() + 60, week),
  everywhere("a week in no zone", badParameters, {
    password: "765432",
    weekly: { ...week, time_zone: "Mars/Olympus" },
  }),
  everywhere("a week without a day", badParameters, {
    password: "765432",
    weekly: { ...week, days: [] },
  }),
  everywhere("a week of no time", badParameters, {
    password: "765432",
    weekly: { ...week, end_minute: 480 },
  }),
  {
    what: "an id that is not there",
    errNo: notFound,
    add: null,
    update: { password_id: 77, password: "765432" },
    // A snapshot may contain any id.
    snapshot: null,
  },
];

/** Frames that set, clear or change the status of a code. A read of a slot belongs to no command. */
function writes(frames: readonly string[]): readonly string[] {
  return frames.filter((frame) => /^0[579]/.test(frame));
}

/** Returns noon of a future Monday. The weekly schedule ended two hours before. */
function mondayNoonS(): number {
  const days = Math.floor(Date.now() / 86_400_000) + 7;
  // 1970-01-01 was a Thursday.
  const monday = days + ((4 - (days % 7) + 7) % 7);
  return monday * 86_400 + 43_200;
}

describe("a command that is refused before the radio is used", () => {
  let rig: KeeperRig;
  let lock: VirtualLock;
  let uuid: LockId;
  let frames: string[];

  before(async () => {
    rig = await KeeperRig.open();
    lock = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
    // The scan at pairing finds this code.
    lock.programAtKeypad({ userId: 3, code: "808080" });
    await rig.pair(lock);
    uuid = idOf(lock);
    await rig.must(lock, "add_password", { is_default: 1, password: "999111" });
    for (const { password } of [tenant, second]) await rig.must(lock, "add_password", { password });
    await rig.untilLive(lock, "123456", "234567", "808080");
    for (const id of [1, 2]) await rig.operation(lock, id, [1, 3]);
    lock.programAtKeypad({ userId: 7, code: "707070" });
    await rig.event(lock, "pwdAddLocal");
    await settled(lock);
    await dynamicCode();
    await settled(lock);
    frames = receivedFrames(lock);
  });
  after(() => rig.close());

  /**
   * Waits until the gateway has read all slots, so that it sends later frames for another reason.
   */
  async function settled(of: VirtualLock): Promise<void> {
    await rig.until("all slots read back", () => {
      const slots = [...rig.store.list("slot", [idOf(of)])];
      const occupied = slots.filter(
        ({ holder, content }) => holder !== null && content.kind !== "empty",
      );
      return occupied.every(({ confidence }) => confidence === "confirmed") ? true : null;
    });
  }

  /**
   * Checks that the gateway refuses the command with this error and writes nothing to the store.
   */
  async function refused(command: string, params: object, errNo: number, of = uuid): Promise<void> {
    const tables = ["password", "slot", "lock"] as const;
    const contents = () => JSON.stringify(tables.map((table) => [...rig.store.list(table)]));
    const before = contents();
    const reply = await rig.call(command, { uuid: of, ...params });
    assert.equal(reply.ErrNo, errNo, `${command} ${JSON.stringify(params)}: ${reply.ErrMsg}`);
    assert.notEqual(reply.ErrMsg, "");
    assert.equal(contents(), before);
  }

  /** Requests a dynamic code and waits until it is in the lock. */
  async function dynamicCode(): Promise<string> {
    const asked = await rig.must(lock, "get_dynamic_password_plaintext");
    const password = String(asked["password"]);
    await rig.untilStored(lock, password);
    return password;
  }

  async function write(change: Change): Promise<void> {
    const stamp = { atMs: Date.now(), clock: "synced" } as const;
    await rig.store.commit({ changes: [change], journal: [] }, stamp);
  }

  const snapshotOf = (...more: readonly object[]) => ({ passwords: [administrator, ...more] });

  for (const { what, errNo, add, update, snapshot } of wrongWords) {
    it(`${what}: ${[add && "add", update && "update", snapshot && "snapshot"].filter(Boolean).join(", ")}`, async () => {
      if (add !== null) await refused("add_password", add, errNo);
      if (update !== null) await refused("update_password", { password_id: 1, ...update }, errNo);
      if (snapshot !== null) {
        const fresh = { password_id: 40, revision: 1, ...snapshot };
        await refused("apply_snapshot", snapshotOf(tenant, second, fresh), errNo);
        const changed = { ...tenant, revision: 9, ...snapshot };
        await refused("apply_snapshot", snapshotOf(changed, second), errNo);
      }
      assert.deepEqual(writes(frames), []);
    });
  }

  it("may be a snapshot that ends, freezes or omits the administrator, or names an id twice", async () => {
    const others = [tenant, second];
    const end = { ...administrator, revision: 2, permission_end: nowS + 600 };
    await refused("apply_snapshot", { passwords: [end, ...others] }, badParameters);
    const frozen = { ...administrator, revision: 2, frozen: 1 };
    await refused("apply_snapshot", { passwords: [frozen, ...others] }, badParameters);
    await refused("apply_snapshot", { passwords: others }, administratorProtected);
    await refused("apply_snapshot", snapshotOf(tenant, tenant, second), badParameters);
    assert.deepEqual(writes(frames), []);
  });

  it("may add or update the dynamic password's code", async () => {
    const password = await dynamicCode();
    await refused("add_password", { password }, duplicate);
    await refused("update_password", { password_id: 1, password }, duplicate);
    assert.deepEqual(writes(frames), []);
  });

  it("may delete, freeze or unfreeze an unknown id or the administrator's", async () => {
    for (const command of ["delete_password", "frozen_password", "unfrozen_password"]) {
      await refused(command, { password_id: 77 }, notFound);
    }
    await refused("delete_password", { password_id: 999 }, administratorProtected);
    await refused("frozen_password", { password_id: 999 }, administratorProtected);
    assert.deepEqual(writes(frames), []);
  });

  it("may add or update an administrator's password that ends or opens once", async () => {
    const fresh = rig.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
    await rig.pair(fresh);
    const frames = receivedFrames(fresh);
    const of = idOf(fresh);
    const first = { is_default: 1, password: "999111" };
    await refused("add_password", { ...first, permission_end: nowS + 600 }, badParameters, of);
    await refused("add_password", { ...first, one_time: 1 }, badParameters, of);
    await refused("add_password", { password: "123456" }, badParameters, of);
    assert.deepEqual(writes(frames), []);
    const permission = { end: nowS + 600 };
    await refused("update_password", { password_id: 999, permission }, badParameters);
    await refused("update_password", { password_id: 999, one_time: 1 }, badParameters);
    assert.deepEqual(writes(frames), []);
  });

  it("may add or update a code of a length that the lock does not accept", async () => {
    for (const [minPinLength, maxPinLength] of [
      [4, 5],
      [7, 8],
    ] as const) {
      const narrow = rig.house.addLock({
        profile: "LATCH-ZCL-1",
        quirks: { pinUsers: 10, minPinLength, maxPinLength },
      });
      await rig.pair(narrow);
      const frames = receivedFrames(narrow);
      const of = idOf(narrow);
      await refused("add_password", { is_default: 1, password: "999111" }, unsupported, of);
      await refused("apply_snapshot", { passwords: [administrator] }, unsupported, of);
      // The gateway refuses to add a password for this lock, so the test writes one to the store.
      const ended = aPassword({ lock: of, ...past });
      await write(put("password", [of, ended.id], ended));
      const update = { password_id: ended.id, password: "345678" };
      await refused("update_password", update, unsupported, of);
      assert.deepEqual(writes(frames), []);
    }
  });

  it("may add one password more than the lock has slots", async () => {
    const small = await rig.lock({ pinUsers: 4 });
    const of = idOf(small);
    const codes = ["400001", "400002"];
    for (const password of codes) await rig.must(small, "add_password", { password });
    await rig.untilLive(small, ...codes);
    await settled(small);
    const frames = receivedFrames(small);
    await refused("add_password", { password: "400003" }, lockFull, of);
    const kept = codes.map((password, at) => ({ password_id: at + 1, revision: 1, password }));
    const fresh = { password_id: 3, revision: 1, password: "400003" };
    await refused("apply_snapshot", snapshotOf(...kept, fresh), lockFull, of);
    // A password whose window has ended has no slot. Extending the window needs a free one.
    await write(put("password", [of, 9], aPassword({ lock: of, id: 9, ...past })));
    await refused("update_password", { password_id: 9, permission: {} }, lockFull, of);
    assert.deepEqual(writes(frames), []);
    assert.deepEqual(rig.live(small), codes);
  });

  // This case comes last, because the gateway accepts the command.
  it("is no snapshot with an ended password, which is listed as ended without a frame", async () => {
    await rig.must(lock, "delete_password", { password_id: 0 });
    await rig.operation(lock, 0, [2, 3]);
    await settled(lock);
    frames.length = 0;
    const words = { password: "500500", permission_end: nowS - 60 };
    const ended = { password_id: 50, revision: 1, ...words };
    await rig.must(lock, "apply_snapshot", snapshotOf(tenant, second, ended));
    await rig.operation(lock, 50, [1, 2]);
    assert.equal(rig.store.get("password", [uuid, 50])?.userId, null);
    assert.deepEqual(writes(frames), []);
  });
});

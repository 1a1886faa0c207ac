import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import { unknownSlot } from "../../../../daemon/core/model/slot.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLockId } from "../../../support/records.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";

const uuid = aLockId;

function stored(digits: string | null, userStatus: "occupiedEnabled" | "occupiedDisabled") {
  const pinCode = digits === null ? "masked" : PinCode.parse(digits);
  assert.ok(pinCode !== null);
  const reading = { kind: "occupied", pinCode, userStatus, userType: "unrestricted" } as const;
  return { kind: "read", reading } as const;
}

describe("what technicians do by hand", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  /** A stranger's code in slot 5. */
  async function aStranger(digits: string | null): Promise<void> {
    room.site.diagnostics.readings.set(5, stored(digits, "occupiedEnabled"));
    await room.call("scan_lock", { uuid, from: 5, count: 1 });
  }

  it("scans slots and records what the lock says", async () => {
    room.site.diagnostics.readings.set(3, stored("555555", "occupiedDisabled"));
    const { slots, next } = await room.call("scan_lock", { uuid, from: 2, count: 3 });
    assert.deepEqual(slots, [
      { user_id: 2, password_id: null, at_lock: "empty", is_code_shown: 0 },
      { user_id: 3, password_id: null, at_lock: "disabled", is_code_shown: 1 },
      { user_id: 4, password_id: null, at_lock: "empty", is_code_shown: 0 },
    ]);
    assert.equal(next, 5);
    assert.equal(room.store.get("slot", [uuid, 3])?.content.kind, "occupied");
    assert.equal(room.store.get("slot", [uuid, 2])?.confidence, "confirmed");
    assert.doesNotMatch(JSON.stringify([...room.store.list("slot")]), /555555/);
  });

  it("ends a scan at the end of the lock, and where it cannot be reached", async () => {
    const whole = await room.call("scan_lock", { uuid, from: 8, count: 9 });
    assert.equal(whole["next"], null);
    room.site.diagnostics.readings.set(3, { kind: "unreachable" });
    const part = await room.call("scan_lock", { uuid, from: 2, count: 9 });
    assert.equal(part["next"], 3);
    assert.equal(await room.errNo("scan_lock", { uuid, from: 3 }), 16004);
  });

  it("leaves a slot alone that may be written to at this moment", async () => {
    const slot = { ...unknownSlot(uuid, 6), holder: 7, mayDiffer: true };
    await room.put(put("slot", [uuid, 6], slot));
    await room.call("scan_lock", { uuid, from: 6, count: 1 });
    assert.equal(room.store.get("slot", [uuid, 6])?.content.kind, "unknown");
  });

  it("lists codes that are nobody's", async () => {
    await aStranger("777777");
    const { slots } = await room.call("list_unmanaged", { uuid });
    assert.match(JSON.stringify(slots), /^\[\{"user_id":5,"at_lock":"enabled"/);
  });

  it("adopts one as a permanent password, its code sealed", async () => {
    await aStranger("777777");
    const { password_id } = await room.call("adopt_code", { uuid, user_id: 5, name: "cleaner" });
    const password = room.store.get("password", [uuid, Number(password_id)]);
    assert.deepEqual(
      [password?.userId, password?.name, password?.operationStage, password?.origin],
      [5, "cleaner", "done", "keypad"],
    );
    assert.ok(password?.code);
    assert.equal(room.vault.open(password.code, password.sealedFor).reveal(), "777777");
    assert.deepEqual((await room.call("list_unmanaged", { uuid }))["slots"], []);
    assert.equal(await room.errNo("adopt_code", { uuid, user_id: 5 }), 15006);
  });

  it("adopts one whose digits the lock hides, without a code", async () => {
    await aStranger(null);
    const { password_id } = await room.call("adopt_code", { uuid, user_id: 5 });
    assert.equal(room.store.get("password", [uuid, Number(password_id)])?.code, null);
  });

  it("deletes one, and says so when the lock does not let it", async () => {
    await aStranger("777777");
    room.site.diagnostics.clearAnswer = "refused";
    assert.equal(await room.errNo("delete_unmanaged", { uuid, user_id: 5 }), 16005);
    room.site.diagnostics.clearAnswer = "unreachable";
    assert.equal(await room.errNo("delete_unmanaged", { uuid, user_id: 5 }), 16004);
    room.site.diagnostics.clearAnswer = "done";
    assert.equal(await room.errNo("delete_unmanaged", { uuid, user_id: 5 }), 0);
    assert.equal(room.store.get("slot", [uuid, 5])?.content.kind, "empty");
  });

  it("never touches by hand a slot that is a password's", async () => {
    for (const call of ["adopt_code", "delete_unmanaged"]) {
      assert.equal(await room.errNo(call, { uuid, user_id: 1 }), 15006);
    }
    assert.deepEqual(room.site.diagnostics.cleared, []);
  });

  it("shows stick, network, clock and log level", async () => {
    const stick = await room.call("get_stick");
    assert.equal(stick["ping_ms"], 4);
    assert.deepEqual([stick["network_copy_at"], stick["store_copy_at"]], [1_799_990_000, null]);
    const network = await room.call("get_network", { links: 1 });
    assert.match(JSON.stringify(network["devices"]), /"name":"front door".*"parent":"0x00124b/);
    assert.equal((await room.call("get_clock"))["difference_ms"], 0);
    await room.call("set_log_level", { level: "debug" });
    assert.equal((await room.call("get_log_level"))["level"], "debug");
    assert.equal(await room.errNo("set_log_level", { level: "loud" }), 14001);
  });

  it("shows the link to the cloud, or that there is none", async () => {
    const none = await room.call("get_cloud");
    assert.deepEqual([none["state"], none["since"], none["backlog"]], ["notConfigured", null, 0]);
    const lastError = { cause: "refused", why: "wrong password", atMs: 1_799_999_000_500 };
    room.site.diagnostics.cloudReport = {
      isConnected: false,
      sinceMs: 1_799_999_000_000,
      backlog: 7,
      isFull: false,
      cursor: 12,
      lastError,
      alarm: lastError,
      commands: "signed",
      codes: "sealed",
      isLineEncrypted: true,
    };
    const { ErrNo, ErrMsg, epoch, head, ...link } = await room.call("get_cloud");
    const fault = { cause: "refused", why: "wrong password", time: 1_799_999_000 };
    assert.deepEqual(link, {
      state: "disconnected",
      since: 1_799_999_000,
      backlog: 7,
      is_full: 0,
      cursor: 12,
      last_error: fault,
      alarm: fault,
      commands: "signed",
      codes: "sealed",
      is_line_encrypted: 1,
    });
    const range = room.store.journalRange();
    assert.deepEqual([ErrNo, ErrMsg, epoch, head], [0, "", range.epoch, range.head]);
  });

  it("shows a lock with what it waits for", async () => {
    const lock = await room.call("show_lock", { uuid });
    assert.deepEqual([lock["pending_operations"], lock["silent_for_s"]], [1, 2]);
  });

  it("reads the journal in pages and by event, with codes still sealed", async () => {
    for (let at = 0; at < 7; at += 1) {
      const event = at % 2 === 0 ? "brokenAlarm" : "wrongPwdAlarm";
      await room.store.commit(
        { changes: [], journal: [{ kind: "event", event, lock: uuid, detail: null }] },
        { atMs: room.clock.nowMs + at, clock: "synced" },
      );
    }
    const first = await room.call("read_journal", { from: 1, count: 3 });
    assert.equal(first["next"], 4);
    const rest = await room.call("read_journal", { from: 4, count: 100 });
    assert.equal(rest["next"], null);
    const broken = await room.call("read_journal", { from: 1, event: "brokenAlarm" });
    assert.ok(Array.isArray(broken["records"]));
    assert.equal(broken["records"].length, 4);
    const { records } = await room.call("read_journal", { count: 2 });
    assert.match(JSON.stringify(records), /"seq":6.*"seq":7/);
    assert.equal(await room.errNo("read_journal", { event: "noSuchEvent" }), 14001);
  });

  it("puts nothing secret or personal into the support bundle", async () => {
    await room.call("add_password", {
      uuid,
      password: "864209",
      name: "Ann Other",
      phonenumber: "0301234567",
    });
    const opening = { eventid: 1, source_name: "Ann Other", sourceid: 1 };
    await room.store.commit(
      {
        changes: [],
        journal: [{ kind: "event", event: "lockerOpenAlarm", lock: uuid, detail: opening }],
      },
      { atMs: room.clock.nowMs, clock: "synced" },
    );
    const bundle = JSON.stringify(await room.call("support_bundle"));
    assert.ok(!bundle.includes("lockerOpenAlarm"), "who opened the door is not the technician's");
    for (const secret of ["864209", "135790", "Ann Other", "0301234567", "front door", "box"]) {
      assert.ok(!bundle.includes(secret), secret);
    }
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { copySuspensionSetting } from "../../../../../../daemon/core/contact/suspended-grants.ts";
import type { PasswordRecord } from "../../../../../../daemon/core/model/password.ts";
import { PinCode } from "../../../../../../daemon/core/model/secret.ts";
import { type SlotRecord, unknownSlot } from "../../../../../../daemon/core/model/slot.ts";
import { put } from "../../../../../../daemon/store/store.ts";
import { aLockId, aPassword } from "../../../../../support/records.ts";
import { CommandRoom } from "../../../../../support/rigs/command-room.ts";

const administrator = { password_id: 999, revision: 1, password: "135790" };

describe("apply_snapshot", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.addSetUpLock();
    for (const password of ["111111", "222222", "333333", "444444", "555555"]) {
      await room.call("add_password", { uuid: aLockId, password });
    }
    room.woken.length = 0;
  });
  afterEach(() => room.close());

  const kept = (id: number) => ({ password_id: id, revision: 1, password: String(id).repeat(6) });
  const five = [1, 2, 3, 4, 5].map(kept);

  function apply(passwords: readonly object[], more: object = {}) {
    return room.call("apply_snapshot", { uuid: aLockId, passwords, ...more });
  }

  function stored(id: number): PasswordRecord {
    const password = room.store.get("password", [aLockId, id]);
    assert(password !== undefined, `password ${id} is held`);
    return password;
  }

  it("changes nothing when it says what is stored", async () => {
    const before = [...room.store.list("password")];
    const reply = await apply([administrator, ...five]);
    const { ErrNo, added, changed, removed, unchanged } = reply;
    assert.deepEqual([ErrNo, added, changed, removed, unchanged], [0, 0, 0, 0, 6]);
    assert.deepEqual([...room.store.list("password")], before);
    assert.deepEqual(room.woken, []);
  });

  it("adds, changes and removes in one batch, with the revisions it names", async () => {
    const changed = { ...kept(2), revision: 7, password: "272727", permission_end: 1_900_000_000 };
    const frozen = { ...kept(3), revision: 2, frozen: 1 };
    const fresh = { password_id: 6, revision: 1, password: "666666", name: "new" };
    const reply = await apply([administrator, kept(1), changed, frozen, kept(4), fresh]);
    assert.deepEqual([reply["added"], reply["changed"], reply["removed"]], [1, 2, 1]);
    assert.deepEqual([stored(2).revision, stored(2).window.endMs], [7, 1_900_000_000_000]);
    assert.equal(
      room.vault.open(stored(2).code ?? assert.fail(), stored(2).sealedFor).reveal(),
      "272727",
    );
    assert.deepEqual([stored(3).isFrozen, stored(3).revision], [true, 2]);
    assert.deepEqual([stored(5).isDeleted, stored(5).revision], [true, 2]);
    assert.deepEqual([stored(6).name, stored(6).origin], ["new", "local"]);
    const slots = [...room.store.list("password")].map(({ userId }) => userId);
    assert.equal(new Set(slots).size, slots.length);
    assert.deepEqual(room.woken, [aLockId]);
    assert.equal(room.store.get("lock", [aLockId])?.nextPasswordId, 7);
  });

  it("is refused whole when one revision is older than the stored one, or the same of something else", async () => {
    await apply([administrator, ...five.slice(1), { ...kept(1), revision: 4, frozen: 1 }]);
    const before = [...room.store.list("password")];
    for (const stale of [
      { ...kept(1), revision: 3 },
      { ...kept(1), revision: 4, frozen: 0 },
      { ...kept(1), revision: 4, frozen: 1, password: "171717" },
    ]) {
      const fresh = { password_id: 9, revision: 1, password: "999999" };
      const reply = await apply([administrator, fresh, ...five.slice(1), stale]);
      assert.equal(reply.ErrNo, 16010);
      assert.match(reply.ErrMsg, /^passwords\.6\.revision: /);
    }
    assert.deepEqual([...room.store.list("password")], before);
  });

  const unmanaged = (userId: number, digits: string): SlotRecord => ({
    ...unknownSlot(aLockId, userId),
    content: {
      kind: "occupied",
      mark: room.vault.mark(aLockId, PinCode.parse(digits) ?? assert.fail()),
      userStatus: "occupiedEnabled",
      userType: "unrestricted",
    },
    confidence: "confirmed",
  });
  const slotAt = (userId: number) => room.store.get("slot", [aLockId, userId]);

  it("takes over the slot in which the lock holds the very code for nobody", async () => {
    await room.put(put("slot", [aLockId, 9], unmanaged(9, "696969")));
    const fresh = { password_id: 20, revision: 3, password: "696969" };
    assert.equal((await apply([administrator, ...five, fresh])).ErrNo, 0);
    assert.equal(stored(20).userId, 9);
    const { holder, attemptedRevision, content } = slotAt(9) ?? assert.fail();
    assert.deepEqual([holder, attemptedRevision, content.kind], [20, 3, "occupied"]);
  });

  it("takes over such a slot for a password that a recovery has left without one", async () => {
    await room.put(put("slot", [aLockId, 9], unmanaged(9, "696969")));
    const lost = { ...stored(5), userId: null, operationStage: "failed", failure: "lost" } as const;
    await room.put(put("password", [aLockId, 5], lost));
    const recoded = { ...kept(5), revision: 2, password: "696969" };
    assert.equal((await apply([administrator, ...five.slice(0, 4), recoded])).ErrNo, 0);
    assert.deepEqual([stored(5).userId, stored(5).operationStage], [9, "inProgress"]);
  });

  it("is refused for a code that the lock holds in a slot of which latchd gives none", async () => {
    await room.put(put("slot", [aLockId, 0], unmanaged(0, "696969")));
    const fresh = { password_id: 20, revision: 3, password: "696969" };
    assert.equal((await apply([administrator, ...five, fresh])).ErrNo, 11000);
  });

  it("makes wanted again what a restored copy had and the lock did not", async () => {
    await room.put(put("setting", copySuspensionSetting(aLockId), { value: 1 }));
    const lost = { ...stored(5), userId: null, operationStage: "failed", failure: "lost" } as const;
    await room.put(put("password", [aLockId, 5], lost));
    const [slot] = [...room.store.list("slot", [aLockId])].filter(({ holder }) => holder === 4);
    assert.ok(slot !== undefined);
    const copied = { kind: "empty" } as const;
    await room.put(put("slot", [aLockId, slot.userId], { ...slot, copied }));
    assert.equal((await apply([administrator, ...five])).ErrNo, 0);
    assert.deepEqual(
      [stored(5).operationStage, stored(5).failure, stored(5).revision, stored(5).userId !== null],
      ["inProgress", null, 1, true],
    );
    assert.equal(slotAt(slot.userId)?.copied, undefined);
  });

  it("never brings back what was removed", async () => {
    await room.call("delete_password", { uuid: aLockId, password_id: 5 });
    assert.equal((await apply([administrator, ...five])).ErrNo, 16010);
    const record = stored(5);
    await room.put({ table: "password", key: [aLockId, record.id], value: null });
    const reply = await apply([administrator, ...five]);
    assert.equal(reply.ErrNo, 16010);
    assert.match(reply.ErrMsg, /ids are not reused/);
  });

  it("must confirm that it removes more than half and more than three", async () => {
    const reply = await apply([administrator, kept(1)]);
    assert.deepEqual([reply.ErrNo, stored(2).isDeleted], [16009, false]);
    assert.equal((await apply([administrator, kept(1)], { confirm: true })).ErrNo, 0);
    assert.equal(stored(2).isDeleted, true);
  });

  it("removes three, or half, without being asked twice", async () => {
    assert.equal((await apply([administrator, kept(1), kept(2)])).ErrNo, 0);
  });

  it("may hand codes round: two that swap theirs, one that takes a removed one's, in one batch", async () => {
    const swapped = [
      { ...kept(1), revision: 2, password: "222222" },
      { ...kept(2), revision: 2, password: "111111" },
      { ...kept(3), revision: 2, password: "555555" },
      kept(4),
      { password_id: 6, revision: 1, password: "333333" },
    ];
    const { ErrNo, ErrMsg, added, changed, removed } = await apply([administrator, ...swapped]);
    assert.deepEqual([ErrNo, ErrMsg, added, changed, removed], [0, "", 1, 3, 1]);
    const codeOf = (id: number) =>
      room.vault.open(stored(id).code ?? assert.fail(), stored(id).sealedFor).reveal();
    assert.deepEqual([1, 2, 3, 6].map(codeOf), ["222222", "111111", "555555", "333333"]);
  });

  it("may not hand the same code to two, nor one that stays where it is", async () => {
    for (const codes of [
      ["222222", "222222"],
      ["444444", "111111"],
    ]) {
      const list = codes.map((password, at) => ({ ...kept(at + 1), revision: 2, password }));
      const reply = await apply([administrator, ...list, ...five.slice(2)]);
      assert.equal(reply.ErrNo, 11000, codes.join());
    }
  });

  it("cannot remove, freeze or end the administrator password", async () => {
    assert.equal((await apply(five)).ErrNo, 15013);
    assert.equal((await apply([{ ...administrator, frozen: 1 }, ...five])).ErrNo, 14001);
    assert.equal(
      (await apply([{ ...administrator, permission_end: 1_900_000_000 }, ...five])).ErrNo,
      14001,
    );
  });

  it("leaves what was made at the keypad", async () => {
    const local = aPassword({ id: 40, origin: "keypad", userId: 8, code: null });
    await room.put(put("password", [aLockId, 40], local));
    assert.equal((await apply([administrator, ...five])).ErrNo, 0);
    assert.equal(stored(40).isDeleted, false);
  });

  it("leaves a one-time password dead that the cloud does not know to be used", async () => {
    await room.put(put("password", [aLockId, 5], { ...stored(5), consumedAtMs: 1, revision: 3 }));
    assert.equal((await apply([administrator, ...five])).ErrNo, 0);
    assert.equal(stored(5).consumedAtMs, 1);
  });

  it("grants nothing while the time is lost, and takes access away all the same", async () => {
    room.clock = { ...room.clock, state: "lost" };
    const fresh = { password_id: 9, revision: 1, password: "999999" };
    assert.equal((await apply([administrator, ...five, fresh])).ErrNo, 16007);
    const fewer = [administrator, ...five.slice(0, 3), { ...kept(4), revision: 2, frozen: 1 }];
    assert.equal((await apply(fewer)).ErrNo, 0);
    assert.deepEqual([stored(4).isFrozen, stored(5).isDeleted], [true, true]);
  });

  it("is refused by the place in its list: two equal codes, an id twice, no code, no room", async () => {
    const cases: [readonly object[], number, RegExp][] = [
      [[{ password_id: 9, revision: 1, password: "111111" }], 11000, /^passwords\.6\.password: /],
      [[kept(5)], 14001, /^passwords\.6\.password_id: 5 is listed twice/],
      [[{ password_id: 9, revision: 1 }], 14001, /^passwords\.6\.password: is missing/],
      [
        [
          { password_id: 9, revision: 1, password: "909090" },
          { password_id: 10, revision: 1, password: "909090" },
        ],
        11000,
        /^passwords\.7\.password: /,
      ],
      [
        [10, 11, 12, 13].map((id) => ({ password_id: id, revision: 1, password: `9090${id}` })),
        16001,
        // The ninth slot is the dynamic password's.
        /^passwords\.8\.uuid: /,
      ],
      [[{ password_id: 9, revision: 0, password: "909090" }], 14001, /revision/],
    ];
    const before = [...room.store.list("password")];
    for (const [more, errNo, message] of cases) {
      const reply = await apply([administrator, ...five, ...more]);
      assert.deepEqual([reply.ErrNo, message.test(reply.ErrMsg)], [errNo, true], reply.ErrMsg);
    }
    assert.deepEqual([...room.store.list("password")], before);
  });
});

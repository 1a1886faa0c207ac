import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { put } from "../../../../daemon/store/store.ts";
import { codeKey } from "../../../../daemon/tuya-actions/code-input.ts";
import { aLockId, someCapabilities } from "../../../support/records.ts";
import { ActionRoom, exampleMs } from "./action-room.ts";

const oldCreate = "tuya.m.zigbee.lock.temppwd.create";
const oldList = "tuya.m.zigbee.lock.temppwd.list";
const oldUpdate = "tuya.m.zigbee.lock.temppwd.update";
const rename = "tuya.m.device.lock.temppwd.name.update";
const removeInvalid = "tuya.m.device.lock.zigbee.temppwdList.remove";

let room: ActionRoom;

describe("temporary passwords of the old generation", () => {
  beforeEach(async () => {
    room = await ActionRoom.open();
    room.clock.nowMs = 1_622_179_903_124;
  });
  afterEach(() => room.close());

  const old = {
    devId: aLockId,
    password: "768163",
    phone: "12345678901",
    effectiveTime: "1622179887",
    name: "768163",
    invalidTime: "1622262687",
    oneTime: "0",
    createLimit: 0,
  };

  /** As the app of client `partner` encrypts. */
  async function encrypted(digits: string): Promise<string> {
    const secretHash = createHash("sha256").update("the secret").digest();
    const client = { clientId: "partner", scope: "manager", createdAtMs: 0 } as const;
    await room.put(
      put("client", ["partner"], { ...client, secretHash: secretHash.toString("base64url") }),
    );
    const cipher = createCipheriv("aes-128-ecb", codeKey(secretHash), null);
    return Buffer.concat([cipher.update(digits), cipher.final()])
      .toString("hex")
      .toUpperCase();
  }

  it("answer the published request with true, its code encrypted for the client", async () => {
    const password = await encrypted("768163");
    assert.equal(password.length, "95657EE8B6EEF10E035642F017A79B60".length);
    assert.equal(await room.result(oldCreate, { ...old, password }), true);
    assert.equal(room.codeOf(1), "768163");
  });

  it("refuse a code that is encrypted otherwise, or without a key", async () => {
    const password = "95657EE8B6EEF10E035642F017A79B60";
    await room.refuses(oldCreate, { ...old, password }, [16008, "password"]);
    await encrypted("1");
    await room.refuses(oldCreate, { ...old, password }, [14001, "password"]);
    const noDigits = await encrypted("abcdef");
    await room.refuses(oldCreate, { ...old, password: noDigits }, [14001, "password"]);
  });

  it("accept the lengths of codes that the lock accepts", async () => {
    await room.result(oldCreate, { ...old, password: "0012" });
    await room.result(oldCreate, { ...old, password: "00123456" });
    assert.deepEqual([room.codeOf(1), room.codeOf(2)], ["0012", "00123456"]);
  });

  it("are not more than the limit in the request", async () => {
    await room.result(oldCreate, { ...old, createLimit: 1 });
    const second = { ...old, password: "222222", createLimit: 1 };
    await room.refuses(oldCreate, second, [16001, "createLimit"]);
    await room.result(oldCreate, { ...second, createLimit: 2 });
  });

  it("are listed as published, newest first, times in seconds", async () => {
    await room.result(oldCreate, old);
    room.clock.nowMs += 1;
    await room.result(oldCreate, { ...old, password: "222222", name: "second", phone: "" });
    const params = { devId: aLockId, useful: true, offset: 0, limit: 50 };
    const [second, first] = Object(await room.result(oldList, params));
    assert.deepEqual(first, {
      phase: 1,
      effective: 3,
      effectiveTime: 1_622_179_887,
      mobile: "12345678901",
      name: "768163",
      canDelete: false,
      invalidTime: 1_622_262_687,
      id: 1,
      gmtCreate: 1_622_179_903_124,
      oneTime: 0,
      deliveryStatus: 1,
      password: "768163",
    });
    assert.deepEqual([second.name, second.mobile], ["second", ""]);
  });

  it("are modified, frozen, unfrozen and deleted by their update", async () => {
    await room.result(oldCreate, old);
    const operate = (code: number, more = {}) =>
      room.result(oldUpdate, { id: 1, devId: aLockId, operate: code, ...more });
    assert.equal(await operate(126, { password: "111222", countryCode: "86" }), true);
    assert.equal(room.codeOf(1), "111222");
    assert.equal(await operate(127), true);
    assert.equal(room.password(1).isFrozen, true);
    assert.equal(await operate(128), true);
    assert.equal(room.password(1).isFrozen, false);
    assert.equal(await operate(125), true);
    assert.equal(room.password(1).isDeleted, true);
    await room.refuses(oldUpdate, { id: 1, devId: aLockId, operate: 127 }, [15006, "id"]);
    await room.refuses(oldUpdate, { id: 2, devId: aLockId, operate: 129 }, [14001, "operate"]);
    await room.refuses(oldUpdate, { id: 2, devId: aLockId }, [14001, "operate"]);
  });

  it("are renamed: one-time ones by version 1.0, any by 2.0", async () => {
    await room.result(oldCreate, old);
    await room.result(oldCreate, { ...old, password: "222222", oneTime: 1 });
    const words = { devId: aLockId, name: "涂小鸦" };
    await room.refuses(rename, { ...words, v: "1.0", pwdId: 1 }, [14001, "pwdId"]);
    assert.equal(await room.result(rename, { ...words, v: "2.0", pwdId: 1 }), true);
    assert.equal(await room.result(rename, { ...words, v: "1.0", pwdId: 2 }), true);
    assert.deepEqual([room.password(1).name, room.password(2).name], ["涂小鸦", "涂小鸦"]);
    await room.refuses(rename, { ...words, v: "2.0", pwdId: 11 }, [15006, "pwdId"]);
  });

  it("are not created while the time is unknown, nor before an administrator's password", async () => {
    room.clock.state = "lost";
    const reply = await room.call(oldCreate, old);
    assert.deepEqual([reply.ErrNo, reply["result"]], [16007, undefined]);
    room.clock.state = "synced";
    const other = "0x00124b0000000002";
    const lock = room.store.get("lock", [aLockId]);
    assert.ok(lock !== undefined);
    await room.put(put("lock", [other], { ...lock, lock: other }));
    await room.refuses(oldCreate, { ...old, devId: other }, [14001, "devId"]);
  });

  it("are refused if the lock is full", async () => {
    const lock = room.store.get("lock", [aLockId]);
    assert.ok(lock !== undefined);
    const capabilities = someCapabilities({ pinUsers: 2, lastUserId: 2 });
    await room.put(put("lock", [aLockId], { ...lock, capabilities }));
    await room.result(oldCreate, old);
    await room.refuses(oldCreate, { ...old, password: "222222" }, [16001, "devId"]);
  });

  it("leave the list only once they are invalid", async () => {
    for (const password of ["111111", "222222", "333333", "444444"]) {
      await room.result(oldCreate, { ...old, password });
    }
    await room.confirm(1, { operationStage: "failed", failure: "duplicate" });
    await room.confirm(2, { operationStage: "done", consumedAtMs: 1, userId: null });
    await room.confirm(3, { operationStage: "done", window: endedWindow, userId: null });
    const ids = async (useful?: boolean) => {
      const params = { devId: aLockId, ...(useful === undefined ? {} : { useful }) };
      return Object(await room.result(oldList, params)).map(({ id }: { id: number }) => id);
    };
    assert.deepEqual(await ids(true), [4]);
    assert.deepEqual(await ids(false), [3, 2, 1]);
    assert.equal(await room.result(removeInvalid, { devId: aLockId }), true);
    assert.deepEqual(
      [1, 2, 3, 4].map((id) => room.password(id).isDeleted),
      [true, true, true, false],
    );
    assert.equal(await room.result(removeInvalid, { devId: aLockId }), true);
  });
});

const endedWindow = { beginMs: null, endMs: exampleMs, weekly: null };

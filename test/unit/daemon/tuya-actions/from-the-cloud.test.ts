import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { wireRecordOf } from "../../../../sync/up/encoding/wire-record.ts";
import { aLockId } from "../../../support/records.ts";
import { ActionRoom } from "./action-room.ts";

const create = "tuya.m.device.zigbee.newTempPwd.create";
const oldUpdate = "tuya.m.zigbee.lock.temppwd.update";

describe("a lock action that comes over MQTT", () => {
  let room: ActionRoom;
  beforeEach(async () => {
    room = await ActionRoom.open();
  });
  afterEach(() => room.close());

  const times = { effectiveTime: "1601519817", invalidTime: "1604161817" };
  const params = { devId: aLockId, name: "K", password: "123456", ...times };

  it("is answered with its result and acts once, however often it comes", async () => {
    const { seq } = await room.fromCloud("c-1", create, params);
    assert.equal((await room.fromCloud("c-1", create, params)).isRepeat, true);
    assert.equal([...room.store.list("password", [aLockId])].length, 2);
    const [record] = await room.store.readJournal(seq, 1);
    assert.ok(record !== undefined);
    assert.ok(!JSON.stringify(record).includes('"123456"'), "sealed while it is kept");
    const { body } = wireRecordOf(record, {
      gatewayId: "gw-1",
      nameOf: () => ({ nickname: "", homeId: null, roomId: null }),
      openSealed: ({ code, boundTo }) => room.vault.open(code, boundTo),
    });
    const { command, ErrNo, result } = JSON.parse(body);
    assert.deepEqual([command, ErrNo, result.id, result.password], [create, 0, 1, "123456"]);
  });

  it("is carried out late only if it revokes access", async () => {
    await room.fromCloud("c-1", create, params);
    const exp = Math.floor(room.clock.nowMs / 1000) - 1;
    const late = (id: string, operate: number) => {
      const words = { devId: aLockId, id: 1, operate };
      return room.executor.executeFromCloud({ id, command: oldUpdate, params: words, exp });
    };
    await late("c-2", 127);
    assert.equal(room.password(1).isFrozen, true);
    await late("c-3", 128);
    assert.equal(room.password(1).isFrozen, true);
    await late("c-4", 125);
    assert.equal(room.password(1).isDeleted, true);
  });

  it("is refused if a newer command for the same password was accepted, under any name", async () => {
    await room.fromCloud("c-1", create, params);
    const now = Math.floor(room.clock.nowMs / 1000);
    const send = async (id: string, operate: number, iat: number) => {
      const words = { devId: aLockId, id: 1, operate };
      const command = { id, command: oldUpdate, params: words, iat };
      const { seq } = await room.executor.executeFromCloud(command);
      const [record] = await room.store.readJournal(seq, 1);
      return record?.entry.kind === "reply" ? record.entry.errNo : null;
    };
    const freeze = { uuid: aLockId, password_id: 1 };
    await room.executor.executeFromCloud({
      id: "c-2",
      command: "frozen_password",
      params: freeze,
      iat: now + 100,
    });
    assert.equal(await send("c-3", 128, now + 50), 16010);
    assert.equal(room.password(1).isFrozen, true);
    assert.equal(await send("c-4", 128, now + 101), 0);
    assert.equal(await send("c-5", 127, now + 100), 16010);
    assert.equal(room.password(1).isFrozen, false);
    assert.equal(await send("c-6", 125, now + 10), 0);
    assert.equal(room.password(1).isDeleted, true);
  });

  it("is refused without a key for an encrypted code", async () => {
    const password = "95657EE8B6EEF10E035642F017A79B60";
    const { seq } = await room.fromCloud("c-1", create, { ...params, password });
    const [record] = await room.store.readJournal(seq, 1);
    assert.equal(record?.entry.kind === "reply" && record.entry.errNo, 16008);
  });
});

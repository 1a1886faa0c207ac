import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { aLockId } from "../../../support/records.ts";
import { ActionRoom } from "./action-room.ts";

const set = "tuya.m.device.lock.gesturepwd.set";
const validate = "tuya.m.device.lock.gesturepwd.validate";
const accountGet = "tuya.m.device.user.account.get";
const codeSend = "tuya.m.device.user.verifycode.send";
const codeCheck = "tuya.m.device.user.verifycode.check";
const memberList = "tuya.m.zigbee.member.list";
const opModeAdd = "tuya.m.device.member.opmode.add";
const duressAdd = "tuya.m.scale.hijacking.add.config";
const duressRemove = "tuya.m.scale.hijacking.remove.config";
const resend = "tuya.m.device.zigbee.sms.resend";
const create = "tuya.m.device.zigbee.newTempPwd.create";

const ann = { user_id: "9906", name: "Ann", account: "13577778888", country_code: "86" };

let room: ActionRoom;
beforeEach(async () => {
  room = await ActionRoom.open();
});
afterEach(() => room.close());

async function tenant(changes: object = {}): Promise<void> {
  const times = { effectiveTime: "0", invalidTime: "1604161817000" };
  await room.result(create, {
    ...{ devId: aLockId, name: "K", password: "123456", ...times },
    ...changes,
  });
}

describe("the app's own password of a lock", () => {
  const own = { devId: aLockId, password: "123456" };

  it("is set and switched on by the published request", async () => {
    await room.refuses(set, { devId: aLockId, open: true }, [14001, "password"]);
    assert.equal(await room.result(set, { ...own, open: false }), true);
    assert.equal(await room.result(set, { devId: aLockId, open: true }), true);
    assert.ok(!room.contents().includes('"123456"'), "only its hash is kept");
  });

  it("is checked, and the answer has the published fields", async () => {
    await room.result(set, { devId: aLockId, password: "654321", open: true, type: 2 });
    assert.deepEqual(await room.result(validate, own), {
      devId: aLockId,
      uid: "partner",
      password: "123456",
      type: 2,
      status: true,
      checkResult: false,
      spareTime: 4,
    });
    assert.deepEqual(await room.result(validate, { devId: aLockId, password: "654321" }), {
      devId: aLockId,
      uid: "partner",
      password: "654321",
      type: 2,
      status: true,
      checkResult: true,
      spareTime: 5,
    });
  });

  it("is locked after five wrong tries, also across a restart, until a new one is set", async () => {
    await room.result(set, { devId: aLockId, password: "654321", open: true });
    for (const left of [4, 3]) {
      assert.equal(Object(await room.result(validate, own)).spareTime, left);
    }
    await room.restart();
    const tries = await Promise.all([1, 2, 3].map(() => room.result(validate, own)));
    assert.deepEqual(tries.map((answer) => Object(answer).spareTime).sort(), [0, 1, 2]);
    const right = Object(await room.result(validate, { devId: aLockId, password: "654321" }));
    assert.deepEqual([right.checkResult, right.status, right.spareTime], [false, false, 0]);
    await room.result(set, { devId: aLockId, open: false });
    await room.result(set, { devId: aLockId, open: true });
    assert.equal(Object(await room.result(validate, own)).spareTime, 0);
    await room.result(set, { ...own, open: true });
    assert.equal(Object(await room.result(validate, own)).checkResult, true);
  });

  it("is never right while it is switched off", async () => {
    await room.result(set, { ...own, open: false });
    const { checkResult, status, spareTime } = Object(await room.result(validate, own));
    assert.deepEqual([checkResult, status, spareTime], [false, false, 5]);
  });

  it("is refused with the field's name", async () => {
    await room.refuses(validate, own, [15006, "devId"]);
    await room.refuses(validate, { devId: "0x00124b00000000ff", password: "1234" }, [
      15006,
      "devId",
    ]);
    await room.refuses(set, { ...own, open: "true" }, [14001, "open"]);
    await room.refuses(set, { ...own, open: true, password: "12" }, [14001, "password"]);
    await room.refuses(set, { ...own, open: true, type: 3 }, [14001, "type"]);
  });

  it("is sealed in the journal when somebody tries one", async () => {
    await room.result(set, { ...own, open: true });
    await room.fromCloud("c-1", validate, { devId: aLockId, password: "777123" });
    const records = await room.store.readJournal(1, 1000);
    assert.ok(!JSON.stringify(records).includes("777123"));
  });
});

describe("verification codes", () => {
  it("go to the household's owner", async () => {
    await room.refuses(accountGet, { devId: aLockId }, [15006, "devId"]);
    await room.call("member_put", ann);
    assert.deepEqual(await room.result(accountGet, { devId: aLockId }), {
      account: "13577778888",
      countryCode: "86",
    });
  });

  it("are sent once a minute, and valid once", async () => {
    await room.call("member_put", { ...ann, account: "hzj@qq.com" });
    const account = "hzj@qq.com";
    assert.equal(await room.result(codeSend, { account }), true);
    const [message] = room.messages;
    assert.ok(message !== undefined);
    assert.deepEqual([message.kind, message.to], ["verificationCode", account]);
    assert.equal(room.vault.open(message.code, message.boundTo).reveal(), "123456");
    await room.refuses(codeSend, { account }, [16002, "account"]);
    assert.equal(await room.result(codeCheck, { account, code: "000000" }), false);
    assert.equal(await room.result(codeCheck, { account, code: "123456" }), true);
    assert.equal(await room.result(codeCheck, { account, code: "123456" }), false);
    room.clock.nowMs += 60_000;
    assert.equal(await room.result(codeSend, { account }), true);
    assert.ok(!room.contents().includes('"123456"'));
  });

  it("expire after five minutes, and after five tries across a restart", async () => {
    await room.call("member_put", ann);
    const { account } = ann;
    await room.result(codeSend, { account });
    room.clock.nowMs += 300_000;
    assert.equal(await room.result(codeCheck, { account, code: "123456" }), false);
    await room.result(codeSend, { account });
    for (let miss = 0; miss < 5; miss += 1) {
      if (miss === 2) await room.restart();
      assert.equal(await room.result(codeCheck, { account, code: "000000" }), false);
    }
    assert.equal(await room.result(codeCheck, { account, code: "123456" }), false);
  });

  it("end when the time is set back behind them, and another code can be sent at once", async () => {
    await room.call("member_put", ann);
    const { account } = ann;
    await room.result(codeSend, { account });
    room.clock.nowMs -= 1;
    assert.equal(await room.result(codeCheck, { account, code: "123456" }), false);
    assert.equal(await room.result(codeSend, { account }), true);
    assert.equal(await room.result(codeCheck, { account, code: "123456" }), true);
  });

  it("are not counted as sent if no carrier has accepted them", async () => {
    await room.call("member_put", ann);
    room.isCarried = false;
    assert.equal(await room.result(codeSend, { account: ann.account }), false);
    room.isCarried = true;
    const two = [1, 2].map(() => room.call(codeSend, { account: ann.account }));
    assert.deepEqual(
      (await Promise.all(two)).map(({ ErrNo }) => ErrNo),
      [0, 16002],
    );
  });

  it("are refused for strangers and with the field's name", async () => {
    await room.refuses(codeSend, { account: "stranger@x.org" }, [15006, "account"]);
    await room.refuses(codeSend, {}, [14001, "account"]);
    await room.refuses(codeCheck, { account: "hzj@qq.com", code: "12" }, [14001, "code"]);
    assert.equal(await room.result(codeCheck, { account: "hzj@qq.com", code: "123456" }), false);
  });
});

describe("members and their credentials", () => {
  it("are listed, the first one as owner until another is the owner", async () => {
    await room.call("member_put", ann);
    await room.call("member_put", { user_id: "2", name: "Ben", is_owner: true });
    const members = Object(await room.result(memberList));
    assert.deepEqual(members[1], {
      userId: "9906",
      userName: "Ann",
      account: "13577778888",
      countryCode: "86",
      avatar: "",
      isOwner: false,
    });
    assert.equal(members[0].isOwner, true);
  });

  it("get a name as the published request gives it", async () => {
    await room.call("member_put", ann);
    const words = { devId: aLockId, userId: "9906", unlockId: "1-2", unlockName: "指纹02" };
    const first = { opModeId: 1, unlockName: "指纹02" };
    assert.deepEqual(await room.result(opModeAdd, words), first);
    assert.deepEqual(await room.result(opModeAdd, words), first);
    const other = await room.result(opModeAdd, { ...words, unlockId: "5-1" });
    assert.equal(Object(other).opModeId, 2);
    await room.refuses(opModeAdd, { ...words, unlockId: "3-4" }, [15006, "unlockId"]);
    await room.refuses(opModeAdd, { ...words, unlockId: "6-1" }, [14001, "unlockId"]);
    await room.refuses(opModeAdd, { ...words, unlockId: "fingers" }, [14001, "unlockId"]);
    await room.refuses(opModeAdd, { ...words, userId: "1" }, [15006, "userId"]);
    await room.refuses(opModeAdd, { ...words, unlockName: "" }, [14001, "unlockName"]);
  });

  it("own the temporary password to which they are tied", async () => {
    await room.call("member_put", ann);
    await tenant();
    const unlockId = `3-${room.password(1).userId}`;
    const words = { devId: aLockId, userId: "9906", unlockId, unlockName: "K's" };
    await room.result(opModeAdd, words);
    const list = "tuya.m.device.lock.temppwd.pagelist";
    const { datas } = Object(await room.result(list, { devId: aLockId }));
    assert.equal(datas[0].uid, "9906");
    await room.call("member_remove", { user_id: "9906" });
    assert.deepEqual([...room.store.list("opmode")], []);
  });
});

describe("duress credentials", () => {
  it("are marked and unmarked by the published requests", async () => {
    const example = { devId: aLockId, dpValue: "1-1", dpId: "1" };
    assert.equal(await room.result(duressAdd, example), true);
    assert.equal(await room.result(duressAdd, { ...example, dpId: 5, dpValue: 3 }), true);
    const marks = () => room.store.get("lock", [aLockId])?.duressCredentials;
    assert.deepEqual(marks(), ["1-1", "5-3"]);
    assert.equal(await room.result(duressRemove, example), true);
    assert.deepEqual(marks(), ["5-3"]);
  });

  it("are duress passwords over every transport", async () => {
    await tenant();
    const words = { devId: aLockId, dpId: 3, dpValue: room.password(1).userId ?? -1 };
    const before = room.password(1);
    await room.result(duressAdd, words);
    assert.deepEqual(
      room.password(1),
      { ...before, isDuress: true },
      "nothing is sent to the lock",
    );
    const { passwords } = await room.call("fetch_passwords", { uuid: aLockId });
    assert.equal(Object(passwords)[0].duress, 1);
    await room.result(duressRemove, words);
    assert.equal(room.password(1).isDuress, false);
  });

  it("are refused with the field's name", async () => {
    const words = { devId: aLockId, dpId: 3, dpValue: 8 };
    await room.refuses(duressAdd, words, [15006, "dpValue"]);
    await room.refuses(duressAdd, { ...words, dpId: 8 }, [14001, "dpValue"]);
    await room.refuses(duressAdd, { ...words, dpValue: "1-1" }, [14001, "dpValue"]);
    await room.refuses(duressAdd, { ...words, dpId: "x" }, [14001, "dpId"]);
    await room.refuses(duressAdd, { ...words, devId: "0x00124b00000000ff" }, [15006, "devId"]);
  });
});

describe("a code that is sent again", () => {
  it("counts as sent only if a carrier has accepted it", async () => {
    await tenant({ phone: "12345678901", countryCode: "86", sendMsg: 1 });
    assert.equal(await room.result(resend, { devId: aLockId }), true);
    assert.equal(await room.result(resend, { id: 1 }), true);
    room.isCarried = false;
    assert.equal(await room.result(resend, { id: 1, devId: aLockId }), false);
    assert.equal(room.messages.length, 4);
  });

  it("is refused with the field's name", async () => {
    await room.refuses(resend, { devId: aLockId }, [15006, "devId"]);
    await room.refuses(resend, { id: 5 }, [15006, "id"]);
    await room.refuses(resend, {}, [14001, "id"]);
    await tenant();
    await room.refuses(resend, { id: 1 }, [14001, "id"]);
  });
});

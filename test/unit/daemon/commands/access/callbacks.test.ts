import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { maxCallbacks } from "../../../../../daemon/commands/access/callback-add.ts";
import { CommandRoom } from "../../../../support/rigs/command-room.ts";

describe("registering callbacks", () => {
  let room: CommandRoom;

  beforeEach(async () => {
    room = await CommandRoom.open();
  });

  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  it("keeps a URL, lists it and removes it", async () => {
    const url = "https://partner.example/events?key=1";
    const { callback_id } = await room.call("callback_add", { url });
    const { callbacks } = await room.call("callback_list");
    assert.match(JSON.stringify(callbacks), /"url":"https:\/\/partner.example\/events\?key=1"/);
    assert.equal(await room.errNo("callback_remove", { callback_id }), 0);
    assert.equal(await room.errNo("callback_remove", { callback_id }), 15006);
    assert.deepEqual((await room.call("callback_list"))["callbacks"], []);
    assert.equal(room.site.diagnostics.callbackChanges, 2);
  });

  for (const url of ["http://127.0.0.1:8080/e", "http://localhost/", "http://[::1]:9/"]) {
    it(`takes plain http on this machine, from this machine only: ${url}`, async () => {
      assert.equal(await room.errNo("callback_add", { url }), 14001);
      room.caller = { ...room.caller, transport: "mqtt", name: "cloud" };
      assert.equal(await room.errNo("callback_add", { url }), 14001);
      room.caller = { ...room.caller, transport: "socket", name: "local" };
      assert.equal(await room.errNo("callback_add", { url }), 0);
    });
  }

  for (const url of [
    "",
    "partner.example",
    "http://192.168.1.7/",
    "http://partner.example/",
    "http://127.0.0.1.partner.example/",
    "http://localhost.partner.example/",
    "ftp://partner.example/",
    "file:///etc/passwd",
    "https://user:secret@partner.example/",
    "https://partner.example/#x",
    `https://partner.example/${"x".repeat(512)}`,
  ]) {
    it(`refuses ${url.slice(0, 40) || "nothing"}`, async () => {
      const { ErrNo, ErrMsg } = await room.call("callback_add", { url });
      assert.equal(ErrNo, 14001);
      assert.match(ErrMsg, /^url: /);
    });
  }

  it("refuses a URL twice, and more than eight", async () => {
    for (let at = 0; at < maxCallbacks; at += 1) {
      assert.equal(await room.errNo("callback_add", { url: `https://p.example/${at}` }), 0);
    }
    assert.equal(await room.errNo("callback_add", { url: "https://p.example/0" }), 11000);
    assert.equal(await room.errNo("callback_add", { url: "https://p.example/9" }), 16002);
  });
});

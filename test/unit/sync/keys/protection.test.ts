import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { describe, it } from "node:test";
import { base64url, CompactSign, exportJWK, generateKeyPair, type JWK } from "jose";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { put } from "../../../../daemon/store/store.ts";
import { openProtection } from "../../../../sync/keys/protection.ts";

import { iat, ProtectedGateway, stamp } from "./protected-gateway.ts";

describe("the gateway with protection", () => {
  const rig = new ProtectedGateway();

  it("carries out a signed command, alone or encrypted to the gateway", async () => {
    await rig.start();
    await rig.send(await rig.keys.signed("gw-1", "command", rig.aCommand("c1")));
    await rig.cloud.reply("gw-1", "c1");
    await rig.send(
      await rig.keys.encrypted(
        await rig.keys.signed("gw-1", "command", rig.aCommand("c2")),
        rig.gatewayKey(),
      ),
    );
    await rig.cloud.reply("gw-1", "c2");
    assert.deepEqual(rig.carriedOut(), ["c1", "c2"]);
    assert.deepEqual(rig.gateway.executor.executed[0]?.params, { password: "123456" });
  });

  it("refuses and answers an unsigned command, and counts it in the birth message", async () => {
    await rig.start();
    const id = await rig.cloud.send("gw-1", "add_password", {}, { id: "c1" });
    const reply = await rig.cloud.reply("gw-1", id);
    assert.deepEqual([reply.ErrNo, reply.ErrMsg], [15014, "the message is not signed"]);
    assert.deepEqual(rig.carriedOut(), []);
    // It is not signed, so it gets no record in the journal.
    assert.equal(reply["seq"], undefined);
    const { detail } = await rig.cloud.event("gw-1", "refusedMessageAlarm");
    assert.deepEqual(detail, {
      kind: "forged",
      count: 1,
      topic: "command",
      reason: "the message is not signed",
    });
    await rig.cloud.until("the count of forged messages", () => {
      const protection = rig.cloud.gateway("gw-1").presence?.fields["protection"];
      return JSON.stringify(protection) === JSON.stringify({ kid: rig.ring.currentKid, forged: 1 })
        ? true
        : null;
    });
  });

  it("does not let a flood of forged commands fill the journal or delay a signed command", async () => {
    await rig.start();
    const flood = Array.from({ length: 3_000 }, (_, index) =>
      rig.cloud.send("gw-1", "add_password", {}, { id: `forged-${index}` }),
    );
    await flood[0];
    const signed = await rig.keys.signed("gw-1", "command", rig.aCommand("c1"));
    await rig.send(signed);
    await rig.cloud.reply("gw-1", "c1");
    await Promise.all(flood);
    await rig.settled();
    assert.deepEqual(rig.carriedOut(), ["c1"]);
    assert.equal(rig.gateway.sync.state().received.rejected, 3_000);
    // The alarm, the two replies, and not a record more.
    assert.equal(rig.gateway.head, 3);
    await rig.gateway.sync.stop();
    const { records } = await rig.cloud.upTo("gw-1", 3);
    const [alarm] = records.filter(({ fields }) => fields["event"] === "refusedMessageAlarm");
    assert.deepEqual(alarm?.fields["detail"], {
      kind: "forged",
      count: 1,
      topic: "command",
      reason: "the message is not signed",
    });
    const left = await rig.gateway.store.readJournal(4, 10);
    const details = left.map(({ entry }) => (entry.kind === "event" ? entry.detail : null));
    assert.deepEqual(
      details.map((detail) => detail?.["count"]),
      [2_999],
    );
  });

  it("refuses a signed command that is not encrypted if it must be", async () => {
    await rig.start({ commands: "sealed" });
    await rig.send(await rig.keys.signed("gw-1", "command", rig.aCommand("c1")));
    await rig.settled();
    assert.deepEqual(rig.carriedOut(), []);
  });

  it("accepts only the agreed algorithms, headers and keys", async () => {
    await rig.start();
    const claims = Buffer.from(JSON.stringify({ gw: "gw-1", ...rig.aCommand("c1") }));
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    const signed = await rig.keys.signed("gw-1", "command", rig.aCommand("c1"));
    const [header = "", payload = "", signature = ""] = signed.split(".");
    const stranger = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    const strangerKey = await exportJWK(stranger.publicKey);
    const right = { alg: "EdDSA", kid: "sign-1", typ: "latch-command" };
    const publicKeys: { keys: JWK[] } = JSON.parse(await readFile(rig.keys.file, "utf8"));
    const secret = Buffer.from(publicKeys.keys[0]?.x ?? "", "base64url");
    const by = (protectedHeader: object, key: Parameters<CompactSign["sign"]>[0]) =>
      new CompactSign(claims).setProtectedHeader({ alg: "EdDSA", ...protectedHeader }).sign(key);
    const attacks = [
      `${part({ ...right, alg: "none" })}.${payload}.`,
      `${part({ ...right, alg: "none" })}.${payload}.${signature}`,
      await by({ ...right, alg: "HS256" }, Buffer.concat([secret, secret])),
      await by(right, stranger.privateKey),
      await by({ ...right, kid: "../../dev/null" }, stranger.privateKey),
      await by({ ...right, jwk: strangerKey }, stranger.privateKey),
      await by({ ...right, jku: "http://127.0.0.1:1/keys" }, stranger.privateKey),
      await rig.keys.signed("gw-1", "command", rig.aCommand("c1"), { jwk: strangerKey }),
      await rig.keys.signed("gw-1", "command", rig.aCommand("c1"), { kid: "open-1" }),
      await rig.keys.signed("gw-1", "command", rig.aCommand("c1"), { typ: "latch-sync" }),
      `${header}.${part({ gw: "gw-1", ...rig.aCommand("c2") })}.${signature}`,
      `${part({ ...right, crit: ["x"], x: 1 })}.${payload}.${signature}`,
      `${part({ alg: "ECDH-ES+A256KW", enc: "A256GCM", kid: rig.ring.currentKid, zip: "DEF" })}.a.b.c.d`,
      `${part({ alg: "RSA-OAEP", enc: "A256GCM", kid: rig.ring.currentKid })}.a.b.c.d`,
      "..",
      "....",
      "a.b.c",
    ];
    for (const attack of attacks) await rig.send(attack);
    await rig.settled();
    assert.deepEqual(rig.carriedOut(), []);
    assert.equal(rig.gateway.sync.state().received.rejected, attacks.length);
  });

  it("refuses a command for another gateway, or without a time", async () => {
    await rig.start();
    await rig.send(await rig.keys.signed("gw-2", "command", rig.aCommand("c1")));
    await rig.send(
      await rig.keys.signed("gw-1", "command", { ...rig.aCommand("c2"), iat: undefined }),
    );
    await rig.send(
      await rig.keys.signed("gw-1", "command", { ...rig.aCommand("c3"), gw: undefined }),
    );
    await rig.settled();
    assert.deepEqual(rig.carriedOut(), []);
  });

  it("answers a repeat of today again, and refuses one of last month", async () => {
    await rig.start();
    const signed = await rig.keys.signed("gw-1", "command", rig.aCommand("c1"));
    for (let times = 0; times < 3; times += 1) await rig.send(signed);
    const old = { iat: iat - 30 * 86_400 };
    await rig.send(await rig.keys.signed("gw-1", "command", rig.aCommand("c2", old)));
    await rig.send(
      await rig.keys.signed("gw-1", "command", rig.aCommand("c3", { iat: iat + 3_600 })),
    );
    await rig.settled();
    assert.deepEqual(rig.carriedOut(), ["c1"]);
    assert.equal(rig.gateway.sync.state().received.repeats, 2);
  });

  it("carries out an old revocation", async () => {
    await rig.start();
    const revocation = { id: "c1", command: "delete_password", iat: iat - 30 * 86_400 };
    await rig.send(await rig.keys.signed("gw-1", "command", revocation));
    await rig.cloud.reply("gw-1", "c1");
    assert.deepEqual(rig.carriedOut(), ["c1"]);
  });

  it("refuses a command that is older than everything in a full inbox", async () => {
    await rig.start();
    const changes = Array.from({ length: 10_000 }, (_, index) => {
      const commandId = `old-${index}`;
      const epoch = rig.gateway.store.journalRange().epoch;
      return put("inbox", [commandId], { commandId, epoch, seq: 1, atMs: stamp.atMs - 60_000 });
    });
    for (let from = 0; from < changes.length; from += 1_000) {
      const journal: JournalEntry[] = [];
      await rig.gateway.store.commit(
        { changes: changes.slice(from, from + 1_000), journal },
        stamp,
      );
    }
    await rig.send(await rig.keys.signed("gw-1", "command", rig.aCommand("c1", { iat: iat - 61 })));
    await rig.send(await rig.keys.signed("gw-1", "command", rig.aCommand("c2", { iat: iat - 59 })));
    await rig.cloud.reply("gw-1", "c2");
    assert.deepEqual(rig.carriedOut(), ["c2"]);
  });

  it("requires signed acknowledgements, replays and times too", async () => {
    await rig.start();
    await rig.gateway.happen(3);
    await rig.cloud.upTo("gw-1", 3);
    await rig.cloud.replay("gw-1", 1);
    await rig.cloud.tellTime("gw-1", 1_800_000_000);
    await rig.cloud.sendBody(
      "gw-1",
      "sync",
      await rig.keys.signed("gw-1", "sync", { time: 1_700_000_001, iat }),
    );
    await rig.cloud.sendBody(
      "gw-1",
      "sync",
      await rig.keys.signed("gw-1", "sync", { replay: { from: 2 }, iat }),
    );
    const view = rig.cloud.gateway("gw-1");
    await rig.cloud.until("records 2 and 3 again", () => (view.repeats === 2 ? true : null));
    assert.deepEqual(rig.gateway.clock.offered, [1_700_000_001_000]);
  });

  it("encrypts codes to the cloud, bound to their record, so that the broker sees none", async () => {
    await rig.start();
    const code = { box: "246802", mark: "m" };
    const event: JournalEntry = {
      kind: "event",
      event: "pwdAddLocal",
      lock: "0x00124b0001020304",
      detail: { password: { id: 7, password: null } },
      sealed: [{ path: ["password", "password"], code, boundTo: "x" }],
    };
    const reply: JournalEntry = {
      kind: "reply",
      commandId: "c1",
      command: "get_default_password_plaintext",
      errNo: 0,
      errMsg: "",
      result: { password: null },
      sealed: [{ path: ["password"], code, boundTo: "x" }],
    };
    await rig.gateway.store.commit({ changes: [], journal: [event, reply] }, stamp);
    const { records } = await rig.cloud.upTo("gw-1", 2);
    const [first, second] = records.map(({ fields }) => fields);
    assert(first !== undefined && second !== undefined);
    assert.deepEqual([first["event"], "detail" in first], ["pwdAddLocal", false]);
    assert.deepEqual(await rig.keys.opened("gw-1", first), {
      detail: { password: { id: 7, password: "246802" } },
    });
    assert.deepEqual(await rig.keys.opened("gw-1", second), { password: "246802" });
    await assert.rejects(rig.keys.opened("gw-1", { ...first, seq: 2 }), /another place/);
    assert.equal(
      rig.broker.published.some(({ body }) => body.includes("246802")),
      false,
    );
  });

  it("rotates its key without losing commands in flight, in a file that only it can read", async () => {
    await rig.start({ commands: "sealed" });
    const old = rig.gatewayKey();
    const before = await rig.keys.encrypted(
      await rig.keys.signed("gw-1", "command", rig.aCommand("c1")),
      old,
    );
    await rig.ring.rotate();
    await rig.send(before);
    await rig.cloud.reply("gw-1", "c1");
    await rig.ring.rotate();
    await rig.send(
      await rig.keys.encrypted(await rig.keys.signed("gw-1", "command", rig.aCommand("c2")), old),
    );
    await rig.settled();
    assert.deepEqual(rig.carriedOut(), ["c1"]);
    assert.equal((await stat(rig.keys.gatewayFile)).mode & 0o777, 0o600);
    assert.equal(JSON.stringify(rig.ring.show()).includes('"d"'), false);
    const reopened = await openProtection({
      ownFile: rig.keys.gatewayFile,
      cloudFile: rig.keys.file,
      commands: "sealed",
      codes: "off",
      nowMs: () => 0,
    });
    assert.equal(reopened.ring.currentKid, rig.ring.currentKid);
  });
});

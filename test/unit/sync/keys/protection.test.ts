import assert from "node:assert/strict";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { base64url, CompactSign, exportJWK, generateKeyPair, type JWK } from "jose";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { put } from "../../../../daemon/store/store.ts";
import type { KeyRing } from "../../../../sync/keys/key-ring.ts";
import { openProtection, type ProtectionOptions } from "../../../../sync/keys/protection.ts";
import { TestBroker } from "../../../support/cloud/broker.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";
import { type TestGateway, TestGateways } from "../test-gateway.ts";

const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;
/** The gateway's clock shows the time of the stamp in these tests. */
const iat = stamp.atMs / 1000;

describe("the gateway with protection", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let keys: CloudKeys;
  let ring: KeyRing;
  let gateway: TestGateway;
  const gateways = new TestGateways();

  before(async () => {
    keys = await CloudKeys.make();
  });
  after(() => keys.remove());

  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
  });
  afterEach(async () => {
    await gateways.close();
    await cloud.close();
    await broker.stop();
  });

  async function start(options: Partial<ProtectionOptions> = {}): Promise<void> {
    const opened = await openProtection({
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      commands: "signed",
      codes: "sealed",
      nowMs: () => stamp.atMs,
      ...options,
    });
    ring = opened.ring;
    const { protection } = opened;
    gateway = await gateways.make({ url: broker.url, protocol: 4, protection });
    gateway.sync.start();
    await cloud.online("gw-1");
  }

  const aCommand = (id: string, more: object = {}) => ({
    id,
    command: "add_password",
    params: { password: "123456" },
    iat,
    ...more,
  });

  const send = (body: string) => cloud.sendBody("gw-1", "command", body);

  function gatewayKey(): JWK {
    const { gateway: own } = ring.show();
    assert(Array.isArray(own));
    const key: JWK = own[0].public_key;
    return key;
  }

  /** Everything sent so far is dealt with: an honest command after it is answered. */
  async function settled(): Promise<void> {
    const id = `fence-${Math.random()}`;
    const signed = await keys.signed("gw-1", "command", aCommand(id));
    await send(await keys.encrypted(signed, gatewayKey()));
    const reply = await cloud.reply("gw-1", id);
    assert.equal(reply.ErrNo, 0);
  }

  const carriedOut = () =>
    gateway.door.executed.map(({ id }) => id).filter((id) => !id.startsWith("fence"));

  it("carries out a signed command, alone or encrypted to the gateway", async () => {
    await start();
    await send(await keys.signed("gw-1", "command", aCommand("c1")));
    await cloud.reply("gw-1", "c1");
    await send(
      await keys.encrypted(await keys.signed("gw-1", "command", aCommand("c2")), gatewayKey()),
    );
    await cloud.reply("gw-1", "c2");
    assert.deepEqual(carriedOut(), ["c1", "c2"]);
    assert.deepEqual(gateway.door.executed[0]?.params, { password: "123456" });
  });

  it("refuses and answers an unsigned command, and counts it in the birth message", async () => {
    await start();
    const id = await cloud.send("gw-1", "add_password", {}, { id: "c1" });
    const reply = await cloud.reply("gw-1", id);
    assert.deepEqual([reply.ErrNo, reply.ErrMsg], [15014, "the message is not signed"]);
    assert.deepEqual(carriedOut(), []);
    // It is not signed, so it gets no record in the journal.
    assert.equal(reply["seq"], undefined);
    const { detail } = await cloud.event("gw-1", "refusedMessageAlarm");
    assert.deepEqual(detail, {
      kind: "forged",
      count: 1,
      topic: "command",
      reason: "the message is not signed",
    });
    await cloud.until("the count of forged messages", () => {
      const protection = cloud.gateway("gw-1").presence?.fields["protection"];
      return JSON.stringify(protection) === JSON.stringify({ kid: ring.currentKid, forged: 1 })
        ? true
        : null;
    });
  });

  it("does not let a flood of forged commands fill the journal or delay a signed command", async () => {
    await start();
    const flood = Array.from({ length: 3_000 }, (_, index) =>
      cloud.send("gw-1", "add_password", {}, { id: `forged-${index}` }),
    );
    await flood[0];
    const signed = await keys.signed("gw-1", "command", aCommand("c1"));
    await send(signed);
    await cloud.reply("gw-1", "c1");
    await Promise.all(flood);
    await settled();
    assert.deepEqual(carriedOut(), ["c1"]);
    assert.equal(gateway.sync.state().received.rejected, 3_000);
    // The alarm, the two replies, and not a record more.
    assert.equal(gateway.head, 3);
    await gateway.sync.stop();
    const { records } = await cloud.upTo("gw-1", 3);
    const [alarm] = records.filter(({ fields }) => fields["event"] === "refusedMessageAlarm");
    assert.deepEqual(alarm?.fields["detail"], {
      kind: "forged",
      count: 1,
      topic: "command",
      reason: "the message is not signed",
    });
    const left = await gateway.store.readJournal(4, 10);
    const details = left.map(({ entry }) => (entry.kind === "event" ? entry.detail : null));
    assert.deepEqual(
      details.map((detail) => detail?.["count"]),
      [2_999],
    );
  });

  it("refuses a signed command that is not encrypted if it must be", async () => {
    await start({ commands: "sealed" });
    await send(await keys.signed("gw-1", "command", aCommand("c1")));
    await settled();
    assert.deepEqual(carriedOut(), []);
  });

  it("accepts only the agreed algorithms, headers and keys", async () => {
    await start();
    const claims = Buffer.from(JSON.stringify({ gw: "gw-1", ...aCommand("c1") }));
    const part = (value: object) => base64url.encode(JSON.stringify(value));
    const signed = await keys.signed("gw-1", "command", aCommand("c1"));
    const [header = "", payload = "", signature = ""] = signed.split(".");
    const stranger = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    const strangerKey = await exportJWK(stranger.publicKey);
    const right = { alg: "EdDSA", kid: "sign-1", typ: "latch-command" };
    const publicKeys: { keys: JWK[] } = JSON.parse(await readFile(keys.file, "utf8"));
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
      await keys.signed("gw-1", "command", aCommand("c1"), { jwk: strangerKey }),
      await keys.signed("gw-1", "command", aCommand("c1"), { kid: "open-1" }),
      await keys.signed("gw-1", "command", aCommand("c1"), { typ: "latch-sync" }),
      `${header}.${part({ gw: "gw-1", ...aCommand("c2") })}.${signature}`,
      `${part({ ...right, crit: ["x"], x: 1 })}.${payload}.${signature}`,
      `${part({ alg: "ECDH-ES+A256KW", enc: "A256GCM", kid: ring.currentKid, zip: "DEF" })}.a.b.c.d`,
      `${part({ alg: "RSA-OAEP", enc: "A256GCM", kid: ring.currentKid })}.a.b.c.d`,
      "..",
      "....",
      "a.b.c",
    ];
    for (const attack of attacks) await send(attack);
    await settled();
    assert.deepEqual(carriedOut(), []);
    assert.equal(gateway.sync.state().received.rejected, attacks.length);
  });

  it("refuses a command for another gateway, or without a time", async () => {
    await start();
    await send(await keys.signed("gw-2", "command", aCommand("c1")));
    await send(await keys.signed("gw-1", "command", { ...aCommand("c2"), iat: undefined }));
    await send(await keys.signed("gw-1", "command", { ...aCommand("c3"), gw: undefined }));
    await settled();
    assert.deepEqual(carriedOut(), []);
  });

  it("answers a repeat of today again, and refuses one of last month", async () => {
    await start();
    const signed = await keys.signed("gw-1", "command", aCommand("c1"));
    for (let times = 0; times < 3; times += 1) await send(signed);
    const old = { iat: iat - 30 * 86_400 };
    await send(await keys.signed("gw-1", "command", aCommand("c2", old)));
    await send(await keys.signed("gw-1", "command", aCommand("c3", { iat: iat + 3_600 })));
    await settled();
    assert.deepEqual(carriedOut(), ["c1"]);
    assert.equal(gateway.sync.state().received.repeats, 2);
  });

  it("carries out an old revocation", async () => {
    await start();
    const revocation = { id: "c1", command: "delete_password", iat: iat - 30 * 86_400 };
    await send(await keys.signed("gw-1", "command", revocation));
    await cloud.reply("gw-1", "c1");
    assert.deepEqual(carriedOut(), ["c1"]);
  });

  it("refuses a command that is older than everything in a full inbox", async () => {
    await start();
    const changes = Array.from({ length: 10_000 }, (_, index) => {
      const commandId = `old-${index}`;
      const epoch = gateway.store.journalRange().epoch;
      return put("inbox", [commandId], { commandId, epoch, seq: 1, atMs: stamp.atMs - 60_000 });
    });
    for (let from = 0; from < changes.length; from += 1_000) {
      const journal: JournalEntry[] = [];
      await gateway.store.commit({ changes: changes.slice(from, from + 1_000), journal }, stamp);
    }
    await send(await keys.signed("gw-1", "command", aCommand("c1", { iat: iat - 61 })));
    await send(await keys.signed("gw-1", "command", aCommand("c2", { iat: iat - 59 })));
    await cloud.reply("gw-1", "c2");
    assert.deepEqual(carriedOut(), ["c2"]);
  });

  it("requires signed acknowledgements, replays and times too", async () => {
    await start();
    await gateway.happen(3);
    await cloud.upTo("gw-1", 3);
    await cloud.replay("gw-1", 1);
    await cloud.tellTime("gw-1", 1_800_000_000);
    await cloud.sendBody(
      "gw-1",
      "sync",
      await keys.signed("gw-1", "sync", { time: 1_700_000_001, iat }),
    );
    await cloud.sendBody(
      "gw-1",
      "sync",
      await keys.signed("gw-1", "sync", { replay: { from: 2 }, iat }),
    );
    const view = cloud.gateway("gw-1");
    await cloud.until("records 2 and 3 again", () => (view.repeats === 2 ? true : null));
    assert.deepEqual(gateway.clock.offered, [1_700_000_001_000]);
  });

  it("encrypts codes to the cloud, bound to their record, so that the broker sees none", async () => {
    await start();
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
    await gateway.store.commit({ changes: [], journal: [event, reply] }, stamp);
    const { records } = await cloud.upTo("gw-1", 2);
    const [first, second] = records.map(({ fields }) => fields);
    assert(first !== undefined && second !== undefined);
    assert.deepEqual([first["event"], "detail" in first], ["pwdAddLocal", false]);
    assert.deepEqual(await keys.opened("gw-1", first), {
      detail: { password: { id: 7, password: "246802" } },
    });
    assert.deepEqual(await keys.opened("gw-1", second), { password: "246802" });
    await assert.rejects(keys.opened("gw-1", { ...first, seq: 2 }), /another place/);
    assert.equal(
      broker.published.some(({ body }) => body.includes("246802")),
      false,
    );
  });

  it("rotates its key without losing commands in flight, in a file that only it can read", async () => {
    await start({ commands: "sealed" });
    const old = gatewayKey();
    const before = await keys.encrypted(await keys.signed("gw-1", "command", aCommand("c1")), old);
    await ring.rotate();
    await send(before);
    await cloud.reply("gw-1", "c1");
    await ring.rotate();
    await send(await keys.encrypted(await keys.signed("gw-1", "command", aCommand("c2")), old));
    await settled();
    assert.deepEqual(carriedOut(), ["c1"]);
    assert.equal((await stat(keys.gatewayFile)).mode & 0o777, 0o600);
    assert.equal(JSON.stringify(ring.show()).includes('"d"'), false);
    const reopened = await openProtection({
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      commands: "sealed",
      codes: "off",
      nowMs: () => 0,
    });
    assert.equal(reopened.ring.currentKid, ring.currentKid);
  });

  it("refuses a key file that is malformed or that others can read", async () => {
    await start();
    const options: ProtectionOptions = {
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      commands: "signed",
      codes: "sealed",
      nowMs: () => 0,
    };
    await chmod(keys.gatewayFile, 0o640);
    await assert.rejects(openProtection(options), /mode 0600/);
    await chmod(keys.gatewayFile, 0o600);
    const { keys: good }: { keys: JWK[] } = JSON.parse(await readFile(keys.file, "utf8"));
    const [signing = {}, opening = {}] = good;
    const bad: [unknown, RegExp][] = [
      ["no JSON", /set of/],
      [{ keys: [] }, /set of/],
      [{ keys: [signing, signing] }, /two keys are called/],
      [{ keys: [{ ...opening, d: "x" }] }, /private key/],
      [{ keys: [{ kty: "oct", kid: "a", use: "sig" }] }, /neither Ed25519/],
      [{ keys: [{ ...signing, kid: undefined }] }, /no kid/],
      [{ keys: [{ ...signing, x: "" }] }, /malformed/],
      [{ keys: [opening] }, /no Ed25519 key/],
      [{ keys: [signing] }, /no P-256 key/],
    ];
    const file = `${keys.file}.bad`;
    for (const [content, message] of bad) {
      await writeFile(file, JSON.stringify(content));
      await assert.rejects(openProtection({ ...options, cloudFile: file }), message);
    }
  });
});

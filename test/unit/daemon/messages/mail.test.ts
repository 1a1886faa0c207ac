import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, afterEach, before, describe, it } from "node:test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import type { MailConfig } from "../../../../daemon/messages/mail-address.ts";
import { messagesOf } from "../../../../daemon/messages/messages.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../daemon/store/secrets/sealing.ts";
import type { KeyedCertificate } from "../../../../daemon/tls/certificate-order.ts";
import type { Message } from "../../../../daemon/tuya-actions/ports.ts";
import { aLockId } from "../../../support/records.ts";
import { issuedFor } from "../../../support/rest/test-certificate.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const vault = new CodeVault(new MasterKey(Buffer.alloc(32, 3)));

const message: Message = {
  messageId: "m-1",
  kind: "temporaryPassword",
  to: "guest@tenants.example",
  countryCode: "",
  lock: aLockId,
  lockName: "front door",
  name: "K",
  code: vault.seal(aLockId, new PinCode("001234"), "password/1"),
  boundTo: "password/1",
  validFromMs: null,
  validUntilMs: 1_900_000_000_000,
};

interface Letter {
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly isSecure: boolean;
  readonly source: string;
}

/** A real SMTP server, and the certificate that clients may trust it by. */
describe("messages that a mail server carries", () => {
  let identity: KeyedCertificate = { cert: "", key: "" };
  const closing: (() => unknown)[] = [];
  let folder = "";
  let temporary: TemporaryStore;
  let refused: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-mail-"));
    const { authority, server } = await issuedFor(["127.0.0.1", "127.0.0.2"]);
    identity = server;
    writeFileSync(join(folder, "ca.pem"), authority.cert);
    writeFileSync(join(folder, "password"), "letter-box\n");
    temporary = await aTemporaryStore();
  });
  afterEach(async () => {
    refused = [];
    for (const close of closing.splice(0).reverse()) await close();
  });
  after(async () => {
    await temporary.remove();
    rmSync(folder, { recursive: true });
  });

  async function aServer(options: SMTPServerOptions = {}) {
    const letters: Letter[] = [];
    const server = new SMTPServer({
      authOptional: true,
      cert: identity.cert,
      key: identity.key,
      onAuth: ({ username, password }, _session, done) => {
        if (password === "letter-box") done(null, { user: username });
        else done(new Error("no such user"));
      },
      onData: (stream, session, done) => {
        void text(stream).then((source) => {
          const { envelope, secure, user } = session;
          const to = envelope.rcptTo.map(({ address }) => address);
          letters.push({ to, user: user?.toString(), isSecure: secure, source });
          done();
        });
      },
      ...options,
    });
    // A client that turns away in the middle is part of what is tested.
    server.on("error", () => undefined);
    const listening = server.listen(0, "0.0.0.0");
    await once(listening, "listening");
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = listening.address() as AddressInfo;
    return { port, letters };
  }

  function carriedBy(mail: Partial<MailConfig> & Pick<MailConfig, "url">, webhookUrl?: string) {
    const messages = messagesOf(
      {
        webhookUrl,
        caFile: join(folder, "ca.pem"),
        mail: {
          from: "doors@owner.example",
          username: undefined,
          passwordFile: undefined,
          smsDomain: undefined,
          ...mail,
        },
      },
      {
        store: temporary.store,
        reading: () => ({ nowMs: 1_800_000_000_000, state: "synced" }),
        isConnected: () => false,
        sealer: vault,
        onFault: (cause) => refused.push(String(cause)),
        onRefused: (messageId, why) => refused.push(`${messageId} ${why}`),
      },
    );
    closing.push(() => messages.close());
    return messages;
  }

  it("go over an encrypted line with the configured user, and have the code only in the text", async () => {
    const { port, letters } = await aServer({ secure: true });
    const messages = carriedBy({
      url: `smtps://127.0.0.1:${port}`,
      username: "doors",
      passwordFile: join(folder, "password"),
    });
    assert.equal(await messages.handOver(message), true);
    const [letter] = letters;
    assert.ok(letter !== undefined);
    assert.deepEqual(letter.to, ["guest@tenants.example"]);
    assert.deepEqual([letter.user, letter.isSecure], ["doors", true]);
    assert.match(letter.source, /^From: doors@owner\.example\r$/m);
    assert.match(letter.source, /^Subject: Your code for front door\r$/m);
    assert.match(
      letter.source,
      /Your code for front door: 001234\r\nFor: K\r\nGood until: 2030-03-17 17:46 UTC/,
    );
  });

  it("use STARTTLS on a port that begins in clear, and are not sent without it", async () => {
    const { port, letters } = await aServer();
    const overTls = carriedBy({ url: `smtp://127.0.0.2:${port}` });
    assert.equal(await overTls.handOver({ ...message, kind: "verificationCode" }), true);
    assert.equal(letters[0]?.isSecure, true);
    assert.match(letters[0]?.source ?? "", /^Subject: Your verification code for front door\r$/m);
    const clear = await aServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    const toOthers = carriedBy({ url: `smtp://127.0.0.2:${clear.port}` });
    assert.equal(await toOthers.handOver(message), false);
    const toItself = carriedBy({ url: `smtp://127.0.0.1:${clear.port}` });
    assert.equal(await toItself.handOver(message), true);
    assert.equal(clear.letters.length, 1);
    assert.equal(refused.length, 1);
  });

  it("are not handed over to a server that cannot prove its name", async () => {
    const { port, letters } = await aServer({ secure: true });
    const messages = carriedBy({ url: `smtps://localhost:${port}` });
    assert.equal(await messages.handOver(message), false);
    assert.deepEqual(letters, []);
    assert.equal(refused.length, 1);
  });

  it("are not handed over when the server refuses the recipient or the user", async () => {
    const { port } = await aServer({
      secure: true,
      onRcptTo: (_address, _session, done) => done(new Error("nobody of that name")),
    });
    assert.equal(await carriedBy({ url: `smtps://127.0.0.1:${port}` }).handOver(message), false);
    writeFileSync(join(folder, "wrong"), "letter-bax");
    const stranger = carriedBy({
      url: `smtps://127.0.0.1:${port}`,
      username: "doors",
      passwordFile: join(folder, "wrong"),
    });
    assert.equal(await stranger.handOver(message), false);
    assert.deepEqual(refused, ["m-1 EENVELOPE 550", "m-1 EAUTH 535"]);
  });

  it("reach telephones through a domain that turns mails into SMS, and go to the cloud without one", async () => {
    const { port, letters } = await aServer({ secure: true });
    const url = `smtps://127.0.0.1:${port}`;
    const toTelephone = { ...message, to: "86-12345678901" };
    const sms = carriedBy({ url, smsDomain: "sms.example" });
    assert.equal(await sms.handOver(toTelephone), true);
    assert.deepEqual(letters[0]?.to, ["8612345678901@sms.example"]);
    // Without a domain it is the cloud's, which is away here.
    const lettersOnly = carriedBy({ url });
    assert.equal(await lettersOnly.handOver(toTelephone), false);
    assert.deepEqual([letters.length, refused], [1, []]);
  });

  it("keep a lock's name from becoming a header or a second recipient", async () => {
    const { port, letters } = await aServer({ secure: true });
    const messages = carriedBy({ url: `smtps://127.0.0.1:${port}` });
    const lockName = "door\r\nBcc: thief@example.org\r\n\r\nhello";
    assert.equal(await messages.handOver({ ...message, lockName }), true);
    assert.deepEqual(letters[0]?.to, ["guest@tenants.example"]);
    assert.doesNotMatch(letters[0]?.source ?? "", /^Bcc:/m);
    const twoPeople = { ...message, to: "guest@tenants.example,thief@example.org" };
    assert.equal(await messages.handOver(twoPeople), false);
    assert.equal(letters.length, 1);
  });
});

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { afterEach, describe, it } from "node:test";
import { Poster } from "../../../../daemon/callbacks/poster.ts";
import { signatureOf } from "../../../../daemon/callbacks/signature.ts";
import { mail } from "../../../../daemon/messages/mail.ts";
import { Authority } from "../../../support/cloud/certificates.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: string | AddressInfo | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const never = new AbortController().signal;

/** As docs/mqtt.md tells a partner to check a body. */
function isGenuine(key: string, header: string, body: string): boolean {
  const [, seconds = "", mac = ""] = /^t=([0-9]+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  return createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex") === mac;
}

describe("a callback's signature", () => {
  it("lets a partner check body and time with the key that callback_add has returned once", async () => {
    const room = await CommandRoom.open();
    const added = await room.call("callback_add", { url: "https://partner.example/" });
    const key = String(added["signing_key"]);
    assert.match(key, /^[A-Za-z0-9_-]{43}$/);
    const listed = JSON.stringify(await room.call("callback_list"));
    assert.ok(!listed.includes(key));
    assert.match(listed, /"is_signed":1/);
    assert.ok(!JSON.stringify(await room.call("support_bundle")).includes(key));
    assert.ok(!JSON.stringify(await room.journal()).includes(key));
    const [record] = [...room.store.list("callback")];
    assert.ok(record !== undefined);

    const received: { header: string; body: string }[] = [];
    const port = await portOf(
      createHttpServer((request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (chunk: string) => {
          body += chunk;
        });
        request.on("end", () => {
          received.push({ header: String(request.headers["latchd-signature"]), body });
          response.end('{"ErrNo":0,"ErrMsg":""}');
        });
      }),
    );
    const signature = signatureOf(record, () => 1_800_000_000_999);
    const poster = new Poster(`http://127.0.0.1:${port}/`, { signature });
    assert.equal((await poster.post('{"name":"涂"}', never)).kind, "accepted");
    poster.close();
    const [{ header = "", body = "" } = {}] = received;
    assert.match(header, /^t=1800000000,/);
    assert.ok(isGenuine(key, header, body));
    assert.ok(!isGenuine(key, header, `${body} `));
    assert.ok(!isGenuine(key, header.replace("t=18", "t=19"), body));
    assert.ok(!isGenuine(`${key}x`, header, body));
    await room.close();
  });

  it("has another key for each callback", async () => {
    const room = await CommandRoom.open();
    const keys = new Set<unknown>();
    for (let at = 0; at < 4; at += 1) {
      const added = await room.call("callback_add", { url: `https://partner.example/${at}` });
      keys.add(added["signing_key"]);
    }
    assert.equal(keys.size, 4);
    await room.close();
  });

  it("is missing for a record of a version that had none", () => {
    const record = { callbackId: "a", url: "", createdAtMs: 0, epoch: "", afterSeq: 0 };
    assert.deepEqual(signatureOf(record, () => 0)("{}"), { "latchd-callback": "a" });
  });
});

describe("NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment", () => {
  afterEach(() => {
    delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  });

  it("does not make callbacks or mail trust a server without a known authority", async () => {
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    const authority = await Authority.make("nobody-knows");
    const { cert, key } = await authority.issue("localhost", "DNS:localhost,IP:127.0.0.1");
    let received = 0;
    const port = await portOf(
      createHttpsServer({ cert, key }, (_request, response) => {
        received += 1;
        response.end('{"ErrNo":0,"ErrMsg":""}');
      }),
    );
    const poster = new Poster(`https://localhost:${port}/`);
    const posted = await poster.post("{}", never);
    poster.close();
    assert.equal(posted.kind, "unreachable");
    const config = {
      url: `smtps://localhost:${port}`,
      from: "latchd@example.org",
      username: undefined,
      passwordFile: undefined,
      smsDomain: undefined,
    };
    const words = { to: "ann@example.org", code: "864209", lock_name: "", kind: "code" };
    const mailed = await mail(config, undefined, words, never);
    assert.equal(mailed.kind, "unreachable");
    assert.match(String(Reflect.get(mailed, "why")), /CERT|ISSUER|ESOCKET|TLS|SELF/i);
    assert.equal(received, 0);
  });
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, describe, it } from "node:test";
import { maxSessionsPerAccount } from "../../../../daemon/api/session/sessions.ts";
import { passphrases } from "../../../../daemon/base/passphrase.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import { timestampOf } from "../../../../daemon/core/model/clock.ts";
import {
  accountKey,
  idleLimitMs,
  type Scope,
  sessionLifeMs,
} from "../../../../daemon/core/model/gateway/account.ts";
import { put } from "../../../../daemon/store/store.ts";
import { PageClient } from "../../../support/rest/page-client.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const passphrase = "four words and a half";
const passphraseHash = await passphrases.hash(passphrase);
const passSecret = "a-secret-of-a-pass-with-256-bits-in-real-life";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Gateway = RunningApi & { readonly temp: TemporaryStore };

async function aGateway(options: Parameters<typeof runApi>[1] = {}): Promise<Gateway> {
  const temp = await aTemporaryStore();
  closing.push(() => temp.remove());
  const running = await runApi(temp.store, { commands, ...options });
  closing.push(() => running.api.close());
  return { ...running, temp };
}

async function write(gateway: Gateway, changes: readonly ReturnType<typeof put>[]): Promise<void> {
  const stamp = timestampOf({ nowMs: gateway.clock.nowMs, state: "synced" });
  await gateway.temp.store.commit({ changes, journal: [] }, stamp);
}

async function addAccount(gateway: Gateway, name: string, scope: Scope): Promise<void> {
  const record = { name, scope, homes: null, passphraseHash, createdAtMs: gateway.clock.nowMs };
  await write(gateway, [put("account", [accountKey(name)], record)]);
}

/** A browser in which this person has signed in. */
async function signedIn(gateway: Gateway, name: string, scope: Scope): Promise<PageClient> {
  if (gateway.temp.store.get("account", [accountKey(name)]) === undefined) {
    await addAccount(gateway, name, scope);
  }
  const client = new PageClient(gateway.tcp.port);
  const { body } = await client.post("/api/session", { name, passphrase });
  assert.equal(body.ErrNo, 0, body.ErrMsg);
  return client;
}

const stateOf = async (client: PageClient) => (await client.get("/api/session")).body["state"];

describe("a stranger", () => {
  it("learns only whether the gateway is set up", async () => {
    const gateway = await aGateway();
    const stranger = new PageClient(gateway.tcp.port);
    assert.deepEqual((await stranger.get("/api/session")).body, {
      ErrNo: 0,
      ErrMsg: "",
      state: "setup",
    });
    await addAccount(gateway, "Ann", "manager");
    assert.deepEqual((await stranger.get("/api/session")).body, {
      ErrNo: 0,
      ErrMsg: "",
      state: "signedOut",
    });
  });

  it("gets no live events", async () => {
    const gateway = await aGateway();
    const stranger = new PageClient(gateway.tcp.port);
    const { status, body } = await stranger.get("/api/events");
    assert.deepEqual([status, body.ErrNo], [401, 101]);
  });
});

describe("a session", () => {
  it("stands for its person on every command", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "technician");
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 0);
    assert.equal((await ann.post("/openapi/v1/account_list", {})).body.ErrNo, 15014);
  });

  it("says who is signed in, and what the page needs to know of the gateway", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const { body } = await ann.get("/api/session");
    const { state, kind, name, scope, homes, time_zone: zone, now, expires_at: endS } = body;
    assert.deepEqual(
      [state, kind, name, scope, homes, zone],
      ["signedIn", "account", "Ann", "manager", null, "Europe/Berlin"],
    );
    assert.equal(Number(endS) - Number(now), idleLimitMs / 1000);
  });

  it("is a new cookie at each sign-in, whatever cookie the browser had", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const first = ann.cookie;
    await ann.post("/api/session", { name: "Ann", passphrase });
    assert.notEqual(ann.cookie, first);
    const planted = new PageClient(gateway.tcp.port);
    planted.cookie = `latchd=${"A".repeat(43)}`;
    await planted.post("/api/session", { name: "Ann", passphrase });
    assert.notEqual(planted.cookie, `latchd=${"A".repeat(43)}`);
  });

  it("has a cookie that scripts cannot read and other sites cannot send", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    assert.match(ann.setCookie, /^latchd=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it("is nowhere in the store as the cookie itself", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const stored = JSON.stringify([...gateway.temp.store.list("session")]);
    assert.doesNotMatch(stored, new RegExp(ann.cookie.slice("latchd=".length)));
  });

  it("ends after thirty minutes without use", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    gateway.clock.nowMs += idleLimitMs - 1;
    assert.equal(await stateOf(ann), "signedIn");
    gateway.clock.nowMs += idleLimitMs;
    assert.equal(await stateOf(ann), "signedOut");
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 102);
  });

  it("is not kept alive by the refreshes of a page that nobody looks at", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    gateway.clock.nowMs += idleLimitMs - 1;
    await ann.get("/api/session", { "x-latchd-idle": "1" });
    gateway.clock.nowMs += 1;
    assert.equal(await stateOf(ann), "signedOut");
  });

  it("ends after twelve hours however much it is used", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    for (let usedMs = 0; usedMs < sessionLifeMs - idleLimitMs; usedMs += idleLimitMs / 2) {
      gateway.clock.nowMs += idleLimitMs / 2;
      assert.equal(await stateOf(ann), "signedIn");
    }
    gateway.clock.nowMs += idleLimitMs;
    assert.equal(await stateOf(ann), "signedOut");
  });

  it("writes its use at most every five minutes", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const usedAtMs = () => [...gateway.temp.store.list("session")][0]?.usedAtMs;
    const firstMs = usedAtMs();
    gateway.clock.nowMs += 4 * 60_000;
    await ann.get("/api/session");
    assert.equal(usedAtMs(), firstMs);
    gateway.clock.nowMs += 60_000;
    await ann.get("/api/session");
    assert.equal(usedAtMs(), gateway.clock.nowMs);
  });

  it("ends when its person signs out, alone or everywhere", async () => {
    const gateway = await aGateway();
    const [phone, laptop, tablet] = [
      await signedIn(gateway, "Ann", "manager"),
      await signedIn(gateway, "Ann", "manager"),
      await signedIn(gateway, "Ann", "manager"),
    ];
    await phone.delete("/api/session", {});
    assert.deepEqual([await stateOf(phone), await stateOf(laptop)], ["signedOut", "signedIn"]);
    await laptop.delete("/api/session", { all: true });
    assert.deepEqual([await stateOf(laptop), await stateOf(tablet)], ["signedOut", "signedOut"]);
  });

  it("ends for the one used longest ago when an account has too many", async () => {
    const gateway = await aGateway();
    const first = await signedIn(gateway, "Ann", "manager");
    for (let made = 0; made < maxSessionsPerAccount; made += 1) {
      gateway.clock.nowMs += 1000;
      await signedIn(gateway, "Ann", "manager");
    }
    assert.equal(await stateOf(first), "signedOut");
    assert.equal([...gateway.temp.store.list("session")].length, maxSessionsPerAccount);
  });

  it("outlives a restart of the API", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const again = await runApi(gateway.temp.store, { commands, startMs: gateway.clock.nowMs });
    closing.push(() => again.api.close());
    const same = new PageClient(again.tcp.port);
    same.cookie = ann.cookie;
    assert.equal(await stateOf(same), "signedIn");
  });
});

describe("a change by the session's cookie", () => {
  const rename = "/openapi/v1/session_end";
  const body = { session_id: "no-such-session" };
  const without = (client: PageClient, header: string) =>
    Object.fromEntries(Object.entries(client.ownHeaders).filter(([name]) => name !== header));

  it("is carried out for a script of the page itself", async () => {
    const ann = await signedIn(await aGateway(), "Ann", "manager");
    assert.equal((await ann.post(rename, body)).body.ErrNo, 15006);
  });

  for (const header of ["x-latchd", "origin"]) {
    it(`is refused without the header ${header}`, async () => {
      const ann = await signedIn(await aGateway(), "Ann", "manager");
      const answer = await ann.send("POST", rename, body, without(ann, header));
      assert.deepEqual([answer.status, answer.body.ErrNo], [403, 15014]);
    });
  }

  it("is refused from a page of another origin", async () => {
    const ann = await signedIn(await aGateway(), "Ann", "manager");
    const headers = { ...ann.ownHeaders, origin: "http://evil.example" };
    assert.equal((await ann.send("POST", rename, body, headers)).body.ErrNo, 15014);
  });

  it("is refused as a form, which a page of another origin could send", async () => {
    const ann = await signedIn(await aGateway(), "Ann", "manager");
    const headers = { ...ann.ownHeaders, "content-type": "text/plain" };
    const answer = await ann.send("POST", rename, body, headers);
    assert.ok(answer.status === 415 || answer.body.ErrNo === 15014, JSON.stringify(answer.body));
  });

  it("is refused as a GET, which a link on another page could cause", async () => {
    const ann = await signedIn(await aGateway(), "Ann", "manager");
    const answer = await ann.get("/openapi/v1/unbind_lock?uuid=0x00124b0000000001");
    assert.ok(answer.status === 403 || answer.status === 405, JSON.stringify(answer.body));
  });
});

describe("signing in", () => {
  it("is refused alike for a wrong passphrase and an unknown name", async () => {
    const gateway = await aGateway();
    await addAccount(gateway, "Ann", "manager");
    const stranger = new PageClient(gateway.tcp.port);
    const wrong = await stranger.post("/api/session", { name: "Ann", passphrase: "wrong" });
    const unknown = await stranger.post("/api/session", { name: "Bob", passphrase: "wrong" });
    assert.deepEqual([wrong.status, wrong.body], [unknown.status, unknown.body]);
    assert.deepEqual([wrong.status, wrong.body.ErrNo], [401, 101]);
  });

  it("takes a name in any case", async () => {
    const gateway = await aGateway();
    await addAccount(gateway, "Ann", "manager");
    const ann = new PageClient(gateway.tcp.port);
    assert.equal((await ann.post("/api/session", { name: "ANN", passphrase })).body.ErrNo, 0);
  });

  it("waits after four wrong passphrases, and the wait outlives a restart", async () => {
    const gateway = await aGateway();
    await addAccount(gateway, "Ann", "manager");
    const guesser = new PageClient(gateway.tcp.port);
    for (let tries = 0; tries < 5; tries += 1) {
      await guesser.post("/api/session", { name: "Ann", passphrase: `wrong ${tries}` });
    }
    const waiting = await guesser.post("/api/session", { name: "Ann", passphrase });
    assert.deepEqual([waiting.status, waiting.body.ErrNo], [429, 16002]);
    assert.ok(Number(waiting.headers["retry-after"]) >= 1);
    const again = await runApi(gateway.temp.store, { commands, startMs: gateway.clock.nowMs });
    closing.push(() => again.api.close());
    const still = await new PageClient(again.tcp.port).post("/api/session", {
      name: "Ann",
      passphrase,
    });
    assert.equal(still.body.ErrNo, 16002);
  });

  it("with a pass works once, as an installer, until the pass ends", async () => {
    const gateway = await aGateway();
    await addAccount(gateway, "Ann", "manager");
    const endMs = gateway.clock.nowMs + 20 * 60_000;
    const pass = {
      passId: "p1",
      name: "Ivo",
      secretHash: createHash("sha256").update(passSecret).digest("base64url"),
      homes: null,
      createdBy: "Ann",
      createdAtMs: gateway.clock.nowMs,
      expiresAtMs: endMs,
      usedAtMs: null,
    };
    await write(gateway, [put("pass", ["p1"], pass)]);
    const ivo = new PageClient(gateway.tcp.port);
    const { body } = await ivo.post("/api/session", { pass: passSecret });
    assert.deepEqual([body["kind"], body["name"], body["scope"]], ["pass", "Ivo", "installer"]);
    const second = await new PageClient(gateway.tcp.port).post("/api/session", {
      pass: passSecret,
    });
    assert.equal(second.body.ErrNo, 101);
    gateway.clock.nowMs = endMs;
    assert.equal(await stateOf(ivo), "signedOut");
  });
});

describe("an account", () => {
  it("that is removed ends its sessions at once", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const bob = await signedIn(gateway, "Bob", "steward");
    assert.equal((await ann.post("/openapi/v1/account_remove", { name: "bob" })).body.ErrNo, 0);
    assert.equal(await stateOf(bob), "signedOut");
  });

  it("whose scope changes is signed out", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const bob = await signedIn(gateway, "Bob", "steward");
    const change = { name: "Bob", scope: "technician" };
    assert.equal((await ann.post("/openapi/v1/account_update", change)).body.ErrNo, 0);
    assert.equal(await stateOf(bob), "signedOut");
  });

  it("of the only manager cannot be removed or lowered", async () => {
    const gateway = await aGateway();
    const ann = await signedIn(gateway, "Ann", "manager");
    const removed = await ann.post("/openapi/v1/account_remove", { name: "Ann" });
    const lowered = await ann.post("/openapi/v1/account_update", { name: "Ann", scope: "steward" });
    assert.deepEqual([removed.body.ErrNo, lowered.body.ErrNo], [16008, 16008]);
  });

  it("cannot be made by an API client, whose secret lives in another machine", async () => {
    const gateway = await aGateway();
    const client_secret = await gateway.addClient("cloud-script", "manager");
    const client = new PageClient(gateway.tcp.port);
    const { body } = await client.post("/openapi/v1/access_token", {
      client_id: "cloud-script",
      client_secret,
    });
    const answer = await client.post("/openapi/v1/account_add", {
      name: "Eve",
      scope: "manager",
      passphrase,
      access_token: body["access_token"],
    });
    assert.equal(answer.body.ErrNo, 15014);
  });

  it("gets a new passphrase from its person, which signs the other browsers out", async () => {
    const gateway = await aGateway();
    const phone = await signedIn(gateway, "Ann", "technician");
    const laptop = await signedIn(gateway, "Ann", "technician");
    const wrong = { current: "not that one", passphrase: "another four words" };
    assert.equal((await phone.post("/openapi/v1/passphrase_set", wrong)).body.ErrNo, 14001);
    const right = { current: passphrase, passphrase: "another four words" };
    assert.equal((await phone.post("/openapi/v1/passphrase_set", right)).body.ErrNo, 0);
    assert.deepEqual([await stateOf(phone), await stateOf(laptop)], ["signedIn", "signedOut"]);
  });
});

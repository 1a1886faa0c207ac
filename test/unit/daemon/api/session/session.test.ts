import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { maxSessionsPerAccount } from "../../../../../daemon/api/session/sessions.ts";
import { idleLimitMs, sessionLifeMs } from "../../../../../daemon/core/model/gateway/account.ts";
import { PageGateway, passphrase, stateOf } from "../../../../support/rest/page-gateway.ts";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

describe("a stranger", () => {
  it("learns only whether the gateway is set up", async () => {
    const stranger = gateway.browser();
    assert.deepEqual((await stranger.get("/api/session")).body, {
      ErrNo: 0,
      ErrMsg: "",
      state: "setup",
    });
    await gateway.addAccount("Ann", "manager");
    assert.deepEqual((await stranger.get("/api/session")).body, {
      ErrNo: 0,
      ErrMsg: "",
      state: "signedOut",
    });
  });

  it("gets no live events", async () => {
    const stranger = gateway.browser();
    const { status, body } = await stranger.get("/api/events");
    assert.deepEqual([status, body.ErrNo], [401, 101]);
  });
});

describe("a session", () => {
  it("stands for its person on every command", async () => {
    const ann = await gateway.signedIn("Ann", "technician");
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 0);
    assert.equal((await ann.post("/openapi/v1/account_list", {})).body.ErrNo, 15014);
  });

  it("says who is signed in, and what the page needs to know of the gateway", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const { body } = await ann.get("/api/session");
    const { state, kind, name, scope, homes, time_zone: zone, now, expires_at: endS } = body;
    assert.deepEqual(
      [state, kind, name, scope, homes, zone],
      ["signedIn", "account", "Ann", "manager", null, "Europe/Berlin"],
    );
    assert.equal(Number(endS) - Number(now), idleLimitMs / 1000);
  });

  it("is a new cookie at each sign-in, whatever cookie the browser had", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const first = ann.cookie;
    await ann.post("/api/session", { name: "Ann", passphrase });
    assert.notEqual(ann.cookie, first);
    const planted = gateway.browser();
    planted.cookie = `latchd=${"A".repeat(43)}`;
    await planted.post("/api/session", { name: "Ann", passphrase });
    assert.notEqual(planted.cookie, `latchd=${"A".repeat(43)}`);
  });

  it("has a cookie that scripts cannot read and other sites cannot send", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    assert.match(ann.setCookie, /^latchd=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it("is nowhere in the store as the cookie itself", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const stored = JSON.stringify([...gateway.store.list("session")]);
    assert.doesNotMatch(stored, new RegExp(ann.cookie.slice("latchd=".length)));
  });

  it("ends after thirty minutes without use", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    gateway.clock.nowMs += idleLimitMs - 1;
    assert.equal(await stateOf(ann), "signedIn");
    gateway.clock.nowMs += idleLimitMs;
    assert.equal(await stateOf(ann), "signedOut");
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 102);
  });

  it("is not kept alive by the refreshes of a page that nobody looks at", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    gateway.clock.nowMs += idleLimitMs - 1;
    await ann.get("/api/session", { "x-latchd-idle": "1" });
    gateway.clock.nowMs += 1;
    assert.equal(await stateOf(ann), "signedOut");
  });

  it("ends after twelve hours however much it is used", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    for (let usedMs = 0; usedMs < sessionLifeMs - idleLimitMs; usedMs += idleLimitMs / 2) {
      gateway.clock.nowMs += idleLimitMs / 2;
      assert.equal(await stateOf(ann), "signedIn");
    }
    gateway.clock.nowMs += idleLimitMs;
    assert.equal(await stateOf(ann), "signedOut");
  });

  it("writes its use at most every five minutes", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const usedAtMs = () => [...gateway.store.list("session")][0]?.usedAtMs;
    const firstMs = usedAtMs();
    gateway.clock.nowMs += 4 * 60_000;
    await ann.get("/api/session");
    assert.equal(usedAtMs(), firstMs);
    gateway.clock.nowMs += 60_000;
    await ann.get("/api/session");
    assert.equal(usedAtMs(), gateway.clock.nowMs);
  });

  it("ends when its person signs out, alone or everywhere", async () => {
    const [phone, laptop, tablet] = [
      await gateway.signedIn("Ann", "manager"),
      await gateway.signedIn("Ann", "manager"),
      await gateway.signedIn("Ann", "manager"),
    ];
    await phone.delete("/api/session", {});
    assert.deepEqual([await stateOf(phone), await stateOf(laptop)], ["signedOut", "signedIn"]);
    await laptop.delete("/api/session", { all: true });
    assert.deepEqual([await stateOf(laptop), await stateOf(tablet)], ["signedOut", "signedOut"]);
  });

  it("ends for the one used longest ago when an account has too many", async () => {
    const first = await gateway.signedIn("Ann", "manager");
    for (let made = 0; made < maxSessionsPerAccount; made += 1) {
      gateway.clock.nowMs += 1000;
      await gateway.signedIn("Ann", "manager");
    }
    assert.equal(await stateOf(first), "signedOut");
    assert.equal([...gateway.store.list("session")].length, maxSessionsPerAccount);
  });

  it("outlives a restart of the API", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    await gateway.restart();
    const same = gateway.browser();
    same.cookie = ann.cookie;
    assert.equal(await stateOf(same), "signedIn");
  });
});

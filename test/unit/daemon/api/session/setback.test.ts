import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { idleLimitMs, sessionLifeMs } from "../../../../../daemon/core/model/gateway/account.ts";
import { hasSessionEnded } from "../../../../../daemon/core/model/gateway/session-life.ts";
import { setUpCodeLifeMs } from "../../../../../daemon/core/model/gateway/set-up-code.ts";
import { PageGateway, stateOf } from "../../../../support/rest/page-gateway.ts";

const dayMs = 24 * 3_600_000;
const path = "/api/session";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

describe("a session that lives longer than any", () => {
  it("has ended, because its end is of another time", () => {
    const longestMs = { usedAtMs: 1000, expiresAtMs: 1000 + sessionLifeMs };
    assert.equal(hasSessionEnded(longestMs, 1000), false);
    assert.equal(hasSessionEnded({ ...longestMs, expiresAtMs: 1001 + sessionLifeMs }, 1000), true);
  });
});

describe("a time that was set back by minutes", () => {
  it("ends a session that was used later than now", async () => {
    const ann = await gateway.signedIn("Ann");
    for (const _ of [1, 2]) {
      gateway.clock.nowMs += 20 * 60_000;
      assert.equal(await stateOf(ann), "signedIn");
    }
    gateway.clock.nowMs -= 10 * 60_000;
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 102);
  });
});

describe("a time that was set back by a year", () => {
  it("ends a session, also 100 days later", async () => {
    const ann = await gateway.signedIn("Ann");
    gateway.clock.nowMs -= 365 * dayMs;
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 102);
    gateway.clock.nowMs += 100 * dayMs;
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 102);
    assert.equal(await stateOf(ann), "signedOut");
  });

  it("lets the next sign-in remove the sessions of the future", async () => {
    const ann = await gateway.signedIn("Ann");
    gateway.clock.nowMs -= 365 * dayMs;
    const again = await gateway.signedIn("Ann");
    assert.equal((await ann.post("/openapi/v1/list_locks", {})).body.ErrNo, 101);
    const { body } = await again.post("/openapi/v1/account_list", {});
    assert.match(JSON.stringify(body["accounts"]), /"sessions":1/);
  });

  it("leaves the sessions of the future out of lists and counts", async () => {
    await gateway.signedIn("Ann");
    await gateway.signedIn("Bob");
    gateway.clock.nowMs -= idleLimitMs;
    const ann = await gateway.signedIn("Ann");
    const { body: listed } = await ann.post("/openapi/v1/session_list", {});
    assert.equal(JSON.stringify(listed["sessions"]).match(/session_id/g)?.length, 1);
    const { body } = await ann.post("/openapi/v1/account_list", {});
    assert.match(JSON.stringify(body["accounts"]), /"name":"Bob"[^}]*"sessions":0/);
  });

  it("ends a pass of an hour, also 100 days later", async () => {
    const ann = await gateway.addPass("p1");
    for (const moveMs of [-365 * dayMs, 100 * dayMs]) {
      gateway.clock.nowMs += moveMs;
      assert.equal((await gateway.browser().post(path, { pass: ann })).body.ErrNo, 101);
    }
    const manager = await gateway.signedIn("Ann");
    const { body } = await manager.post("/openapi/v1/pass_list", {});
    assert.deepEqual(body["passes"], []);
  });

  it("ends a code for the first account until the time is right again", async () => {
    const setup = await gateway.addSetUpCode(gateway.clock.nowMs + setUpCodeLifeMs);
    gateway.clock.nowMs -= 365 * dayMs;
    const wanted = { setup, name: "Ann", passphrase: "four words and a half" };
    assert.equal((await gateway.browser().post(path, wanted)).body.ErrNo, 101);
    gateway.clock.nowMs += 365 * dayMs;
    assert.equal((await gateway.browser().post(path, wanted)).body.ErrNo, 0);
  });
});

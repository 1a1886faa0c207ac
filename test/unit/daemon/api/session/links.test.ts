import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setUpCodeLifeMs } from "../../../../../daemon/core/model/gateway/set-up-code.ts";
import { PageGateway, passphrase, stateOf } from "../../../../support/rest/page-gateway.ts";

const path = "/api/session";
const page = {
  urls: ["https://gw.local/", "https://192.0.2.7/"],
  fingerprint: "AB:CD",
  authorityFingerprint: null,
};

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open({ site: { page: () => page } });
});
afterEach(async () => {
  await gateway.close();
});

const first = (setup: string) => ({ setup, name: "Ann", passphrase: "another four words" });
const codeOfAnHour = () => gateway.addSetUpCode(gateway.clock.nowMs + setUpCodeLifeMs);

describe("a code for the first account", () => {
  it("makes one manager, who is signed in", async () => {
    const ann = gateway.browser();
    const { body } = await ann.post(path, first(await codeOfAnHour()));
    assert.deepEqual([body["name"], body["scope"], body["kind"]], ["Ann", "manager", "account"]);
    assert.equal((await ann.post("/openapi/v1/account_list", {})).body.ErrNo, 0);
  });

  it("is good once, also when two use it at the same time", async () => {
    const code = await codeOfAnHour();
    const answers = await Promise.all(
      ["Ann", "Eve"].map((name) => gateway.browser().post(path, { ...first(code), name })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401]);
    assert.equal([...gateway.store.list("account")].length, 1);
    assert.equal((await gateway.browser().post(path, first(code))).status, 401);
  });

  it("ends after an hour", async () => {
    const code = await codeOfAnHour();
    gateway.clock.nowMs += setUpCodeLifeMs;
    assert.equal((await gateway.browser().post(path, first(code))).body.ErrNo, 101);
    assert.equal([...gateway.store.list("account")].length, 0);
  });

  it("makes no account once there is one", async () => {
    const code = await codeOfAnHour();
    await gateway.addAccount("Bob", "technician");
    assert.equal((await gateway.browser().post(path, first(code))).body.ErrNo, 101);
  });

  it("is not used up by a name or a passphrase that is not accepted", async () => {
    const code = await codeOfAnHour();
    for (const [changed, message] of [
      [{ passphrase: "short" }, "passphrase: must have 12 to 128 characters"],
      [{ name: " Ann" }, "name: must be 1 to 64 visible characters without spaces at its ends"],
      [
        { name: "An\u200bn" },
        "name: must be 1 to 64 visible characters without spaces at its ends",
      ],
    ] as const) {
      const { status, body } = await gateway.browser().post(path, { ...first(code), ...changed });
      assert.deepEqual([status, body.ErrNo, body.ErrMsg], [400, 14001, message]);
    }
    assert.equal((await gateway.browser().post(path, first(code))).body.ErrNo, 0);
  });
});

describe("an installer's pass", () => {
  const secretOf = (url: unknown) => String(url).split("#pass=")[1] ?? "";

  it("lets in whoever opens its link, until it is removed", async () => {
    const ann = await gateway.signedIn("Ann");
    const { body } = await ann.post("/openapi/v1/pass_add", { life_s: 3600, name: "Ivo" });
    assert.match(String(body["url"]), /^https:\/\/gw\.local\/#pass=[A-Za-z0-9_-]{43}$/);
    assert.equal(body["expires_at"], gateway.clock.nowMs / 1000 + 3600);
    const ivo = gateway.browser();
    const entry = await ivo.post(path, { pass: secretOf(body["url"]) });
    assert.deepEqual([entry.body["name"], entry.body["scope"]], ["Ivo", "installer"]);
    const { body: listed } = await ann.post("/openapi/v1/pass_list", {});
    assert.doesNotMatch(JSON.stringify(listed), new RegExp(secretOf(body["url"])));
    assert.doesNotMatch(JSON.stringify(listed), /hash/i);
    const id = body["pass_id"];
    assert.equal((await ann.post("/openapi/v1/pass_remove", { pass_id: id })).body.ErrNo, 0);
    assert.equal(await stateOf(ivo), "signedOut");
    assert.equal((await ann.post("/openapi/v1/pass_remove", { pass_id: id })).body.ErrNo, 15006);
  });

  it("lets one browser in when many use it at the same time", async () => {
    const pass = await gateway.addPass("p1");
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => gateway.browser().post(path, { pass })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401, 401]);
    assert.equal([...gateway.store.list("session")].length, 1);
  });

  it("lets nobody in after it was removed unused", async () => {
    const ann = await gateway.signedIn("Ann");
    const { body } = await ann.post("/openapi/v1/pass_add", { life_s: 3600 });
    await ann.post("/openapi/v1/pass_remove", { pass_id: body["pass_id"] });
    const entry = await gateway.browser().post(path, { pass: secretOf(body["url"]) });
    assert.equal(entry.body.ErrNo, 101);
  });

  it("is refused beyond sixteen, and by a length that no pass has", async () => {
    const ann = await gateway.signedIn("Ann");
    const add = (life: unknown) => ann.post("/openapi/v1/pass_add", { life_s: life });
    for (const life of [299, 604_801, "4h", null]) {
      assert.equal((await add(life)).body.ErrNo, 14001, String(life));
    }
    for (let count = 0; count < 16; count += 1) assert.equal((await add(300)).body.ErrNo, 0);
    const refused = await add(300);
    assert.deepEqual(
      [refused.body.ErrNo, refused.body.ErrMsg],
      [16002, "there are 16 passes; remove one first"],
    );
    gateway.clock.nowMs += 300_000;
    assert.equal((await add(300)).body.ErrNo, 0, "passes that have ended make room");
  });

  it("cannot be made by a technician, nor by a link of the network", async () => {
    const tom = await gateway.signedIn("Tom", "technician");
    assert.equal((await tom.post("/openapi/v1/pass_add", { life_s: 300 })).body.ErrNo, 15014);
    const ann = await gateway.signedIn("Ann");
    const { body } = await ann.post("/openapi/v1/page_link", { life_s: 300 });
    assert.deepEqual(
      [body.ErrNo, body.ErrMsg],
      [15014, "links are made on the gateway itself: latchctl page"],
    );
  });
});

describe("a body that is no sign-in", () => {
  for (const [body, message] of [
    [{}, /^name: /],
    [{ name: "Ann" }, /^passphrase: /],
    [{ name: 7, passphrase }, /^name: /],
    [{ name: "Ann", passphrase: "" }, /^passphrase: /],
    [{ name: "Ann", passphrase: "x".repeat(129) }, /^passphrase: /],
    [{ name: "Ann", passphrase, scope: "manager" }, /^scope: /],
    [{ pass: "" }, /^pass: /],
    [{ pass: "a", name: "Ann" }, /^name: /],
    [{ setup: "a", name: "Ann" }, /^passphrase: /],
  ] as const) {
    it(`gets an answer that names its field: ${JSON.stringify(body).slice(0, 40)}`, async () => {
      const answer = await gateway.browser().post(path, body);
      assert.deepEqual([answer.status, answer.body.ErrNo], [400, 14001]);
      assert.match(answer.body.ErrMsg, message);
    });
  }
});

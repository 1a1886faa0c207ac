import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PageGateway, passphrase, stateOf } from "../../../../support/rest/page-gateway.ts";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

describe("signing in", () => {
  it("is refused alike for a wrong passphrase and an unknown name", async () => {
    await gateway.addAccount("Ann", "manager");
    const stranger = gateway.browser();
    const wrong = await stranger.post("/api/session", { name: "Ann", passphrase: "wrong" });
    const unknown = await stranger.post("/api/session", { name: "Bob", passphrase: "wrong" });
    assert.deepEqual([wrong.status, wrong.body], [unknown.status, unknown.body]);
    assert.deepEqual([wrong.status, wrong.body.ErrNo], [401, 101]);
  });

  it("takes a name in any case", async () => {
    await gateway.addAccount("Ann", "manager");
    const ann = gateway.browser();
    assert.equal((await ann.post("/api/session", { name: "ANN", passphrase })).body.ErrNo, 0);
  });

  it("waits after four wrong passphrases, and the wait outlives a restart", async () => {
    await gateway.addAccount("Ann", "manager");
    const guesser = gateway.browser();
    for (let tries = 0; tries < 5; tries += 1) {
      await guesser.post("/api/session", { name: "Ann", passphrase: `wrong ${tries}` });
    }
    const waiting = await guesser.post("/api/session", { name: "Ann", passphrase });
    assert.deepEqual([waiting.status, waiting.body.ErrNo], [429, 16002]);
    assert.ok(Number(waiting.headers["retry-after"]) >= 1);
    await gateway.restart();
    const still = await gateway.browser().post("/api/session", { name: "Ann", passphrase });
    assert.equal(still.body.ErrNo, 16002);
  });

  it("lets a pass in once, as an installer, until the pass ends", async () => {
    await gateway.addAccount("Ann", "manager");
    const endMs = gateway.clock.nowMs + 20 * 60_000;
    const passSecret = await gateway.addPass("p1", { expiresAtMs: endMs });
    const ivo = gateway.browser();
    const { body } = await ivo.post("/api/session", { pass: passSecret });
    assert.deepEqual([body["kind"], body["name"], body["scope"]], ["pass", "Ivo", "installer"]);
    const second = await gateway.browser().post("/api/session", { pass: passSecret });
    assert.equal(second.body.ErrNo, 101);
    gateway.clock.nowMs = endMs;
    assert.equal(await stateOf(ivo), "signedOut");
  });
});

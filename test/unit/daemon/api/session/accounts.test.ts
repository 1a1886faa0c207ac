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

describe("an account", () => {
  it("ends its sessions at once when it is removed", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const bob = await gateway.signedIn("Bob", "steward");
    assert.equal((await ann.post("/openapi/v1/account_remove", { name: "bob" })).body.ErrNo, 0);
    assert.equal(await stateOf(bob), "signedOut");
  });

  it("is signed out when its scope changes", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const bob = await gateway.signedIn("Bob", "steward");
    const change = { name: "Bob", scope: "technician" };
    assert.equal((await ann.post("/openapi/v1/account_update", change)).body.ErrNo, 0);
    assert.equal(await stateOf(bob), "signedOut");
  });

  it("cannot be removed or lowered when it is of the only manager", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const removed = await ann.post("/openapi/v1/account_remove", { name: "Ann" });
    const lowered = await ann.post("/openapi/v1/account_update", { name: "Ann", scope: "steward" });
    assert.deepEqual([removed.body.ErrNo, lowered.body.ErrNo], [16008, 16008]);
  });

  it("cannot be made by an API client, whose secret lives in another machine", async () => {
    const client_secret = await gateway.running.addClient("cloud-script", "manager");
    const client = gateway.browser();
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
    const phone = await gateway.signedIn("Ann", "technician");
    const laptop = await gateway.signedIn("Ann", "technician");
    const wrong = { current: "not that one", passphrase: "another four words" };
    assert.equal((await phone.post("/openapi/v1/passphrase_set", wrong)).body.ErrNo, 14001);
    const right = { current: passphrase, passphrase: "another four words" };
    assert.equal((await phone.post("/openapi/v1/passphrase_set", right)).body.ErrNo, 0);
    assert.deepEqual([await stateOf(phone), await stateOf(laptop)], ["signedIn", "signedOut"]);
  });
});

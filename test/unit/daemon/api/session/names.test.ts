import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { activityIds, sentenceOf } from "../../../../../daemon/core/logs/activity-log.ts";
import { PageGateway } from "../../../../support/rest/page-gateway.ts";
import { post } from "../../../../support/rest/rest-client.ts";

const path = "/api/session";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

/** The activity log once what goes on is on disk, the oldest first. */
async function activities() {
  await gateway.write([]);
  const { tail, head } = gateway.store.activityRange();
  return await gateway.store.readActivities(tail, head - tail + 1);
}

async function operators(opId: number): Promise<readonly (readonly [string, string])[]> {
  const found = (await activities()).filter((entry) => entry.opId === opId);
  return found.map(({ operator }) => [operator.id, operator.name] as const);
}

describe("a sign-in on the page", () => {
  it("is a line of the activity log and an event", async () => {
    await gateway.signedIn("Ann");
    const [entry] = await activities();
    assert.ok(entry !== undefined);
    assert.equal(
      sentenceOf(entry),
      "Ann at 127.0.0.1 signed in on the page of gateway the gateway",
    );
    const { tail, head } = gateway.store.journalRange();
    const records = await gateway.store.readJournal(tail, head - tail + 1);
    assert.match(JSON.stringify(records), /"activity":"sign_in".*"caller":"account:ann"/);
  });

  it("notes the account that the code for the first account makes, in the same batch", async () => {
    const setup = await gateway.addSetUpCode(gateway.clock.nowMs + 1000);
    await gateway.browser().post(path, { setup, name: "Ann", passphrase: "another four words" });
    const lines = (await activities()).map((entry) => [entry.opId, sentenceOf(entry)]);
    assert.deepEqual(lines, [
      [activityIds.accountAdded, "Ann at 127.0.0.1 added account Ann"],
      [activityIds.signedIn, "Ann at 127.0.0.1 signed in on the page of gateway the gateway"],
    ]);
    const { tail, head } = gateway.store.journalRange();
    const records = JSON.stringify(await gateway.store.readJournal(tail, head - tail + 1));
    assert.match(records, /"activity":"account_add","caller":"account:ann","op_id":"21033"/);
    assert.match(records, /"target":\{"id":"Ann","name":"Ann","type":"account"\}/);
  });

  it("is one line however often the person repeats it in ten minutes", async () => {
    for (const _ of [1, 2, 3]) await gateway.signedIn("Ann");
    await gateway.signedIn("Bob");
    gateway.clock.nowMs += 10 * 60_000;
    await gateway.signedIn("Ann");
    const names = (await operators(activityIds.signedIn)).map(([id]) => id);
    assert.deepEqual(names, ["account:ann", "account:bob", "account:ann"]);
  });

  it("names the account when it is refused, not a client of the same name", async () => {
    await gateway.running.addClient("Ann", "technician");
    const refuse = () => gateway.browser().post(path, { name: "Ann", passphrase: "wrong" });
    await refuse();
    await gateway.addAccount("Ann");
    gateway.clock.nowMs += 10 * 60_000;
    await refuse();
    assert.deepEqual(await operators(activityIds.signInRefused), [
      ["unknown", "unknown at 127.0.0.1"],
      ["account:ann", "Ann at 127.0.0.1"],
    ]);
  });

  it("keeps no name that may be a passphrase in the wrong field when it is refused", async () => {
    await gateway.browser().post(path, { name: "four words and a half", passphrase: "Ann" });
    await gateway.browser().post(path, { pass: "a-pass-that-was-used" });
    assert.doesNotMatch(JSON.stringify(await activities()), /four words|a-pass-that/);
  });

  it("is not blamed for the wrong secret of a client of the account's name", async () => {
    await gateway.addAccount("Ann");
    const guess = { client_id: "Ann", client_secret: "guess" };
    await post(gateway.running.tcp, "/openapi/v1/access_token", guess);
    assert.deepEqual(await operators(activityIds.signInRefused), [
      ["unknown", "unknown at 127.0.0.1"],
    ]);
  });
});

describe("the activity log", () => {
  it("tells an account from a client of the same name, and two passes of one name", async () => {
    const client_secret = await gateway.running.addClient("ann", "manager");
    const { body } = await post(gateway.running.tcp, "/openapi/v1/access_token", {
      client_id: "ann",
      client_secret,
    });
    const headers = { authorization: `Bearer ${String(body["access_token"])}` };
    const change = ["/openapi/v1/set_log_level", { level: "info" }] as const;
    const ann = await gateway.signedIn("ann");
    await post(gateway.running.tcp, ...change, headers);
    await ann.post(...change);
    assert.deepEqual(await operators(activityIds.logLevelSet), [
      ["ann", "ann"],
      ["account:ann", "ann"],
    ]);
    const first = gateway.browser();
    await first.post(path, { pass: await gateway.addPass("p1") });
    const second = gateway.browser();
    await second.post(path, { pass: await gateway.addPass("p2") });
    for (const browser of [first, second]) {
      await browser.post("/openapi/v1/account_list", {});
      gateway.clock.nowMs += 10 * 60_000;
    }
    assert.deepEqual(await operators(activityIds.callDenied), [
      ["pass:p1", "Ivo"],
      ["pass:p2", "Ivo"],
    ]);
  });
});

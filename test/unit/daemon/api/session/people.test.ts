import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { collectContents } from "../../../../../daemon/backup/contents-collector.ts";
import { maxAccounts } from "../../../../../daemon/commands/people/account-record.ts";
import { idleLimitMs } from "../../../../../daemon/core/model/gateway/account.ts";
import type { PageClient } from "../../../../support/rest/page-client.ts";
import { PageGateway, passphrase, stateOf } from "../../../../support/rest/page-gateway.ts";
import { within } from "../../../../support/within.ts";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

const call = (client: PageClient, name: string, body: object) =>
  client.post(`/openapi/v1/${name}`, body);

/** The ids of the sessions that a person sees. */
async function sessionIds(client: PageClient): Promise<readonly string[]> {
  const { body } = await call(client, "session_list", {});
  return [...JSON.stringify(body["sessions"]).matchAll(/"session_id":"([^"]+)"/g)].map(
    ([, id = ""]) => id,
  );
}

describe("session_end", () => {
  it("signs out a browser of one's own, and for a manager any", async () => {
    const [phone, laptop] = [
      await gateway.signedIn("Tom", "technician"),
      await gateway.signedIn("Tom", "technician"),
    ];
    const ann = await gateway.signedIn("Ann");
    const { body } = await phone.get("/api/session");
    assert.equal((await sessionIds(laptop)).length, 2);
    assert.equal((await sessionIds(ann)).length, 3);
    const ended = await call(laptop, "session_end", { session_id: body["session_id"] });
    assert.equal(ended.body.ErrNo, 0);
    assert.deepEqual([await stateOf(phone), await stateOf(laptop)], ["signedOut", "signedIn"]);
    const [own] = await sessionIds(laptop);
    assert.equal((await call(ann, "session_end", { session_id: own })).body.ErrNo, 0);
    assert.equal(await stateOf(laptop), "signedOut");
  });

  it("finds no session of somebody else for a technician", async () => {
    const tom = await gateway.signedIn("Tom", "technician");
    const ann = await gateway.signedIn("Ann");
    const { body } = await ann.get("/api/session");
    const refused = await call(tom, "session_end", { session_id: body["session_id"] });
    assert.equal(refused.body.ErrNo, 15006);
    assert.equal(await stateOf(ann), "signedIn");
  });
});

describe("account_add", () => {
  it("is refused at the limit of accounts, until one is removed", async () => {
    const ann = await gateway.signedIn("Ann");
    for (let count = 1; count < maxAccounts; count += 1) await gateway.addAccount(`Bob ${count}`);
    const wanted = { name: "One more", scope: "steward", passphrase };
    const refused = await call(ann, "account_add", wanted);
    assert.deepEqual(
      [refused.body.ErrNo, refused.body.ErrMsg],
      [16002, "there are 64 accounts; remove one first"],
    );
    assert.equal((await call(ann, "account_remove", { name: "Bob 1" })).body.ErrNo, 0);
    assert.equal((await call(ann, "account_add", wanted)).body.ErrNo, 0);
  });

  it("takes no name that an account has in another case", async () => {
    const ann = await gateway.signedIn("Ann");
    const again = await call(ann, "account_add", { name: "ANN", scope: "steward", passphrase });
    assert.equal(again.body.ErrMsg, "name: ANN has an account already");
  });

  for (const [changed, message] of [
    [{ name: "" }, /^name: /],
    [{ name: " Bob" }, /^name: /],
    [{ name: "b".repeat(65) }, /^name: /],
    [{ scope: "owner" }, /^scope: /],
    [{ passphrase: "eleven char" }, /^passphrase: /],
    [{ passphrase: "x".repeat(129) }, /^passphrase: /],
    [{ homes: ["h1"] }, /^homes: only an installer has homes, not a steward$/],
    [{ homes: [] }, /^homes: /],
  ] as const) {
    it(`names the field that is wrong: ${JSON.stringify(changed).slice(0, 40)}`, async () => {
      const ann = await gateway.signedIn("Ann");
      const wanted = { name: "Bob", scope: "steward", passphrase, ...changed };
      const { status, body } = await call(ann, "account_add", wanted);
      assert.deepEqual([status, body.ErrNo], [400, 14001]);
      assert.match(body.ErrMsg, message);
    });
  }
});

describe("live events for a person", () => {
  async function watch({ cookie }: PageClient): Promise<IncomingMessage> {
    const { port } = gateway.running.tcp;
    const to = { host: "127.0.0.1", port, path: "/api/events", agent: false };
    const outgoing = request({ ...to, headers: { cookie } });
    outgoing.end();
    const [response]: IncomingMessage[] = await once(outgoing, "response");
    assert.ok(response !== undefined);
    return response;
  }

  async function leftAlone(): Promise<void> {
    gateway.clock.nowMs += idleLimitMs;
  }

  for (const [what, end] of [
    ["is signed out", (ann: PageClient) => ann.delete("/api/session", {})],
    ["is left alone", () => leftAlone()],
  ] as const) {
    it(`end when the browser ${what}`, async () => {
      const ann = await gateway.signedIn("Ann", "technician");
      const response = await watch(ann);
      assert.equal(response.statusCode, 200);
      const ended = once(response, "end");
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      await end(ann);
      gateway.running.events.tell({ event: "batteryAlarm", body: { detail: {} } });
      await within(10_000, "the end of the stream", () => ended);
      assert.doesNotMatch(text, /batteryAlarm/);
      assert.equal(gateway.running.events.watchers, 0);
    });
  }
});

describe("a backup", () => {
  it("has the accounts, and no session, no pass and no code for the first account", async () => {
    await gateway.addSetUpCode(gateway.clock.nowMs + 60_000);
    await gateway.addPass("p1");
    await gateway.signedIn("Ann");
    const zigbeeDirectory = join(tmpdir(), "no-such-folder");
    const parts = { store: gateway.store, gatewayId: "gw-1", zigbeeDirectory, nowMs: () => 1_000 };
    const { records } = await collectContents(parts, null);
    const tables = new Set(records.map(({ table }) => table));
    assert.deepEqual(
      ["account", "session", "pass"].map((table) => tables.has(table)),
      [true, false, false],
    );
    assert.doesNotMatch(JSON.stringify(records), /setUpCode/);
  });
});

describe("a support bundle", () => {
  it("has no session, no pass and no hash of a person's secret", async () => {
    await gateway.addPass("p1", { name: "Ivo the installer" });
    const ann = await gateway.signedIn("Ann");
    const { body } = await call(ann, "support_bundle", {});
    assert.equal(body.ErrNo, 0, body.ErrMsg);
    const text = JSON.stringify(body);
    for (const table of ["account", "session", "pass"] as const) {
      for (const record of gateway.store.list(table)) {
        const secrets = Object.entries(record).filter(([field]) =>
          /hash|name|^sessionId/i.test(field),
        );
        assert.ok(secrets.length > 0, table);
        // The activity of the sign-in has the name: who reads the bundle for a manager knows it.
        for (const [field, value] of secrets.filter(([, secret]) => secret !== "Ann")) {
          assert.ok(!text.includes(String(value)), `${table}.${field}`);
        }
      }
    }
  });
});

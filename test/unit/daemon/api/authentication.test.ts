import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { maxTokensPerClient, tokenLifeMs } from "../../../../daemon/api/authenticator.ts";
import { call, post } from "../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function aGateway(): Promise<RunningApi & { readonly temp: TemporaryStore }> {
  const temp = await aTemporaryStore();
  closing.push(() => temp.remove());
  const running = await runApi(temp.store);
  closing.push(() => running.api.close());
  return { ...running, temp };
}

async function tokenFor(
  running: RunningApi,
  scope: "manager" | "steward" | "installer" | "technician",
) {
  const client_secret = await running.addClient(`the-${scope}`, scope);
  const answer = await post(running.tcp, "/openapi/v1/access_token", {
    client_id: `the-${scope}`,
    client_secret,
  });
  assert.equal(answer.body.ErrNo, 0, answer.body.ErrMsg);
  return String(answer.body["access_token"]);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("access_token", () => {
  it("gives a token that works for fifteen minutes, and 102 afterwards", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    const look = () => call(running.tcp, "/openapi/v1/look?count=1", { headers: bearer(token) });
    assert.equal((await look()).status, 200);
    running.clock.nowMs += tokenLifeMs - 1;
    assert.equal((await look()).body.ErrNo, 0);
    running.clock.nowMs += 1;
    const { status, body } = await look();
    assert.deepEqual([status, body.ErrNo], [401, 102]);
  });

  it("ends a token when the time is set back behind it", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    running.clock.nowMs -= 1;
    const { body } = await call(running.tcp, "/openapi/v1/look?count=1", {
      headers: bearer(token),
    });
    assert.equal(body.ErrNo, 102);
  });

  it("tells the end of the token in Unix seconds", async () => {
    const running = await aGateway();
    const client_secret = await running.addClient("me", "manager");
    const { body } = await post(running.tcp, "/openapi/v1/access_token", {
      client_id: "me",
      client_secret,
    });
    assert.equal(body["expires_time"], (running.clock.nowMs + tokenLifeMs) / 1000);
  });

  it("answers 101 to no token, to a wrong one, and to a wrong secret as to an unknown client", async () => {
    const running = await aGateway();
    await running.addClient("me", "manager");
    const none = await call(running.tcp, "/openapi/v1/look");
    assert.deepEqual([none.status, none.body.ErrNo], [401, 101]);
    const wrong = await call(running.tcp, "/openapi/v1/look", { headers: bearer("x".repeat(43)) });
    assert.equal(wrong.body.ErrNo, 101);
    const grants = await Promise.all(
      ["me", "nobody"].map((client_id) =>
        post(running.tcp, "/openapi/v1/access_token", { client_id, client_secret: "guess" }),
      ),
    );
    assert.equal(grants[0]?.body.ErrNo, 101);
    assert.deepEqual(grants[0].body, grants[1]?.body);
  });

  it("names what is missing", async () => {
    const running = await aGateway();
    const { status, body } = await post(running.tcp, "/openapi/v1/access_token", {
      client_id: "a",
    });
    assert.deepEqual([status, body.ErrNo], [400, 14001]);
    assert.match(body.ErrMsg, /client_secret/);
  });

  it("keeps neither secret nor token in the store or the log", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    await call(running.tcp, `/openapi/v1/look?access_token=${token}`);
    await post(running.tcp, "/openapi/v1/manage", { access_token: token, text: "x" });
    const kept = JSON.stringify([
      ...running.temp.store.list("token"),
      ...running.temp.store.list("client"),
      ...running.logLines,
    ]);
    assert.ok(running.logLines.length > 0);
    assert.ok(!kept.includes(token));
  });

  it("takes the token from the header, the query or the body, and out of the parameters", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    const answers = await Promise.all([
      call(running.tcp, "/openapi/v1/look?text=a", { headers: bearer(token) }),
      call(running.tcp, `/openapi/v1/look?text=a&access_token=${token}`),
      post(running.tcp, "/openapi/v1/look", { text: "a", access_token: token }),
      post(running.tcp, `/openapi/v1/look?access_token=${token}`, { text: "a" }),
    ]);
    for (const { body } of answers) {
      assert.deepEqual(body, { ErrNo: 0, ErrMsg: "", got: { text: "a" }, transport: "rest" });
    }
  });

  it("survives a restart of the daemon", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    await running.api.close();
    await running.temp.reopen();
    const next = await runApi(running.temp.store);
    closing.push(() => next.api.close());
    const { body } = await call(next.tcp, "/openapi/v1/look", { headers: bearer(token) });
    assert.equal(body.ErrNo, 0);
  });

  it("ends the oldest token when a client takes too many", async () => {
    const running = await aGateway();
    const client_secret = await running.addClient("me", "manager");
    const tokens: string[] = [];
    for (let count = 0; count <= maxTokensPerClient; count += 1) {
      running.clock.nowMs += 1000;
      const { body } = await post(running.tcp, "/openapi/v1/access_token", {
        client_id: "me",
        client_secret,
      });
      tokens.push(String(body["access_token"]));
    }
    const errNos = await Promise.all(
      tokens.map(
        async (token) =>
          (await call(running.tcp, "/openapi/v1/look", { headers: bearer(token) })).body.ErrNo,
      ),
    );
    assert.deepEqual(errNos, [101, ...Array<number>(maxTokensPerClient).fill(0)]);
    assert.equal([...running.temp.store.list("token")].length, maxTokensPerClient);
  });

  it("ends with its client", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    await running.temp.store.commit(
      { changes: [{ table: "client", key: ["the-manager"], value: null }], journal: [] },
      { atMs: running.clock.nowMs, clock: "synced" },
    );
    const { body } = await call(running.tcp, "/openapi/v1/look", { headers: bearer(token) });
    assert.equal(body.ErrNo, 101);
  });
});

describe("scopes", () => {
  const allowed = {
    manager: ["look", "pair", "manage", "steward_events", "greet"],
    steward: ["look", "steward_events", "greet"],
    installer: ["look", "pair", "greet"],
    technician: ["look", "greet"],
  } as const;

  for (const scope of ["manager", "steward", "installer", "technician"] as const) {
    it(`lets a ${scope} call what is theirs and answers 15014 to the rest`, async () => {
      const running = await aGateway();
      const token = await tokenFor(running, scope);
      for (const name of allowed.manager) {
        const { status, body } = await post(running.tcp, `/openapi/v1/${name}`, {}, bearer(token));
        const isAllowed = allowed[scope].some((word) => word === name);
        assert.deepEqual([status, body.ErrNo], isAllowed ? [200, 0] : [403, 15014], name);
      }
    });
  }

  it("needs no token for an open call", async () => {
    const running = await aGateway();
    assert.equal((await call(running.tcp, "/openapi/v1/greet")).body.ErrNo, 0);
  });

  it("keeps client administration off the network, even for a manager", async () => {
    const running = await aGateway();
    const token = await tokenFor(running, "manager");
    for (const name of ["client_add", "client_list", "client_remove"]) {
      const params =
        name === "client_add"
          ? { scope: "manager" }
          : name === "client_remove"
            ? { client_id: "x" }
            : {};
      const { body } = await post(running.tcp, `/openapi/v1/${name}`, params, bearer(token));
      assert.equal(body.ErrNo, 15014, name);
    }
  });
});

describe("wrong secrets", () => {
  const guess = (running: RunningApi, client_id = "me", client_secret = "guess") =>
    post(running.tcp, "/openapi/v1/access_token", { client_id, client_secret });

  it("are slowed down, doubling", async () => {
    const running = await aGateway();
    await running.addClient("me", "manager");
    for (let count = 0; count < 5; count += 1) {
      assert.equal((await guess(running)).body.ErrNo, 101);
    }
    const { status, body, headers } = await guess(running);
    assert.deepEqual([status, body.ErrNo, headers["retry-after"]], [429, 16002, "1"]);
    running.clock.nowMs += 1000;
    assert.equal((await guess(running)).body.ErrNo, 101);
    assert.equal((await guess(running)).headers["retry-after"], "2");
  });

  it("never keep the right one from its token, whatever their number, ids and order", async () => {
    const running = await aGateway();
    const secret = await running.addClient("me", "manager");
    const floods: readonly ((count: number) => string)[] = [
      (count) => `nobody-${count}`,
      () => "me",
      (count) => (count % 2 === 0 ? "me" : `other-${count}`),
    ];
    for (const idOf of floods) {
      for (let minute = 0; minute < 3; minute += 1) {
        for (let count = 0; count < 25; count += 1) {
          assert.notEqual((await guess(running, idOf(count))).body.ErrNo, 0);
        }
        assert.equal((await guess(running, "me", secret)).body.ErrNo, 0);
        running.clock.nowMs += 60_000;
      }
    }
  });

  it("forget nothing of another client when the right one is given", async () => {
    const running = await aGateway();
    const secret = await running.addClient("me", "manager");
    for (let count = 0; count < 6; count += 1) await guess(running, "other");
    assert.equal((await guess(running, "me", secret)).body.ErrNo, 0);
    assert.equal((await guess(running, "other")).body.ErrNo, 16002);
  });

  it("stay slowed down after a restart", async () => {
    const running = await aGateway();
    await running.addClient("me", "manager");
    for (let count = 0; count < 5; count += 1) await guess(running);
    await running.api.close();
    await running.temp.reopen();
    const next = await runApi(running.temp.store);
    closing.push(() => next.api.close());
    assert.equal((await guess(next)).body.ErrNo, 16002);
    next.clock.nowMs += 1000;
    assert.equal((await guess(next)).body.ErrNo, 101);
  });

  it("slow down an address that tries many client ids", async () => {
    const running = await aGateway();
    for (let count = 0; count < 5; count += 1) await guess(running, `client-${count}`);
    assert.equal((await guess(running, "client-9")).body.ErrNo, 16002);
  });

  it("sent all at once are counted each, before any is answered", async () => {
    const running = await aGateway();
    await running.addClient("me", "manager");
    const answers = await Promise.all(Array.from({ length: 30 }, () => guess(running)));
    assert.equal(answers.filter(({ body }) => body.ErrNo === 101).length, 5);
  });
});

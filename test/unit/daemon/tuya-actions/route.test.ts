import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { administratorId } from "../../../../daemon/core/model/password.ts";
import { actionCommands } from "../../../../daemon/tuya-actions/table.ts";
import { aLockId } from "../../../support/records.ts";
import { call, post } from "../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { ActionRoom, exampleMs } from "./action-room.ts";

const list = "tuya.m.device.lock.temppwd.pagelist";
const create = "tuya.m.zigbee.lock.temppwd.create";
const path = "/api.json";

let room: ActionRoom;
let running: RunningApi;
let token = "";
let stewardToken = "";

async function tokenOf(client: string, scope: "manager" | "steward"): Promise<string> {
  const secret = await running.addClient(client, scope);
  const words = { client_id: client, client_secret: secret };
  const { body } = await post(running.tcp, "/openapi/v1/access_token", words);
  return String(body["access_token"]);
}

describe("POST /api.json", () => {
  before(async () => {
    room = await ActionRoom.open();
    const actions = actionCommands(room.ports);
    running = await runApi(room.store, { executor: room.executor, actions, startMs: exampleMs });
    token = await tokenOf("partner", "manager");
    stewardToken = await tokenOf("caretaker", "steward");
  });
  after(async () => {
    await running.api.close();
    await room.close();
  });

  const ask = (body: object, access = token) =>
    post(running.tcp, path, body, { authorization: `Bearer ${access}` });

  it("answers in the envelope of the actions", async () => {
    const { status, body } = await ask({ a: list, v: "1.0", devId: aLockId });
    assert.equal(status, 200);
    const empty = { datas: [], hasNext: false, totalCount: 0 };
    assert.deepEqual(body, {
      result: empty,
      // As the published example of this action prints it.
      resultDO: empty,
      t: exampleMs,
      success: true,
      status: "ok",
    });
  });

  it("accepts parameters beside the action, or in postData as an object or its text", async () => {
    const params = { devId: aLockId, offset: 0, limit: 5 };
    for (const postData of [params, JSON.stringify(params)]) {
      assert.equal((await ask({ a: list, v: "1.0", postData })).body["success"], true);
    }
    const twice = await ask({ a: list, devId: aLockId, postData: params });
    assert.equal(twice.body["errorCode"], 14001);
    assert.match(String(twice.body["errorMsg"]), /^devId:/);
  });

  it("accepts the token where every other call accepts it", async () => {
    const words = { a: list, devId: aLockId };
    const inBody = await post(running.tcp, path, { ...words, access_token: token });
    const inQuery = await post(running.tcp, `${path}?access_token=${token}`, words);
    assert.deepEqual([inBody.status, inQuery.status], [200, 200]);
  });

  const refusals: readonly (readonly [string, object, number, number, RegExp])[] = [
    ["no action", {}, 400, 14001, /^a:/],
    ["an action that is a number", { a: 1 }, 400, 14001, /^a:/],
    ["an unknown action", { a: "tuya.m.nothing" }, 404, 15007, /^a:/],
    ["another API's command", { a: "fetch_passwords", uuid: aLockId }, 404, 15007, /^a:/],
    ["an unknown version", { a: list, v: "9", devId: aLockId }, 400, 14001, /^v:/],
    ["no lock", { a: list }, 400, 14001, /^devId:/],
    ["an unknown lock", { a: list, devId: "0x00124b00000000ff" }, 404, 15006, /^devId:/],
    ["a postData that is a list", { a: list, postData: "[1]" }, 400, 14001, /./],
    ["a postData that is no JSON", { a: list, postData: "{" }, 400, 14001, /./],
    ["a token that is a number", { a: list, access_token: 5 }, 400, 14001, /^access_token:/],
  ];
  for (const [what, body, status, errorCode, text] of refusals) {
    it(`refuses ${what} with the gateway's own number`, async () => {
      const answer = await ask(body);
      assert.equal(answer.status, status);
      const { errorMsg, ...rest } = answer.body;
      assert.match(String(errorMsg), text);
      assert.deepEqual(rest, { success: false, errorCode, t: exampleMs });
    });
  }

  it("refuses a caller without a token, with a wrong one, or with too narrow a scope", async () => {
    const words = { a: create, devId: aLockId };
    const none = await post(running.tcp, path, words);
    const wrong = await ask(words, "x".repeat(43));
    const narrow = await ask(words, stewardToken);
    assert.deepEqual(
      [none, wrong, narrow].map(({ status, body }) => [status, body["errorCode"]]),
      [
        [401, 101],
        [401, 101],
        [403, 15014],
      ],
    );
    assert.equal(
      (await ask({ a: "tuya.m.scale.history.list", devId: aLockId }, stewardToken)).status,
      200,
    );
  });

  it("refuses a body that is no JSON or too long, and other methods, in its envelope", async () => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const broken = await call(running.tcp, path, { method: "POST", headers, body: "{" });
    const long = await call(running.tcp, path, {
      ...{ method: "POST", headers },
      body: JSON.stringify({ a: "x".repeat(70_000) }),
    });
    const get = await call(running.tcp, path, { headers });
    assert.deepEqual(
      [broken, long, get].map(({ status, body }) => [status, body["success"], body["errorCode"]]),
      [
        [400, false, 14001],
        [413, false, 14001],
        [405, false, 15007],
      ],
    );
  });

  it("is answered in its envelope for any body", async () => {
    const requests = fc.sample(anyRequest(), { seed: 20_270_101, numRuns: 2_000 });
    for (let start = 0; start < requests.length; start += 20) {
      await Promise.all(
        requests.slice(start, start + 20).map(async (body) => {
          const response = await fetch(`http://127.0.0.1:${running.tcp.port}${path}`, {
            method: "POST",
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            body,
          });
          const answer = Object(await response.json());
          const what = `${body} was answered ${JSON.stringify(answer)}`;
          assert.equal(answer.t, exampleMs, what);
          assert.equal(answer.success, response.status === 200, what);
          if (answer.success) {
            const printed = ["resultDO", "datas", "hasNext", "totalCount"];
            const plain = Object.keys(answer).filter((name) => !printed.includes(name));
            assert.deepEqual(plain.sort(), ["result", "status", "success", "t"]);
          } else {
            assert.ok(Number.isInteger(answer.errorCode) && answer.errorCode !== 15000, what);
            assert.equal(typeof answer.errorMsg, "string", what);
          }
        }),
      );
    }
    assert.deepEqual(room.faults, []);
    assert.equal(room.password(administratorId).isDeleted, false);
    assert.equal(room.codeOf(administratorId), "135790");
  });
});

/** Bodies of requests: mostly nearly right. */
function anyRequest(): fc.Arbitrary<string> {
  const names = actionCommands(room.ports).map(({ name }) => name);
  const right = fc.record(
    {
      devId: fc.constantFrom(aLockId, aLockId, aLockId, "0x00124b00000000ff", "x"),
      name: fc.constantFrom("K", "涂小鸦", ""),
      password: fc.stringMatching(/^[0-9]{3,9}$/),
      effectiveTime: fc.constantFrom(1_601_519_817, "1601519817000", 0, "0"),
      invalidTime: fc.constantFrom("1604161817000", 1_604_161_817, 1, "160161817000"),
      id: fc.nat({ max: 20 }),
      pwdId: fc.nat({ max: 20 }),
      operate: fc.constantFrom(125, 126, 127, 128, 124),
      oneTime: fc.constantFrom(0, 1, "0", "1", 2),
      sendMsg: fc.constantFrom(0, 1),
      phone: fc.constantFrom("12345678901", "", "+49 171 1"),
      schedule: fc.constantFrom('[{"workingDay":81}]', "[]", "[", [{ workingDay: 0 }]),
      createLimit: fc.nat({ max: 9 }),
      useful: fc.boolean(),
      offset: fc.integer({ min: -1, max: 9 }),
      limit: fc.integer({ min: 0, max: 1001 }),
      dpIds: fc.constantFrom([1, 2], "[3]", "", 9),
      dpId: fc.constantFrom("1", 3, 5, 99),
      dpValue: fc.constantFrom("1-1", 1, "2"),
      startTime: fc.constantFrom("", 0, "1601519817000"),
      open: fc.boolean(),
      account: fc.constantFrom("hzj@qq.com", ""),
      code: fc.stringMatching(/^[0-9]{5,6}$/),
      userId: fc.constantFrom("9906", "1"),
      unlockId: fc.constantFrom("1-2", "3-1", "x"),
      unlockName: fc.constantFrom("指纹02", ""),
    },
    { requiredKeys: [] },
  );
  const a = fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...names) }, fc.anything());
  const fitted = fc.tuple(fc.constantFrom(...names), right).map(([name, params]) => ({
    a: name,
    ...kept(name, params),
  }));
  const wild = fc.record({ a, postData: fc.oneof(fc.anything(), fc.json(), right) });
  return fc
    .oneof({ weight: 8, arbitrary: fitted }, { weight: 1, arbitrary: wild })
    .map((body) =>
      JSON.stringify(body, (_key, value) => (typeof value === "bigint" ? "1n" : value)),
    );
}

/** Of the parameters those that the action knows: else each would be refused for its first word. */
function kept(name: string, params: object): object {
  const action = actionCommands(room.ports).find((one) => one.name === name);
  const known = new Set(Object.keys(Object(action?.input).properties));
  const needed = Object.entries({ devId: aLockId, name: "K", password: "246810", operate: 126 });
  return Object.fromEntries(
    [...needed, ...Object.entries(params)].filter(([word]) => known.has(word)),
  );
}

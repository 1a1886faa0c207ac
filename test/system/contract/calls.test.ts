import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { errorTable } from "../../../daemon/core/model/errors.ts";
import { put, remove } from "../../../daemon/store/store.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { call as exchange, post } from "../../support/rest/rest-client.ts";
import { ContractGateway } from "../../support/rigs/contract-gateway.ts";
import { badValues } from "./bad-values.ts";
import { bindingRows } from "./binding-rows.ts";
import { farewellRows, historyRows, limitRows, radioRows } from "./history-rows.ts";
import { homeRows } from "./home-rows.ts";
import { passwordChangeRows } from "./password-change-rows.ts";
import { codelessRows, lostRows, passwordRows } from "./password-rows.ts";
import { type PublishedCall, publishedCalls } from "./published-calls.ts";
import type { Params, Row, World } from "./rows.ts";
import { stageRows } from "./stage-rows.ts";

/** The error names the field, either first or after another error. */
function names(message: string, field: string): boolean {
  return message
    .split("; ")
    .some((part) => part.startsWith(`${field}:`) || part.startsWith(`${field}.`));
}

describe("each call of the open platform API V1.6", { timeout: 300_000 }, () => {
  let gateway: ContractGateway;
  let world: World;

  before(async () => {
    gateway = await ContractGateway.open();
    const [front, flat, small, short, far] = await gateway.pair(
      {},
      {},
      { pinUsers: 3 },
      { minPinLength: 4, maxPinLength: 4, unsupportedCommands: [0x00, 0x01] },
      {},
    );
    assert.ok(front && flat && small && short && far);
    world = {
      gateway,
      front: idOf(front),
      flat: idOf(flat),
      small: idOf(small),
      short: idOf(short),
      far: idOf(far),
    };
    const words = { room_name: "bedroom", room_description: "" };
    await gateway.must("add_home", { home_id: "h1", home_name: "Flat 1" });
    await gateway.must("add_home", { home_id: "h2" });
    await gateway.must("bind_center", { home_id: "h1" });
    for (const room_id of ["r1", "r2", "twin"]) {
      await gateway.must("add_room", { home_id: "h1", room_id, ...words });
    }
    await gateway.must("add_room", { home_id: "h2", room_id: "twin", ...words });
    await gateway.must("bind_lock", { uuid: world.front, home_id: "h1" });
    await gateway.must("bind_lock", { uuid: world.flat, home_id: "h1", room_id: "r1" });
    await gateway.must("add_password", { uuid: world.flat, is_default: 1, password: "135790" });
    await gateway.done(world.flat, 999, 1);
    far.goOutOfRange();
  });

  after(async () => {
    await gateway.close();
  });

  async function play({
    before: first,
    call,
    params,
    error,
    field,
    by,
    check,
  }: Row): Promise<void> {
    await first?.(world);
    const token = gateway.token(by ?? "manager");
    const { status, body } = await gateway.post(call, params(world), token);
    if (error === undefined) {
      assert.deepEqual([status, body.ErrNo, body.ErrMsg], [200, 0, ""]);
      await check?.(body, world);
      return;
    }
    assert.deepEqual([status, body.ErrNo], [200, errorTable[error].errNo], body.ErrMsg);
    if (field !== undefined) assert.ok(names(body.ErrMsg, field), body.ErrMsg);
    assert.deepEqual(Object.keys(body), ["ErrNo", "ErrMsg"]);
  }

  function rows(list: readonly Row[]): void {
    for (const row of list) {
      const outcome = row.error === undefined ? "" : ` (${errorTable[row.error].errNo})`;
      it(`${row.call} ${row.about}${outcome}`, () => play(row));
    }
  }

  rows(homeRows);
  rows(bindingRows);
  rows(passwordRows);
  rows(passwordChangeRows);
  rows(historyRows);
  rows(radioRows);

  describe("with a wrong request", () => {
    for (const published of publishedCalls) {
      it(`${published.name} names the field, and nothing has changed`, async () => {
        const before = await stateOf(world);
        for (const [field, value, part] of wrongParams(published)) {
          const params = { ...rightParams(published, world), [field]: value };
          const { status, body } = await gateway.post(published.name, params);
          const about = `${field} = ${JSON.stringify(value)?.slice(0, 60)}: ${body.ErrMsg}`;
          assert.deepEqual([status, body.ErrNo], [200, 14_001], about);
          assert.ok(names(body.ErrMsg, part), about);
        }
        for (const field of published.required) {
          const params = { ...rightParams(published, world), [field]: undefined };
          const { body } = await gateway.post(published.name, params);
          assert.equal(body.ErrNo, 14_001);
          assert.ok(body.ErrMsg.startsWith(`${field}: is missing; give `), body.ErrMsg);
        }
        if (published.needsLock === true) {
          const { uuid: _uuid, room_id: _room, ...rest } = rightParams(published, world);
          const { body } = await gateway.post(published.name, rest);
          assert.deepEqual([body.ErrNo, names(body.ErrMsg, "uuid")], [14_001, true], body.ErrMsg);
        }
        assert.deepEqual(await stateOf(world), before);
      });
    }

    it("is refused alike by GET and by POST", async () => {
      for (const published of publishedCalls) {
        if (!published.methods.includes("GET")) continue;
        for (const [field, value] of wrongParams(published)) {
          if (typeof value !== "string") continue;
          const { body } = await gateway.get(published.name, { [field]: value });
          assert.ok(names(body.ErrMsg, field), `${published.name} ${field}: ${body.ErrMsg}`);
        }
      }
    });
  });

  it("is served by the document's methods, and names them for another method", async () => {
    for (const published of publishedCalls) {
      const { status, headers } = await exchange(gateway.tcp, `/openapi/v1/${published.name}`, {
        method: "PUT",
      });
      assert.equal(status, 405, published.name);
      const served = String(headers.allow).split(", ");
      for (const method of published.methods) assert.ok(served.includes(method), published.name);
    }
    const { flat } = world;
    const { body } = await gateway.get("get_lock_info", { room_id: "r1", home_id: "h1" });
    assert.equal(body["uuid"], flat);
    const list = await gateway.get("find_home_states", { home_id: "h1" });
    assert.deepEqual(Object.keys(Object(list.body["result"])), ["h1"]);
  });

  it("answers 15007 to an unknown call", async () => {
    const { status, body } = await gateway.post("open_sesame");
    assert.deepEqual([status, body.ErrNo], [200, 15_007]);
  });

  it("answers 101 without a token and with a wrong one", async () => {
    for (const { name } of publishedCalls) {
      const none = await exchange(gateway.tcp, `/openapi/v1/${name}`, { method: "POST" });
      assert.deepEqual([none.status, none.body.ErrNo], [200, 101], name);
      assert.equal((await gateway.post(name, {}, "wrong")).body.ErrNo, 101, name);
    }
  });

  it("answers 15014 to a client that the document does not name", async () => {
    for (const { name, scopes } of publishedCalls) {
      for (const scope of ["steward", "installer", "technician"] as const) {
        const { body } = await gateway.post(name, {}, gateway.token(scope));
        assert.equal(body.ErrNo === 15_014, !scopes.includes(scope), `${name} as ${scope}`);
      }
    }
  });

  it("is also served under /v1/ if it is an order call, with the token as a parameter", async () => {
    const access_token = gateway.token();
    const { body } = await post(gateway.tcp, "/v1/find_orders", { home_id: ["h9"], access_token });
    assert.deepEqual([body.ErrNo, Object.keys(Object(body["result"]))], [0, ["h9"]]);
    const path = `/openapi/v1/find_home_state?home_id=h1&access_token=${access_token}`;
    assert.equal((await exchange(gateway.tcp, path)).body.ErrNo, 0);
  });

  rows(stageRows);

  describe("with an old token, without a stick and with the time lost", () => {
    before(async () => {
      await gateway.stop();
      await gateway.edit((view) => {
        const lock = view.get("lock", [world.front]) ?? assert.fail("the outer door's lock");
        const token = [...view.list("token")].find(({ scope }) => scope === "technician");
        assert.ok(token !== undefined);
        return [
          put("lock", [lock.lock], {
            ...lock,
            capabilities: { ...lock.capabilities, pinUsers: 0 },
          }),
          put("token", [token.tokenHash], { ...token, expiresAtMs: 1 }),
          // As after a power cut: the gateway does not know how long the machine was off.
          remove("setting", ["clock.mark"]),
        ];
      });
      await gateway.start("ntp");
    });
    after(async () => {
      await gateway.stop();
      await gateway.house.stick.plugIn();
      await gateway.start();
      await gateway.online();
    });

    it("answers 102 to a token that has expired", async () => {
      for (const { name } of publishedCalls) {
        const { status, body } = await gateway.post(name, {}, gateway.token("technician"));
        assert.deepEqual([status, body.ErrNo], [200, 102], name);
      }
    });

    describe("and with a token of the time that is running", () => {
      // Tokens of before are of a time that is not known any more, and have expired with it.
      before(() => gateway.renewToken("manager"));

      rows(lostRows);
    });
  });

  rows(codelessRows);
  rows(farewellRows);
  rows(limitRows);
});

/** Reads everything that the calls may change, through other calls. */
async function stateOf({ gateway, front, flat, small }: World): Promise<object> {
  const locks = [];
  for (const uuid of [front, flat, small]) locks.push(await gateway.passwords(uuid));
  return {
    locks,
    homes: await gateway.must("list_homes"),
    orders: await gateway.must("list_orders"),
    operations: await gateway.must("count_device_op_log"),
    openings: await gateway.must("count_lock_events"),
  };
}

function* wrongParams(published: PublishedCall): Generator<readonly [string, unknown, string]> {
  const { fields, extra } = published;
  for (const [field, kind] of Object.entries({ ...fields, ...extra })) {
    for (const { value, part } of badValues(kind)) {
      yield [field, value, part === undefined ? field : `${field}.${part}`];
    }
  }
  yield ["colour", "red", "colour"];
}

/** Parameters that are valid except for the one wrong field. */
function rightParams({ fields }: PublishedCall, { flat }: World): Params {
  const usual: Params = {
    uuid: flat,
    home_id: fields["home_id"] === "ids" ? ["h1"] : "h1",
    room_id: "r1",
    room_name: "wrong",
    room_description: "wrong",
    date: 1_893_456_000,
    time: 100,
    name: "wrong",
    phone: "1",
    password: "777777",
    password_id: 2,
  };
  return Object.fromEntries(Object.entries(usual).filter(([field]) => field in fields));
}

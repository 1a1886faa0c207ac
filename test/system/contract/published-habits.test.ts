import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PartnerHouse, transports } from "../../support/cloud/partner-house.ts";
import { call as exchange, post } from "../../support/rest/rest-client.ts";
import { ContractGateway, contractGatewayId } from "../../support/rigs/contract-gateway.ts";
import { nextWeek, type Params, records } from "./rows.ts";

/** What docs/from-v1.6.md promises of tokens, HTTP statuses and lock actions, on the whole gateway. */
describe("the habits of a client of the published documents", { timeout: 300_000 }, () => {
  let house: PartnerHouse;

  before(async () => {
    house = await PartnerHouse.open();
  });

  after(() => house.close());

  describe("of the token", () => {
    const misprints: readonly (readonly [string, readonly string[]])[] = [
      [
        "accesst_token",
        [
          ...["find_home_state", "find_home_states", "find_home_device", "find_home_devices"],
          ...["fetch_passwords", "get_default_password_plaintext"],
          ...["get_dynamic_password_plaintext", "add_password", "update_password"],
          ...["delete_password", "frozen_password", "unfrozen_password"],
          ...["order_add", "order_update", "find_orders"],
        ],
      ],
      ["acccess_token", ["get_center_info", "get_lock_info"]],
    ];
    const send = (name: string, params: Params) =>
      post(house.gateway.tcp, `/openapi/v1/${name}`, params);

    it("are taken as access_token in the calls that print them", async () => {
      for (const [name, printing] of misprints) {
        for (const call of printing) {
          const { body } = await send(call, { [name]: house.gateway.token(), colour: 1 });
          assert.match(body.ErrMsg, /colour: is not known here/, call);
          assert.ok(!body.ErrMsg.includes(name), call);
          assert.equal((await send(call, { [name]: "wrong" })).body.ErrNo, 101, call);
        }
      }
      const query = new URLSearchParams({
        accesst_token: house.gateway.token(),
        uuid: house.lockOf("REST"),
      });
      const { body } = await exchange(house.gateway.tcp, `/openapi/v1/fetch_passwords?${query}`);
      assert.equal(body.ErrNo, 0, body.ErrMsg);
    });

    it("are refused in every other call, and beside an access_token that differs", async () => {
      const token = house.gateway.token();
      for (const call of ["add_home", "list_locks", "get_lock_events"]) {
        assert.equal((await send(call, { accesst_token: token })).body.ErrNo, 101, call);
      }
      assert.equal((await send("add_password", { acccess_token: token })).body.ErrNo, 101);
      const both = await send("fetch_passwords", { access_token: token, accesst_token: "other" });
      assert.deepEqual(
        [both.body.ErrNo, both.body.ErrMsg],
        [14_001, "accesst_token: says otherwise than access_token"],
      );
    });

    it("have no place in a message to the broker, which needs no token", async () => {
      for (const name of ["access_token", "accesst_token"]) {
        const reply = await house.cloud.command(contractGatewayId, "list_locks", { [name]: "x" });
        assert.equal(reply.ErrNo, 14_001);
      }
    });
  });

  describe("of the HTTP status", () => {
    const wrong: readonly (readonly [string, Params, number])[] = [
      ["fetch_passwords", {}, 14_001],
      ["fetch_passwords", { uuid: "0x00124b00000000ff" }, 15_006],
      ["open_sesame", {}, 15_007],
    ];

    it("is 200 whatever ErrNo says, as the document knows no other", async () => {
      for (const [name, params, errNo] of wrong) {
        const { status, body } = await house.gateway.post(name, params);
        assert.deepEqual([status, body.ErrNo], [200, errNo], name);
      }
      const none = await post(house.gateway.tcp, "/v1/find_orders", { home_id: [] });
      assert.deepEqual([none.status, none.body.ErrNo], [200, 101]);
      const pair = { client_id: "manager", client_secret: "wrong" };
      const { status, body } = await post(house.gateway.tcp, "/openapi/v1/access_token", pair);
      assert.deepEqual([status, body.ErrNo], [200, 101]);
      const broken = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
      const unread = await exchange(house.gateway.tcp, "/openapi/v1/add_home", broken);
      assert.deepEqual([unread.status, unread.body.ErrNo], [200, 14_001]);
    });

    it("stays that of HTTP itself, of the resources and of the actions", async () => {
      const headers = { authorization: `Bearer ${house.gateway.token()}` };
      const gone = await exchange(house.gateway.tcp, "/api/locks/0x00124b00000000ff", { headers });
      assert.deepEqual([gone.status, gone.body.ErrNo], [404, 15_006]);
      const long = await house.gateway.post("add_home", { home_id: "x".repeat(70_000) });
      assert.deepEqual([long.status, long.body.ErrNo], [413, 14_001]);
      const method = await exchange(house.gateway.tcp, "/openapi/v1/add_home", { headers });
      assert.equal(method.status, 405);
      const action = await post(house.gateway.tcp, "/api.json", { a: "x" }, headers);
      assert.equal(action.status, 404);
    });
  });

  describe("of the lock actions", () => {
    const times = { effectiveTime: String(nextWeek), invalidTime: String(nextWeek + 7200) };

    for (const transport of transports) {
      const devId = () => house.lockOf(transport);
      const call = (name: string, params: Params) => house.act(transport, name, params);

      it(`have the page of codes in resultDO and in result, over ${transport}`, async () => {
        const words = { name: "K", password: "300001", ...times };
        await call("tuya.m.device.zigbee.newTempPwd.create", {
          devId: devId().toUpperCase(),
          ...words,
        });
        const list = await call("tuya.m.device.lock.temppwd.pagelist", {
          devId: devId(),
          limit: 1,
        });
        assert.deepEqual(list["resultDO"], list["result"]);
        const [first] = records(Object(list["resultDO"]).datas);
        assert.deepEqual([first?.["password"], first?.["devId"]], ["300001", devId()]);
      });

      it(`have openings and alarms at the top and in result, over ${transport}`, async () => {
        for (const name of ["tuya.m.scale.history.list", "tuya.m.device.lock.alarm.list"]) {
          const list = await call(name, { devId: devId() });
          const { datas, hasNext, totalCount } = list;
          assert.deepEqual([datas, hasNext, totalCount], [[], false, 0], name);
          assert.deepEqual({ datas, hasNext, totalCount }, list["result"], name);
        }
      });

      it(`answer 15006 to a devId that is nobody's, over ${transport}`, async () => {
        for (const nobody of [
          "25230882b4e62d61b52a",
          "vedosoeerjfneweinqw",
          "0x00124b00000000ff",
        ]) {
          const actions: readonly (readonly [string, Params])[] = [
            ["tuya.m.device.lock.temppwd.pagelist", {}],
            ["tuya.m.scale.history.list", { v: "2.0" }],
            ["tuya.m.device.user.account.get", {}],
            ["tuya.m.device.lock.gesturepwd.set", { open: true, password: "1234" }],
            ["tuya.m.scale.hijacking.add.config", { dpId: "1", dpValue: "1-1" }],
            ["tuya.m.device.zigbee.newTempPwd.create", { name: "K", password: "300002", ...times }],
            ["tuya.m.device.zigbee.sms.resend", {}],
          ];
          for (const [name, params] of actions) {
            const reply = await call(name, { devId: nobody, ...params });
            assert.equal(reply["errorCode"] ?? reply["ErrNo"], 15_006, `${name} ${nobody}`);
            assert.match(String(reply["errorMsg"] ?? reply["ErrMsg"]), /^devId:/);
          }
        }
      });
    }
  });
});

describe("api.v16_status: http", { timeout: 60_000 }, () => {
  it("gives the calls the status of their ErrNo", async () => {
    const gateway = await ContractGateway.open({ v16Status: "http" });
    try {
      const statuses = [
        await gateway.post("fetch_passwords"),
        await gateway.post("fetch_passwords", { uuid: "0x00124b00000000ff" }),
        await gateway.post("list_locks", {}, "wrong"),
        await gateway.post("list_locks"),
      ].map(({ status, body }) => [status, body.ErrNo]);
      assert.deepEqual(statuses, [
        [400, 14_001],
        [404, 15_006],
        [401, 101],
        [200, 0],
      ]);
    } finally {
      await gateway.close();
    }
  });
});

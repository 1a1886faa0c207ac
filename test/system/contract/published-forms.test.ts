import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { TestBroker } from "../../support/cloud/broker.ts";
import { aMinute, Cloud } from "../../support/cloud/cloud.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { call as exchange, post } from "../../support/rest/rest-client.ts";
import { ContractGateway, contractGatewayId } from "../../support/rigs/contract-gateway.ts";
import { nextWeek, type Params, records } from "./rows.ts";

/** Answers of both transports: ErrNo, ErrMsg and the fields. */
type Reply = Readonly<Record<string, unknown>>;
type Call = (name: string, params: Params) => Promise<Reply>;

const begin = nextWeek;
const end = nextWeek + 7200;
const capitals = (uuid: string): string => uuid.toUpperCase();

/** What docs/from-v1.6.md promises to a client of the published documents, on the whole gateway. */
describe("the forms that the published documents print", { timeout: 300_000 }, () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let gateway: ContractGateway;
  const locks = new Map<string, string>();

  const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
    ["REST", async (name, params) => (await gateway.post(name, params)).body],
    ["MQTT", (name, params) => cloud.command(contractGatewayId, name, params)],
  ]);

  before(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
    gateway = await ContractGateway.open({ brokerUrl: broker.url });
    const [front, back] = await gateway.pair({}, {});
    assert.ok(front && back);
    locks.set("REST", idOf(front));
    locks.set("MQTT", idOf(back));
    await cloud.online(contractGatewayId);
    for (const uuid of locks.values()) {
      await gateway.must("add_password", { uuid, is_default: 1, password: "135790" });
      await gateway.done(uuid, 999, 1);
    }
    await gateway.must("add_home", { home_id: "h1" });
    const visit = { home_id: "h1", date: begin, time: 101, name: "K", phone: "135" };
    await gateway.must("order_add", visit);
  });

  after(async () => {
    await gateway.close();
    await cloud.close();
    await broker.stop();
  });

  for (const [transport, call] of calls) {
    describe(`over ${transport}`, () => {
      const uuid = () => locks.get(transport) ?? assert.fail(transport);

      async function done(name: string, params: Params): Promise<Reply> {
        const reply = await call(name, { uuid: uuid(), ...params });
        assert.equal(reply["ErrNo"], 0, `${name} ${JSON.stringify(params)}: ${reply["ErrMsg"]}`);
        return reply;
      }

      async function refused(name: string, params: Params, text: RegExp): Promise<void> {
        const before = await wanted();
        const reply = await call(name, { uuid: uuid(), ...params });
        assert.equal(reply["ErrNo"], 14_001, JSON.stringify(params));
        assert.match(String(reply["ErrMsg"]), text);
        assert.deepEqual(await wanted(), before, "a refusal changes nothing");
      }

      /** What the lock should have, whether it has it yet or not. */
      async function wanted(): Promise<unknown> {
        const passwords = await gateway.passwords(uuid());
        return passwords.map(({ id, permission, revision }) => [id, permission, revision]);
      }

      async function permission(id: unknown): Promise<unknown> {
        const { passwords } = await done("fetch_passwords", {});
        return records(passwords).find((one) => one["id"] === id)?.["permission"];
      }

      const period = { begin, end, status: 2 };
      const permanent = { begin: 0, end: 0, status: 2 };

      it("give a period flat and as permission {begin, end}, in both calls", async () => {
        const forms: readonly Params[] = [
          { permission_begin: begin, permission_end: end },
          { permisson_begin: begin, permission_end: end },
          { permission: { begin, end } },
          { permission: { begin, end }, permission_begin: begin, permission_end: end },
        ];
        const { password_id: id } = await done("add_password", { password: "200000" });
        for (const form of forms) {
          const added = await done("add_password", { password: "200001", ...form });
          assert.deepEqual(await permission(added["password_id"]), period, JSON.stringify(form));
          await done("delete_password", { password_id: added["password_id"] });
          await done("update_password", { password_id: id, permission: null });
          await done("update_password", { password_id: id, ...form });
          assert.deepEqual(await permission(id), period, JSON.stringify(form));
          await gateway.until("the code to be gone", async () =>
            (await permission(added["password_id"])) === undefined ? true : null,
          );
        }
      });

      it("mean permanent by 0, null and an empty text, in both forms and both calls", async () => {
        const { password_id: id } = await done("add_password", { password: "200002" });
        for (const empty of [0, null, ""]) {
          const flat = { permission_begin: empty, permission_end: empty };
          const inside = { permission: { begin: empty, end: empty } };
          for (const form of [flat, inside, ...(empty === 0 ? [] : [{ permission: empty }])]) {
            const added = await done("add_password", { password: "200003", ...form });
            assert.deepEqual(
              await permission(added["password_id"]),
              permanent,
              JSON.stringify(form),
            );
            await done("delete_password", { password_id: added["password_id"] });
            await done("update_password", { password_id: id, permission: { begin, end } });
            assert.deepEqual(await permission(id), period);
            await done("update_password", { password_id: id, ...form });
            assert.deepEqual(await permission(id), permanent, JSON.stringify(form));
            await gateway.until("the code to be gone", async () =>
              (await permission(added["password_id"])) === undefined ? true : null,
            );
          }
        }
      });

      it("leave an edge as it is that a flat update does not name", async () => {
        const { password_id: id } = await done("add_password", {
          password: "200004",
          permission: { begin, end },
        });
        await done("update_password", { password_id: id, permission_end: end + 3600 });
        assert.deepEqual(await permission(id), { begin, end: end + 3600, status: 2 });
        await done("update_password", { password_id: id, permission_begin: "" });
        assert.deepEqual(await permission(id), { begin: 0, end: end + 3600, status: 2 });
      });

      it("are refused where two forms do not say the same", async () => {
        const password = "200005";
        await refused(
          "add_password",
          { password, permission: null, permission_end: end },
          /^permission_end: says otherwise than permission\.end/,
        );
        await refused(
          "add_password",
          { password, permission_begin: begin, permisson_begin: begin + 1 },
          /^permisson_begin: says otherwise than permission_begin/,
        );
        const { password_id: id } = await done("add_password", { password });
        await refused(
          "update_password",
          { password_id: id, permission: { end }, permission_begin: begin },
          /^permission_begin: says otherwise than permission\.begin/,
        );
      });

      it("are not guessed: a mistyped field would make a code permanent", async () => {
        for (const field of ["permission_ends", "permision_end", "end"]) {
          await refused(
            "add_password",
            { password: "200006", [field]: end },
            new RegExp(`${field}:`),
          );
        }
        await refused(
          "add_password",
          { password: "200006", permission: { begin, ends: end } },
          /permission\.ends:/,
        );
      });

      it("are refused in milliseconds, with a hint", async () => {
        const hint = "that is milliseconds: give Unix seconds";
        await refused(
          "add_password",
          { password: "200008", permission_end: end * 1000 },
          new RegExp(`^permission_end: ${hint}$`),
        );
        await refused(
          "add_password",
          { password: "200008", permission: { end: end * 1000 } },
          new RegExp(`^permission\\.end: ${hint}$`),
        );
      });

      it("have a permanent administrator's password with 0 as begin and end", async () => {
        assert.deepEqual(await permission(999), { begin: 0, end: 0, status: 1 });
      });

      it("name a lock in capitals too, and tell it in lower case", async () => {
        const shouted = { uuid: capitals(uuid()) };
        const info = await done("get_lock_info", shouted);
        assert.equal(info["uuid"], uuid());
        const { password_id: id } = await done("add_password", { ...shouted, password: "200007" });
        assert.notEqual(await permission(id), undefined);
        const { lock_events: events } = await done("get_lock_events", shouted);
        assert.deepEqual(events, []);
      });

      it("have the order itself as the value of its home", async () => {
        const { result } = await call("find_orders", { home_id: ["h1", "h2"] });
        assert.deepEqual(Object.keys(Object(result)), ["h1"]);
        const { home_id, stage, demander } = Object(result).h1;
        assert.deepEqual([home_id, stage, demander.expect_time], ["h1", 1, 101]);
      });
    });
  }

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
    const send = (name: string, params: Params) => post(gateway.tcp, `/openapi/v1/${name}`, params);

    it("are taken as access_token in the calls that print them", async () => {
      for (const [name, printing] of misprints) {
        for (const call of printing) {
          const { body } = await send(call, { [name]: gateway.token(), colour: 1 });
          assert.match(body.ErrMsg, /colour: is not known here/, call);
          assert.ok(!body.ErrMsg.includes(name), call);
          assert.equal((await send(call, { [name]: "wrong" })).body.ErrNo, 101, call);
        }
      }
      const query = new URLSearchParams({
        accesst_token: gateway.token(),
        uuid: locks.get("REST") ?? "",
      });
      const { body } = await exchange(gateway.tcp, `/openapi/v1/fetch_passwords?${query}`);
      assert.equal(body.ErrNo, 0, body.ErrMsg);
    });

    it("are refused in every other call, and beside an access_token that differs", async () => {
      const token = gateway.token();
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
        const reply = await cloud.command(contractGatewayId, "list_locks", { [name]: "x" });
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
        const { status, body } = await gateway.post(name, params);
        assert.deepEqual([status, body.ErrNo], [200, errNo], name);
      }
      const none = await post(gateway.tcp, "/v1/find_orders", { home_id: [] });
      assert.deepEqual([none.status, none.body.ErrNo], [200, 101]);
      const pair = { client_id: "manager", client_secret: "wrong" };
      const { status, body } = await post(gateway.tcp, "/openapi/v1/access_token", pair);
      assert.deepEqual([status, body.ErrNo], [200, 101]);
      const broken = { method: "POST", body: "{", headers: { "content-type": "application/json" } };
      const unread = await exchange(gateway.tcp, "/openapi/v1/add_home", broken);
      assert.deepEqual([unread.status, unread.body.ErrNo], [200, 14_001]);
    });

    it("stays that of HTTP itself, of the resources and of the actions", async () => {
      const headers = { authorization: `Bearer ${gateway.token()}` };
      const gone = await exchange(gateway.tcp, "/api/locks/0x00124b00000000ff", { headers });
      assert.deepEqual([gone.status, gone.body.ErrNo], [404, 15_006]);
      const long = await gateway.post("add_home", { home_id: "x".repeat(70_000) });
      assert.deepEqual([long.status, long.body.ErrNo], [413, 14_001]);
      const method = await exchange(gateway.tcp, "/openapi/v1/add_home", { headers });
      assert.equal(method.status, 405);
      const action = await post(gateway.tcp, "/api.json", { a: "x" }, headers);
      assert.equal(action.status, 404);
    });
  });

  describe("of the lock actions", () => {
    const ways: ReadonlyMap<string, Call> = new Map<string, Call>([
      [
        "REST",
        async (a, params) => {
          const headers = { authorization: `Bearer ${gateway.token()}` };
          return (await post(gateway.tcp, "/api.json", { a, ...params }, headers)).body;
        },
      ],
      ["MQTT", (name, params) => cloud.command(contractGatewayId, name, params, aMinute())],
    ]);
    const times = { effectiveTime: String(begin), invalidTime: String(end) };

    for (const [transport, call] of ways) {
      const devId = () => locks.get(transport) ?? assert.fail(transport);

      it(`have the page of codes in resultDO and in result, over ${transport}`, async () => {
        const words = { name: "K", password: "300001", ...times };
        await call("tuya.m.device.zigbee.newTempPwd.create", {
          devId: capitals(devId()),
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

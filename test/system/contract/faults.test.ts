import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import { maxRemovals } from "../../../daemon/commands/homes/del-home.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { errorTable } from "../../../daemon/core/model/errors.ts";
import { put, type Store } from "../../../daemon/store/store.ts";
import { aLockId, aPassword } from "../../support/records.ts";
import { call, post } from "../../support/rest/rest-client.ts";
import { RestGateway } from "../../support/rest/rest-gateway.ts";
import { runApi } from "../../support/rest/running-api.ts";
import { CommandRoom } from "../../support/rigs/command-room.ts";
import { publishedCalls } from "./published-calls.ts";
import { suspendedLockRows } from "./suspended-lock-rows.ts";

/** Parameters with which each call reaches the store. */
const params = {
  uuid: aLockId,
  home_id: "h1",
  room_id: "r1",
  room_name: "",
  room_description: "",
  date: 1_893_456_000,
  time: 100,
  name: "K",
  phone: "1",
  password: "777777",
  password_id: 999,
};

function paramsOf({ fields, required }: (typeof publishedCalls)[number]): object {
  const wanted = Object.entries(params).filter(([field]) => {
    if (field === "name") return required.includes(field);
    return field in fields && (fields["uuid"] !== "center" || field !== "uuid");
  });
  const isList = fields["home_id"] === "ids";
  return { ...Object.fromEntries(wanted), ...(isList ? { home_id: ["h1"] } : {}) };
}

describe("a gateway whose disk has failed", () => {
  it("answers 14003 to each call and says that nothing was changed", async () => {
    const gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
    await gateway.room.call("add_home", { home_id: "h1" });
    const headers = await gateway.bearer();
    await gateway.room.store.close();
    for (const published of publishedCalls) {
      const path = `/openapi/v1/${published.name}`;
      const { status, body } = await post(gateway.tcp, path, paramsOf(published), headers);
      // A call that is refused for its parameters does not use the disk.
      if (status < 500) continue;
      const said = [status, body.ErrNo, body.ErrMsg];
      assert.deepEqual(said, [503, 14_003, "nothing was changed"], published.name);
    }
    const read = await call(gateway.tcp, `/openapi/v1/fetch_passwords?uuid=${aLockId}`, {
      headers,
    });
    assert.deepEqual([read.status, read.body.ErrNo], [503, 14_003]);
    await gateway.running.api.close();
  });
});

describe("an internal fault of the gateway", () => {
  it("is 15000 for each call, and reveals nothing internal", async () => {
    const room = await CommandRoom.open();
    const broken = new BrokenStore(room.store);
    const executor = new CommandDispatcher({
      commands,
      store: broken.store,
      sealer: room.vault,
      site: room.site,
      reading: () => room.clock,
      newId: () => "id",
      wake: () => undefined,
      onFault: () => undefined,
    });
    const running = await runApi(room.store, { commands, executor });
    const client_secret = await running.addClient("m", "manager");
    const pair = { client_id: "m", client_secret };
    const { access_token } = (await post(running.tcp, "/openapi/v1/access_token", pair)).body;
    const headers = { authorization: `Bearer ${String(access_token)}` };
    broken.isBroken = true;
    for (const published of publishedCalls) {
      const path = `/openapi/v1/${published.name}`;
      const { status, body } = await post(running.tcp, path, paramsOf(published), headers);
      const said = [status, body.ErrNo, body.ErrMsg];
      assert.deepEqual(said, [500, 15_000, "internal error"], published.name);
    }
    await running.api.close();
    await room.close();
  });
});

/** A store that becomes unreadable at some time, which no command expects. */
class BrokenStore {
  isBroken = false;
  readonly store: Store;

  constructor(store: Store) {
    const reads = new Set<string | symbol>(["get", "list", "operationRange", "journalRange"]);
    this.store = new Proxy(store, {
      get: (target, name) => {
        if (this.isBroken && reads.has(name)) return fail;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

function fail(): never {
  throw new Error("the inner secret of the store");
}

describe("a call on a store that no running gateway reaches", () => {
  let room: CommandRoom;
  beforeEach(async () => {
    room = await CommandRoom.open();
    await room.call("add_home", { home_id: "h1" });
    await room.addLock();
    room.site.remoteResult = { kind: "refused" };
    await room.call("add_home", { home_id: "h2" });
    const words = { room_name: "", room_description: "" };
    await room.call("add_room", { home_id: "h2", room_id: "r2", ...words });
    const binding = { lock: aLockId, homeId: "h2", roomId: "r2", boundAtMs: 0 };
    const ids = [1, 2, 3, 4, 5];
    await room.put(
      put("binding", [aLockId], binding),
      ...ids.map((id) => put("password", [aLockId, id], aPassword({ id }))),
    );
    await room.put(
      ...Array.from({ length: maxRemovals }, (_, at) =>
        put("removal", [`s${at}`], {
          serviceId: `s${at}`,
          homeId: `gone ${at}`,
          waiting: [aLockId],
          atMs: at,
        }),
      ),
    );
  });
  afterEach(async () => {
    assert.deepEqual(room.faults, []);
    await room.close();
  });

  for (const { call: name, about, error, isOfCloud, params: of } of suspendedLockRows) {
    it(`${name} ${about}`, async () => {
      if (isOfCloud === true) {
        room.caller = { transport: "mqtt", name: "cloud", scope: "manager", origin: "cloud" };
      }
      const body = await room.call(name, Reflect.apply(of, null, []));
      assert.equal(body.ErrNo, error === undefined ? 0 : errorTable[error].errNo);
      if (error === undefined) assert.deepEqual([body["state"], body["waiting"]], [1, [aLockId]]);
    });
  }
});

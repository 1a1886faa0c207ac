import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Caller } from "../../../../../daemon/commands/caller.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { createLogger, securityLog, setLogLevel } from "../../../../../daemon/process/log.ts";
import { aLockId } from "../../../../support/records.ts";
import { call, post } from "../../../../support/rest/rest-client.ts";
import { RestGateway } from "../../../../support/rest/rest-gateway.ts";

const local: Caller = { transport: "socket", name: "local", scope: "manager", origin: "local" };

describe("the activity log", () => {
  let gateway: RestGateway;

  beforeEach(async () => {
    gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
    gateway.room.caller = local;
  });

  afterEach(async () => {
    assert.deepEqual(gateway.room.faults, []);
    await gateway.close();
  });

  /** Lines of the activity log and events, each as text. */
  async function noted(): Promise<{ readonly lines: string[]; readonly events: string[] }> {
    const { store } = gateway.room;
    const { tail, head } = store.activityRange();
    const records = await store.readActivities(tail, head - tail + 1);
    const entries = await gateway.room.journal();
    const reported = ["activity", "signInRefused", "callDenied"];
    return {
      lines: records.map((record) => JSON.stringify(record)),
      events: entries
        .filter((entry) => entry.kind === "event" && reported.includes(entry.event))
        .map((entry) => JSON.stringify(entry)),
    };
  }

  it("has a line and an event for each administrative call, with caller and transport", async () => {
    const url = "https://partner.example/secret-key?k=secret-key";
    const before = await noted();
    const calls: readonly (readonly [string, object])[] = [
      ["client_add", { client_id: "partner", scope: "technician" }],
      ["client_remove", { client_id: "partner" }],
      ["callback_add", { url }],
      ["permit_join", { seconds: 30 }],
      ["set_log_level", { level: "fatal" }],
      ["set_log_level", { level: "info" }],
      ["rename_lock", { uuid: aLockId, name: "front" }],
      ["member_put", { user_id: "u1", name: "Ann Other" }],
      ["add_home", { home_id: "h1" }],
      ["support_bundle", {}],
    ];
    for (const [command, params] of calls) {
      const { ErrNo, ErrMsg } = await gateway.room.call(command, params);
      assert.equal(ErrNo, 0, `${command}: ${ErrMsg}`);
      const after = await noted();
      const line = after.lines.at(-1) ?? "";
      assert.match(line, /"operator":\{"id":"local","name":"local"\}/, command);
      assert.match(line, /"transport":"socket"/, command);
      const event = after.events.at(-1) ?? "";
      assert.match(event, new RegExp(`"activity":"${command}"`));
      assert.match(event, /"caller":"local".*"transport":"socket"/, command);
    }
    const after = await noted();
    assert.equal(after.lines.length - before.lines.length, calls.length);
    assert.equal(after.events.length - before.events.length, calls.length);
    assert.doesNotMatch(JSON.stringify(after), /secret-key|Ann Other/);
  });

  it("leaves out no call of the table that changes something", async () => {
    for (const command of commands) {
      if (command.isReadOnly || command.name === "message_acknowledge") continue;
      const { lines } = await noted();
      const reply = await gateway.room.call(command.name, { uuid: aLockId });
      if (reply.ErrNo !== 0) continue;
      assert.equal((await noted()).lines.length, lines.length + 1, command.name);
    }
  });

  it("has no line of a call that was refused", async () => {
    const before = await noted();
    assert.notEqual(await gateway.room.errNo("client_remove", { client_id: "nobody" }), 0);
    assert.notEqual(await gateway.room.errNo("set_log_level", { level: "loud" }), 0);
    assert.deepEqual(await noted(), before);
  });

  it("cannot be washed out by a technician who repeats a call", async () => {
    gateway.room.caller = { transport: "rest", name: "tech", scope: "technician", origin: "local" };
    const before = (await noted()).lines.length;
    for (let count = 0; count < 50; count += 1) {
      await gateway.room.call("set_log_level", { level: "info" });
      await gateway.room.call("support_bundle", {});
    }
    assert.equal((await noted()).lines.length - before, 2);
    gateway.room.clock.nowMs += 11 * 60_000;
    await gateway.room.call("set_log_level", { level: "info" });
    assert.equal((await noted()).lines.length - before, 3);
    gateway.room.clock.nowMs -= 60_000;
    await gateway.room.call("set_log_level", { level: "info" });
    assert.equal((await noted()).lines.length - before, 4, "the time was set back");
  });

  it("has refused sign-ins and denied calls, and no flood of them", async () => {
    const { tcp, running } = gateway;
    await running.addClient("partner", "manager");
    const guess = (client_id: string) =>
      post(tcp, "/openapi/v1/access_token", { client_id, client_secret: "guess" });
    const before = await noted();
    for (let minute = 0; minute < 5; minute += 1) {
      for (let count = 0; count < 30; count += 1) {
        assert.ok([101, 16002].includes((await guess(`secret-typed-here-${count}`)).body.ErrNo));
      }
      running.clock.nowMs += 60_000;
    }
    const headers = await gateway.bearer("technician");
    for (const path of ["fetch_passwords", "client_list", "search_device_op_log"]) {
      const at = `/openapi/v1/${path}?uuid=${aLockId}`;
      assert.equal((await call(tcp, at, { headers })).body.ErrNo, 15014);
    }
    await new Promise((resolve) => setImmediate(resolve));
    const after = await noted();
    const events = after.events.slice(before.events.length);
    assert.equal(after.lines.length - before.lines.length, 2);
    assert.equal(events.length, 2);
    assert.match(events[0] ?? "", /"address":"127.0.0.1","client":"unknown".*"signInRefused"/);
    assert.match(events[1] ?? "", /"call":"fetch_passwords","client":"technician".*"callDenied"/);
    assert.doesNotMatch(JSON.stringify(after), /secret-typed-here/);
    running.clock.nowMs += 11 * 60_000;
    assert.equal((await guess("partner")).body.ErrNo, 101);
    const later = (await noted()).events.at(-1) ?? "";
    assert.match(later, /"client":"partner".*"count":[2-9]/);
  });
});

describe("the log's lines about refused callers", () => {
  it("are written whatever the level is set to, by whomever", () => {
    const lines: string[] = [];
    const logger = createLogger("fatal", { write: (line: string) => void lines.push(line) });
    const security = securityLog(logger);
    const other = logger.child({ part: "api" });
    security.warn({ client: "tech" }, "call denied");
    setLogLevel(logger, "trace");
    setLogLevel(logger, "fatal");
    other.warn("quiet");
    security.warn({ client: "tech" }, "wrong client_id or client_secret");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).msg),
      ["call denied", "wrong client_id or client_secret"],
    );
  });
});

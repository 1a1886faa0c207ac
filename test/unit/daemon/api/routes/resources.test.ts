import assert from "node:assert/strict";
import { request } from "node:http";
import { afterEach, beforeEach, describe, it } from "node:test";
import { resourcesOf } from "../../../../../daemon/api/routes/resources.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { aLockId } from "../../../../support/records.ts";
import { call } from "../../../../support/rest/rest-client.ts";
import { fetchText, RestGateway } from "../../../../support/rest/rest-gateway.ts";
import { within } from "../../../../support/within.ts";

const lock = `/api/locks/${aLockId}`;

describe("the gateway's own resources", () => {
  let gateway: RestGateway;

  beforeEach(async () => {
    gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(gateway.room.faults, []);
    await gateway.close();
  });

  it("stand for commands that there are, with fields that these have", () => {
    const byName = new Map(commands.map((command) => [command.name, command]));
    for (const { command: name, path, fixed } of resourcesOf(commands)) {
      const command = byName.get(name) ?? assert.fail(name);
      const fields = [...path.matchAll(/:([a-z_]+)/g)].map((match) => match[1] ?? "");
      for (const field of [...fields, ...(fixed ?? []).map(([key]) => key)]) {
        assert.ok(field in Reflect.get(command.input, "properties"), `${path}: ${field}`);
      }
    }
  });

  it("lead a password through its life", async () => {
    const { body } = await gateway.send("POST", `${lock}/passwords`, { password: "246810" });
    assert.deepEqual([body.ErrNo, body["id"]], [0, 1]);
    const changed = { name: "K" };
    assert.equal((await gateway.send("PUT", `${lock}/passwords/1`, changed)).body.ErrNo, 0);
    assert.equal((await gateway.send("POST", `${lock}/passwords/1/freeze`)).body.ErrNo, 0);
    assert.equal((await gateway.send("POST", `${lock}/passwords/1/unfreeze`)).body.ErrNo, 0);
    assert.equal((await gateway.send("DELETE", `${lock}/passwords/1`)).body.ErrNo, 0);
    assert.equal((await gateway.send("DELETE", `${lock}/passwords/999`)).body.ErrNo, 15013);
    const list = await gateway.send("GET", `${lock}/passwords`);
    assert.match(JSON.stringify(list.body["passwords"]), /"operation":2,"operation_stage":1/);
  });

  for (const [method, path, body] of [
    ["GET", "/api/stick"],
    ["GET", "/api/network?links=1"],
    ["GET", "/api/clock"],
    ["GET", "/api/log-level"],
    ["PUT", "/api/log-level", { level: "warn" }],
    ["GET", "/api/journal?count=5"],
    ["GET", "/api/support-bundle"],
    ["POST", "/api/pairing", { seconds: 30 }],
    ["DELETE", "/api/pairing"],
    ["GET", "/api/homes"],
    ["GET", "/api/orders"],
    ["GET", "/api/callbacks"],
    ["GET", "/api/locks"],
    ["GET", lock],
    ["PUT", lock, { name: "back door" }],
    ["GET", `${lock}/slots`],
    ["GET", `${lock}/events`],
    ["POST", `${lock}/lock`],
    ["POST", `${lock}/unlock`],
    ["POST", `${lock}/scan`, { count: 2 }],
    ["GET", `${lock}/unmanaged`],
    ["DELETE", lock],
  ] as const) {
    it(`serve ${method} ${path}`, async () => {
      const { status, body: reply } = await gateway.send(method, path, body);
      assert.deepEqual([status, reply.ErrNo, reply.ErrMsg], [200, 0, ""]);
    });
  }

  it("close the network when pairing is deleted", async () => {
    await gateway.send("DELETE", "/api/pairing");
    assert.deepEqual(gateway.room.site.permitted, { seconds: 0, expected: null });
  });

  it("take no field from the body that the path has already", async () => {
    const { status, body } = await gateway.send("POST", `${lock}/unlock`, { uuid: aLockId });
    assert.deepEqual([status, body.ErrNo], [400, 14001]);
    assert.deepEqual(gateway.room.site.operated, []);
  });

  it("name the methods that a path has", async () => {
    const answer = await gateway.send("POST", lock, {});
    assert.deepEqual([answer.status, answer.headers.allow], [405, "GET, PUT, DELETE"]);
  });

  it("need a token with the right scope", async () => {
    assert.equal((await call(gateway.tcp, lock)).body.ErrNo, 101);
    const headers = await gateway.bearer("technician");
    assert.equal((await call(gateway.tcp, lock, { headers })).body.ErrNo, 0);
    const denied = await call(gateway.tcp, `${lock}/unlock`, { method: "POST", headers });
    assert.deepEqual([denied.status, denied.body.ErrNo], [403, 15014]);
    assert.deepEqual(gateway.room.site.operated, []);
  });

  it("draw the network as a picture in which a lock's name is text and nothing else", async () => {
    const name = `<script>alert("1")</script>&'`;
    await gateway.send("PUT", lock, { name });
    const headers = await gateway.bearer();
    const { status, type, text } = await fetchText(gateway.tcp, "/api/network/map.svg", headers);
    assert.deepEqual([status, type], [200, "image/svg+xml; charset=utf-8"]);
    assert.match(
      text,
      /^<svg xmlns[\s\S]*stroke-width[\s\S]*&lt;script&gt;alert\(&quot;1[\s\S]*<\/svg>$/,
    );
    assert.doesNotMatch(text, /<script/);
  });

  it("give Prometheus its numbers, for who has a token", async () => {
    assert.equal((await fetchText(gateway.tcp, "/metrics")).status, 401);
    const headers = await gateway.bearer("technician");
    const { text } = await fetchText(gateway.tcp, "/metrics", headers);
    assert.match(text, /# TYPE latchd_lock_online gauge\n/);
    assert.match(text, /latchd_lock_online\{lock="0x2"\} 0\n/);
    assert.match(
      text,
      /# TYPE latchd_lock_frames_total counter\nlatchd_lock_frames_total\{lock="0x2"\} 7\n/,
    );
  });

  it("give Prometheus a lock's name as one label, whatever is in it", async () => {
    const headers = await gateway.bearer("technician");
    const { text } = await fetchText(gateway.tcp, "/metrics", headers);
    const line = text.split("\n").find((one) => one.startsWith("latchd_lock_info{"));
    const name = String.raw`name="Front \"door\"\\\n{x=\"1\"} 2"`;
    assert.equal(line, `latchd_lock_info{lock="0x2",${name}} 1`);
  });

  it("stream the steps of a pairing as they happen", async () => {
    const headers = await gateway.bearer("installer");
    const text = await within(
      5_000,
      "a step",
      () =>
        new Promise<string>((resolve, reject) => {
          const { port } = gateway.tcp;
          const path = "/api/pairing/events";
          const outgoing = request({ host: "127.0.0.1", port, path, headers }, (response) => {
            let heard = "";
            response.setEncoding("utf8").on("data", (chunk: string) => {
              heard += chunk;
              if (!heard.includes("data: ")) {
                const body = { step: "joined", uuid: aLockId };
                gateway.running.pairing.tell({ event: "joined", body });
                return;
              }
              outgoing.destroy();
              resolve(heard);
            });
          });
          outgoing.on("error", reject);
          outgoing.end();
        }),
    );
    assert.match(text, /id: e:1\nevent: joined\ndata: \{"step":"joined","uuid":"0x/);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { describe, it } from "node:test";
import { eventStreamLimits } from "../../../../../daemon/api/routes/event-stream.ts";
import { call, post } from "../../../../support/rest/rest-client.ts";
import type { RunningApi } from "../../../../support/rest/running-api.ts";
import { aGateway } from "../api-room.ts";

describe("GET /api/events", () => {
  async function watch(running: RunningApi, token: string) {
    const outgoing = request({
      host: "127.0.0.1",
      port: running.tcp.port,
      path: "/api/events",
      headers: { authorization: `Bearer ${token}` },
      agent: false,
    });
    outgoing.end();
    const [response] = await once(outgoing, "response");
    return response;
  }

  async function aToken(running: RunningApi): Promise<string> {
    const client_secret = await running.addClient("me", "technician");
    const grant = await post(running.tcp, "/openapi/v1/access_token", {
      client_id: "me",
      client_secret,
    });
    return String(grant.body["access_token"]);
  }

  const event = { event: "batteryAlarm", body: { detail: { battery_level: 9 } } };

  it("needs a token", async () => {
    const { tcp } = await aGateway();
    assert.equal((await call(tcp, "/api/events")).body.ErrNo, 101);
  });

  it("tells events as they happen", async () => {
    const running = await aGateway();
    const response = await watch(running, await aToken(running));
    assert.equal(response.headers["content-type"], "text/event-stream");
    response.setEncoding("utf8");
    running.events.tell(event);
    let text = "";
    for await (const chunk of response) {
      text += String(chunk);
      if (text.includes("data: ")) break;
    }
    assert.equal(
      text,
      ':\n\nid: e:0\n\nid: e:1\nevent: batteryAlarm\ndata: {"detail":{"battery_level":9}}\n\n',
    );
  });

  it("end with the token", async () => {
    const running = await aGateway();
    const response = await watch(running, await aToken(running));
    const ended = once(response, "end");
    response.resume();
    running.clock.nowMs += 24 * 60 * 60_000;
    running.events.tell(event);
    await ended;
    assert.equal(running.events.watchers, 0);
  });

  it("are watched by a limited number at once", async () => {
    const limits = { ...eventStreamLimits, maxWatchers: 1 };
    const running = await aGateway({ eventLimits: limits });
    const token = await aToken(running);
    const response = await watch(running, token);
    const headers = { authorization: `Bearer ${token}` };
    const { status, body } = await call(running.tcp, "/api/events", { headers });
    assert.deepEqual([status, body.ErrNo], [429, 16002]);
    response.destroy();
  });

  it("cut off who does not read them, and nobody else", async () => {
    const limits = { ...eventStreamLimits, maxBufferedBytes: 64 * 1024, heartbeatMs: 60_000 };
    const running = await aGateway({ eventLimits: limits });
    const token = await aToken(running);
    const slow = await watch(running, token);
    slow.on("error", () => undefined);
    slow.pause();
    const quick = await watch(running, token);
    quick.resume();
    const big = { ...event, body: { text: "x".repeat(32 * 1024) } };
    for (let count = 0; count < 2000 && running.events.watchers === 2; count += 1) {
      running.events.tell(big);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(running.events.watchers, 1);
    assert.match(running.logLines.join(""), /too slow/);
    slow.destroy();
    quick.destroy();
  });
});

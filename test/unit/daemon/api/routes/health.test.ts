import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { call, post } from "../../../../support/rest/rest-client.ts";
import type { RunningApi } from "../../../../support/rest/running-api.ts";
import { aGateway } from "../api-room.ts";

describe("GET /api/health", () => {
  const reason = "the broker of 10.0.0.7 says: no";

  async function aTroubledGateway(): Promise<RunningApi> {
    const running = await aGateway();
    running.health.report = {
      ...running.health.report,
      network: { state: "ok", reason: "channel 15, PAN 6754" },
      cloud: { state: "degraded", reason },
    };
    return running;
  }

  it("needs no token and tells the worst of the parts", async () => {
    const running = await aGateway();
    assert.equal((await call(running.tcp, "/api/health")).body["state"], "ok");
    const { body } = await call((await aTroubledGateway()).tcp, "/api/health");
    assert.equal(body["state"], "degraded");
  });

  it("tells a stranger how each part is, and nothing of why", async () => {
    const { tcp } = await aTroubledGateway();
    for (const headers of [{}, { authorization: "Bearer nobody" }]) {
      const { status, body } = await call(tcp, "/api/health", { headers });
      assert.equal(status, 200);
      const cloud: unknown = Reflect.get(Object(body["parts"]), "cloud");
      assert.deepEqual(cloud, { state: "degraded", reason: "" });
      assert.doesNotMatch(JSON.stringify(body), /PAN|6754|channel|broker|10\.0/);
    }
  });

  it("tells the reason to whoever has a token", async () => {
    const running = await aTroubledGateway();
    const client_secret = await running.addClient("me", "technician");
    const pair = { client_id: "me", client_secret };
    const grant = await post(running.tcp, "/openapi/v1/access_token", pair);
    const headers = { authorization: `Bearer ${grant.body["access_token"]}` };
    const { body } = await call(running.tcp, "/api/health", { headers });
    const cloud: unknown = Reflect.get(Object(body["parts"]), "cloud");
    assert.deepEqual(cloud, { state: "degraded", reason });
  });
});

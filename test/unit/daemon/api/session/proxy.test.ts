import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PageGateway, passphrase } from "../../../../support/rest/page-gateway.ts";
import { type Answer, call } from "../../../../support/rest/rest-client.ts";

const host = "doors.example";
const ownOrigin = `https://${host}`;

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open({ publicUrl: `${ownOrigin}/` });
  await gateway.addAccount("Ann");
});
afterEach(async () => {
  await gateway.close();
});

/** A request as the proxy passes it on. */
async function pass(
  method: string,
  path: string,
  { origin = ownOrigin, cookie = "" } = {},
): Promise<Answer> {
  const body = path === "/api/session" ? { name: "Ann", passphrase } : {};
  return await call(gateway.running.tcp, path, {
    method,
    headers: {
      ...{ host, origin, "x-latchd": "1", "content-type": "application/json" },
      ...(cookie === "" ? {} : { cookie }),
    },
    ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
  });
}

describe("a page behind a proxy with TLS of its own", () => {
  it("signs in, changes things, and has the cookie of TLS", async () => {
    const entered = await pass("POST", "/api/session");
    assert.equal(entered.body.ErrNo, 0, entered.body.ErrMsg);
    const [set = ""] = entered.headers["set-cookie"] ?? [];
    assert.match(set, /^__Host-latchd=.*; Secure$/);
    const cookie = set.split(";")[0] ?? "";
    assert.equal((await pass("POST", "/openapi/v1/list_homes", { cookie })).body.ErrNo, 0);
  });

  it("is refused from another origin", async () => {
    for (const origin of ["http://doors.example", "https://evil.example", "null"]) {
      const { status, body } = await pass("POST", "/api/session", { origin });
      assert.deepEqual([status, body.ErrNo], [403, 15014], origin);
    }
  });
});

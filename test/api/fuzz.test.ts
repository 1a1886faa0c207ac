import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { resources } from "../../daemon/api/resources.ts";
import { commands } from "../../daemon/commands/table.ts";
import { aLockId } from "../support/records.ts";
import { RestGateway } from "../support/rest-gateway.ts";

/** LATCHD_FUZZ_REQUESTS and LATCHD_FUZZ_SEED make it longer, or another. */
const requests = Number(process.env["LATCHD_FUZZ_REQUESTS"] ?? 1000);
const seed = Number(process.env["LATCHD_FUZZ_SEED"] ?? 20_261_123);

const paths = [
  ...commands.map(({ name }) => `/openapi/v1/${name}`),
  ...resources.map(({ path }) => path),
  "/openapi/v1/access_token",
  "/api/health",
  "/metrics",
  "/openapi.json",
  "/docs",
  "/api/network/map.svg",
  "/v1/order_add",
];

const names = [
  ...new Set(commands.flatMap(({ input }) => Object.keys(Reflect.get(input, "properties") ?? {}))),
  "__proto__",
  "constructor",
  "access_token",
  "",
];

const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\u0000", "\ud800", "../..", "0x", "999", "-1", "1e999", "a".repeat(5000)),
);
const oddValue = fc.oneof(
  oddText,
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, false, [], {}, 999, 0, -1, 2 ** 53),
  fc.array(oddText, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...names), oddText, { maxKeys: 3 }),
);
const oddBody = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...names), oddValue, { maxKeys: 6 }) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.constantFrom("{", "[]", "null", "[".repeat(9000), '{"a":1}}', "\ufeff{}"),
  },
);
/** Odd values always: a request that is right by chance would rightly change something. */
const request = fc.record({
  path: fc.constantFrom(...paths),
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"),
  fill: fc.oneof(fc.constant(aLockId), oddText),
  query: fc.option(fc.dictionary(fc.constantFrom(...names), oddText, { maxKeys: 4 }), { nil: {} }),
  body: oddBody,
  type: fc.constantFrom("application/json", "application/json", "text/plain", "x/y;;;"),
  token: fc.constantFrom("manager", "technician", "none", "odd"),
});

describe("any request at all", () => {
  it(`is answered below 500 and leaves the gateway in good health (${requests} requests, seed ${seed})`, async () => {
    const gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
    const tokens: Readonly<Record<string, string>> = {
      manager: await gateway.token("manager"),
      technician: await gateway.token("technician"),
      none: "",
      odd: "AAAA",
    };
    const base = `http://127.0.0.1:${gateway.tcp.port}`;
    const administrator = JSON.stringify(gateway.room.store.get("password", [aLockId, 999]));
    const send = async (one: typeof request extends fc.Arbitrary<infer R> ? R : never) => {
      const filled = one.path.replaceAll(/:[a-z_]+/g, encodeURIComponent(wellFormed(one.fill)));
      const query = new URLSearchParams(one.query ?? {}).toString().slice(0, 3000);
      const token = tokens[one.token] ?? "";
      const hasBody = one.method !== "GET" && one.method !== "HEAD";
      const text = typeof one.body === "string" ? one.body : JSON.stringify(one.body);
      const response = await fetch(`${base}${filled}${query === "" ? "" : `?${query}`}`, {
        method: one.method,
        redirect: "manual",
        headers: {
          "content-type": one.type,
          ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(hasBody ? { body: text } : {}),
      });
      await response.arrayBuffer();
      return response.status;
    };
    let warmBytes = 0;
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        // A connection that was kept may end as it is used again: that is HTTP, not a fault.
        const status = await send(one).catch(() => send(one));
        assert.ok(status < 500, `HTTP ${status}`);
        sent += 1;
        if (sent === Math.floor(requests / 3)) warmBytes = process.memoryUsage.rss();
      }),
      { numRuns: requests, seed, endOnFailure: true },
    );
    assert.deepEqual(gateway.room.faults, []);
    assert.equal(JSON.stringify(gateway.room.store.get("password", [aLockId, 999])), administrator);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.equal((await fetch(`${base}/api/health`)).status, 200);
    assert.ok(process.memoryUsage.rss() - warmBytes < 128 * 1024 * 1024);
    await gateway.close();
  });
});

/** A lone surrogate cannot be put into a URL. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

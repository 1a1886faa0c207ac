import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PageGateway, passphrase } from "../../../../support/rest/page-gateway.ts";
import { fixedTls, issuedFor } from "../../../../support/rest/test-certificate.ts";

const issued = await issuedFor(["gw.local", "127.0.0.1"]);
const ca = issued.authority.cert;

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open({
    allowedHosts: ["gw.local"],
    tls: fixedTls(issued),
  });
});
afterEach(async () => {
  await gateway.close();
});

/** One exchange of a browser at https://gw.local. */
async function exchange(method: string, body: object | null, cookie = "") {
  const { port } = gateway.running.tcp;
  const host = `gw.local:${port}`;
  const page = { "x-latchd": "1", origin: `https://${host}`, "content-type": "application/json" };
  const headers = { host, ...page, ...(cookie === "" ? {} : { cookie }) };
  const outgoing = request({
    ...{ host: "127.0.0.1", servername: "gw.local", port, ca, agent: false },
    ...{ path: "/api/session", method, headers },
  });
  outgoing.end(body === null ? undefined : JSON.stringify(body));
  const [response]: IncomingMessage[] = await once(outgoing, "response");
  assert.ok(response !== undefined);
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { body: JSON.parse(text), setCookie: response.headers["set-cookie"]?.[0] ?? "" };
}

describe("the session's cookie over TLS", () => {
  it("is bound to this host and to TLS, and opens the session", async () => {
    await gateway.addAccount("Ann");
    const { setCookie } = await exchange("POST", { name: "Ann", passphrase });
    assert.match(
      setCookie,
      /^__Host-latchd=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    const cookie = setCookie.split(";")[0] ?? "";
    assert.equal((await exchange("GET", null, cookie)).body.state, "signedIn");
  });

  it("opens nothing under the name that it has without TLS", async () => {
    await gateway.addAccount("Ann");
    const { setCookie } = await exchange("POST", { name: "Ann", passphrase });
    const value = setCookie.slice("__Host-latchd=".length).split(";")[0] ?? "";
    assert.equal((await exchange("GET", null, `latchd=${value}`)).body.state, "signedOut");
  });

  it("is none when two of its name come", async () => {
    await gateway.addAccount("Ann");
    const { setCookie } = await exchange("POST", { name: "Ann", passphrase });
    const cookie = setCookie.split(";")[0] ?? "";
    const planted = `__Host-latchd=${"A".repeat(43)}`;
    for (const two of [`${planted}; ${cookie}`, `${cookie}; ${planted}`]) {
      assert.equal((await exchange("GET", null, two)).body.state, "signedOut", two);
    }
  });

  it("is taken away at the sign-out with the same attributes", async () => {
    await gateway.addAccount("Ann");
    const { setCookie } = await exchange("POST", { name: "Ann", passphrase });
    const cookie = setCookie.split(";")[0] ?? "";
    const out = await exchange("DELETE", {}, cookie);
    assert.equal(
      out.setCookie,
      "__Host-latchd=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0",
    );
    assert.equal((await exchange("GET", null, cookie)).body.state, "signedOut");
  });
});

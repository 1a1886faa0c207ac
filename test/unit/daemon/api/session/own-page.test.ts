import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { PageClient } from "../../../../support/rest/page-client.ts";
import { PageGateway } from "../../../../support/rest/page-gateway.ts";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

describe("a change by the session's cookie", () => {
  const rename = "/openapi/v1/session_end";
  const body = { session_id: "no-such-session" };
  const without = (client: PageClient, header: string) =>
    Object.fromEntries(Object.entries(client.ownHeaders).filter(([name]) => name !== header));

  it("is carried out for a script of the page itself", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    assert.equal((await ann.post(rename, body)).body.ErrNo, 15006);
  });

  for (const header of ["x-latchd", "origin"]) {
    it(`is refused without the header ${header}`, async () => {
      const ann = await gateway.signedIn("Ann", "manager");
      const answer = await ann.send("POST", rename, body, without(ann, header));
      assert.deepEqual([answer.status, answer.body.ErrNo], [403, 15014]);
    });
  }

  it("is refused from a page of another origin", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const headers = { ...ann.ownHeaders, origin: "http://evil.example" };
    assert.equal((await ann.send("POST", rename, body, headers)).body.ErrNo, 15014);
  });

  it("is refused as a form, which a page of another origin could send", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const headers = { ...ann.ownHeaders, "content-type": "text/plain" };
    const answer = await ann.send("POST", rename, body, headers);
    assert.ok(answer.status === 415 || answer.body.ErrNo === 15014, JSON.stringify(answer.body));
  });

  it("is refused as a GET, which a link on another page could cause", async () => {
    const ann = await gateway.signedIn("Ann", "manager");
    const answer = await ann.get("/openapi/v1/unbind_lock?uuid=0x00124b0000000001");
    assert.ok(answer.status === 403 || answer.status === 405, JSON.stringify(answer.body));
  });
});

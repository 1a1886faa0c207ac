import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { LookupFunction } from "node:net";
import { after, before, describe, it } from "node:test";
import { addressFault, urlFault } from "../../../../daemon/callbacks/destination.ts";
import { Poster, type PostResult } from "../../../../daemon/callbacks/poster.ts";

const strict = { isHttpAllowed: false, isPrivateAllowed: false };
const lenient = { isHttpAllowed: true, isPrivateAllowed: true };

/** DNS that says these addresses of every name. */
function saying(...addresses: readonly string[]): LookupFunction {
  return (_host, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
}

describe("the destination of a callback", () => {
  for (const url of [
    "https://partner.example/events",
    "https://93.184.216.34/",
    "https://[2606:2800:220:1::1]/",
    "http://127.0.0.1:8080/",
    "http://localhost:8080/",
    "http://[::1]:8080/",
  ]) {
    it(`is ${url}`, () => assert.equal(urlFault(new URL(url), strict), null));
  }

  for (const [url, why] of [
    ["https://192.168.1.1/", /private/],
    ["https://10.0.0.1/", /private/],
    ["https://172.31.255.1/", /private/],
    ["https://100.64.0.1/", /private/],
    ["https://[fd00::1]/", /private/],
    ["https://[::ffff:192.168.1.1]/", /private/],
    ["https://[64:ff9b::a00:1]/", /private/],
    ["https://0xc0a80101/", /private/],
    ["https://3232235777/", /private/],
    ["https://0300.0250.1.1/", /private/],
    ["https://169.254.169.254/latest/meta-data/", /no address/],
    ["https://[fe80::1]/", /no address/],
    ["https://[::ffff:169.254.169.254]/", /no address/],
    ["https://0.0.0.0/", /no address/],
    ["https://[::]/", /no address/],
    ["https://224.0.0.1/", /no address/],
    ["https://255.255.255.255/", /no address/],
    ["http://partner.example/", /https/],
    ["ftp://partner.example/", /https/],
  ] as const) {
    it(`is not ${url}`, () => assert.match(urlFault(new URL(url), strict) ?? "", why));
  }

  it("may be a private network if the configuration allows it, and never a link-local address", () => {
    assert.equal(urlFault(new URL("http://192.168.1.1/"), lenient), null);
    assert.match(urlFault(new URL("http://169.254.169.254/"), lenient) ?? "", /no address/);
  });

  it("is never an IPv6 address that carries an address of this machine or its link", () => {
    for (const inner of ["a9fe:a9fe", "7f00:1", "7f12:3456", "0:1", "e000:1"]) {
      const [high = "", low = ""] = inner.split(":");
      const flipped = [high, low]
        .map((group) => (Number.parseInt(group, 16) ^ 0xffff).toString(16))
        .join(":");
      for (const address of [
        `::${high}:${low}`,
        `::ffff:0:${high}:${low}`,
        `64:ff9b::${high}:${low}`,
        `64:ff9b:1::${high}:${low}`,
        `2002:${high}:${low}::1`,
        `2001:0:5db8:d822:0:0:${flipped}`,
        `2001:0:${high}:${low}::1`,
        `2606:2800:220:1:0:5efe:${high}:${low}`,
        `2606:2800:220:1:200:5efe:${high}:${low}`,
      ]) {
        if (address === "::0:1") continue;
        const why = urlFault(new URL(`https://[${address}]/`), lenient);
        assert.match(why ?? `${address} is taken`, /no address for callbacks/);
        assert.notEqual(addressFault("partner.example", address, lenient), null);
      }
    }
  });

  it("is no IPv6 address that carries a private address, unless that is allowed", () => {
    for (const address of ["::a00:1", "64:ff9b::c0a8:1", "2002:a00:1::1", "::ffff:10.0.0.1"]) {
      assert.match(urlFault(new URL(`https://[${address}]/`), strict) ?? "", /private/);
      assert.equal(urlFault(new URL(`https://[${address}]/`), lenient), null);
    }
  });

  it("is not this machine by another name, whatever the configuration says", () => {
    for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
      assert.match(addressFault("rebound.example", address, lenient) ?? "", /this machine/);
      assert.equal(addressFault("localhost", address, strict), null);
    }
  });
});

describe("a callback whose name", () => {
  let server: Server;
  let port = 0;
  let calls = 0;

  before(async () => {
    server = createServer((_request, response) => {
      calls += 1;
      response.end('{"ErrNo":0,"ErrMsg":""}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });

  after(() => server.close());

  async function posted(host: string, lookup: LookupFunction): Promise<PostResult> {
    const rules = { isHttpAllowed: true, isPrivateAllowed: false };
    const poster = new Poster(`http://${host}:${port}/`, { rules, lookup });
    const result = await poster.post("{}", new AbortController().signal);
    poster.close();
    return result;
  }

  for (const address of [
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "192.168.1.1",
    "10.1.2.3",
    "169.254.169.254",
    "fe80::1",
    "fd00::1",
    "0.0.0.0",
  ]) {
    it(`leads to ${address} is not called`, async () => {
      const before = calls;
      const result = await posted("partner.example", saying(address));
      assert.equal(result.kind, "unreachable");
      assert.match(result.kind === "unreachable" ? result.why : "", /machine|private|no address/);
      assert.equal(calls, before);
    });
  }

  it("is localhost is called here", async () => {
    const result = await posted("localhost", saying("127.0.0.1"));
    assert.deepEqual(result, { kind: "accepted" });
  });

  it("was rebound after its registration is not called, because each connection looks it up again", async () => {
    const answers = ["93.184.216.34", "127.0.0.1"];
    const lookup: LookupFunction = (host, options, callback) => {
      saying(answers.shift() ?? "127.0.0.1")(host, options, callback);
    };
    assert.equal(urlFault(new URL("https://partner.example/"), strict), null);
    answers.shift();
    const before = calls;
    assert.equal((await posted("partner.example", lookup)).kind, "unreachable");
    assert.equal(calls, before);
  });
});

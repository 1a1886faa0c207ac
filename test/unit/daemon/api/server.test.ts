import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { httpLimits } from "../../../../daemon/api/listener/listener.ts";
import { call, post, sendBytes } from "../../../support/rest/rest-client.ts";
import { aTemporaryStore } from "../../../support/rigs/temporary-store.ts";
import { aGateway, closing } from "./api-room.ts";

const greet = "/openapi/v1/greet";

describe("parameters of a GET", () => {
  it("are read as the schema says", async () => {
    const { tcp } = await aGateway();
    const query = "count=5&text=0012&flag=true&level=1&list=1&list=2&window.begin=3&window.end=4";
    const { body } = await call(tcp, `${greet}?${query}`);
    assert.deepEqual(body["got"], {
      count: 5,
      text: "0012",
      flag: true,
      level: 1,
      list: [1, 2],
      window: { begin: 3, end: 4 },
    });
  });

  it("may give lists and objects as JSON", async () => {
    const { tcp } = await aGateway();
    const query = new URLSearchParams({ list: "[1,2]", window: '{"begin":3,"end":4}' });
    const { body } = await call(tcp, `${greet}?${query}`);
    assert.deepEqual(body["got"], { list: [1, 2], window: { begin: 3, end: 4 } });
  });

  for (const query of ["count=05", "count=1e0", "count=x", "count=11", "flag=1", "colour=blue"]) {
    it(`are refused by name when they do not fit: ${query}`, async () => {
      const { tcp } = await aGateway();
      const { status, body } = await call(tcp, `${greet}?${query}`);
      assert.deepEqual([status, body.ErrNo], [400, 14001]);
      assert.match(body.ErrMsg, new RegExp(query.split("=")[0] ?? ""));
    });
  }

  for (const query of ["text=a&text=b", "__proto__=x", "window.__proto__.x=1", "a.b.c.d.e=1"]) {
    it(`are refused when they cannot be meant: ${query}`, async () => {
      const { tcp } = await aGateway();
      const { status, body } = await call(tcp, `${greet}?${query}`);
      assert.deepEqual([status, body.ErrNo], [400, 14001]);
    });
  }
});

describe("bodies", () => {
  const json = { "content-type": "application/json" };

  it("may carry a charset and may be absent", async () => {
    const { tcp } = await aGateway();
    const type = { "content-type": "application/json; charset=utf-8" };
    assert.equal((await post(tcp, greet, { text: "ü" }, type)).body.ErrNo, 0);
    assert.equal((await call(tcp, greet, { method: "POST" })).body.ErrNo, 0);
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    it(`get 415 as ${type}`, async () => {
      const { tcp } = await aGateway();
      const headers = { "content-type": type };
      const { status, body } = await call(tcp, greet, { method: "POST", headers, body: "{}" });
      assert.deepEqual([status, body.ErrNo], [415, 14001]);
    });
  }

  const malformed = ["{", "[]", "5", "null", '{"a":1}x', '{"text":"\u0000"'];
  for (const body of malformed) {
    it(`are refused unless they are a JSON object: ${JSON.stringify(body)}`, async () => {
      const { tcp } = await aGateway();
      const answer = await call(tcp, greet, { method: "POST", headers: json, body });
      assert.deepEqual([answer.status, answer.body.ErrNo], [400, 14001]);
      assert.match(answer.body.ErrMsg, /^body: /);
    });
  }

  for (const name of ["__proto__", "constructor", "prototype"]) {
    it(`are refused with a field ${name}, however deep`, async () => {
      const { tcp } = await aGateway();
      const body = `{"window":{"${name}":{"isAdmin":true}}}`;
      const answer = await call(tcp, greet, { method: "POST", headers: json, body });
      assert.deepEqual([answer.status, answer.body.ErrNo], [400, 14001]);
      assert.match(answer.body.ErrMsg, new RegExp(name));
      assert.equal(Reflect.get({}, "isAdmin"), undefined);
    });
  }

  it("nested too deeply are refused, also to the brim of what may be sent", async () => {
    const { tcp } = await aGateway();
    for (const depth of [17, 10_000]) {
      const body = `{"list":${"[".repeat(depth)}${"]".repeat(depth)}}`;
      const answer = await call(tcp, greet, { method: "POST", headers: json, body });
      assert.deepEqual([answer.status, answer.body.ErrNo], [400, 14001]);
      assert.match(answer.body.ErrMsg, /nested/);
    }
  });

  it("longer than 64 KiB are answered with 413", async () => {
    const { tcp } = await aGateway();
    const body = JSON.stringify({ text: "x".repeat(httpLimits.maxBodyBytes) });
    const answer = await call(tcp, greet, { method: "POST", headers: json, body });
    assert.deepEqual([answer.status, answer.body.ErrNo], [413, 14001]);
  });
});

describe("routes", () => {
  it("answer 15007 to a call that does not exist", async () => {
    const { tcp } = await aGateway();
    const { status, body } = await post(tcp, "/openapi/v1/open_sesame", {});
    assert.deepEqual([status, body.ErrNo], [404, 15007]);
  });

  it("answer 404 as JSON to a path that does not exist", async () => {
    const { tcp } = await aGateway();
    for (const path of ["/etc", "/etc/passwd", "/openapi/v1/../../x", "/openapi/v1/"]) {
      const { status, body } = await call(tcp, path);
      assert.deepEqual([status, body.ErrNo], [404, 15007], path);
    }
  });

  it("answer 405 with Allow to a method that is not served", async () => {
    const running = await aGateway();
    const got = await call(running.tcp, "/openapi/v1/manage");
    assert.deepEqual([got.status, got.body.ErrNo, got.headers.allow], [405, 15007, "POST"]);
    const put = await call(running.tcp, greet, { method: "PUT" });
    assert.deepEqual([put.status, put.headers.allow], [405, "GET, POST"]);
    const token = await call(running.tcp, "/openapi/v1/access_token?client_id=a&client_secret=b");
    assert.deepEqual([token.status, token.headers.allow], [405, "POST"]);
    assert.equal((await call(running.tcp, "/api/health", { method: "DELETE" })).status, 405);
  });

  it("serve the same calls under /v1, where the API prints its orders", async () => {
    const { tcp } = await aGateway();
    assert.equal((await call(tcp, "/v1/greet")).body.ErrNo, 0);
  });

  it("answer 400 to a URL that cannot be decoded and 414 to one that is too long", async () => {
    const { tcp } = await aGateway();
    const broken = await call(tcp, "/openapi/v1/%zz");
    assert.deepEqual([broken.status, broken.body.ErrNo], [400, 14001]);
    const long = await call(tcp, `${greet}?text=${"x".repeat(httpLimits.maxUrlLength)}`);
    assert.deepEqual([long.status, long.body.ErrNo], [414, 14001]);
  });

  it("refuse a POST with parameters in its query", async () => {
    const { tcp } = await aGateway();
    assert.equal((await post(tcp, `${greet}?text=a`, {})).body.ErrNo, 14001);
  });

  it("answer 15000 to a broken invariant, telling nothing and logging it", async () => {
    const running = await aGateway({ socket: false });
    const secret = await running.addClient("me", "technician");
    const grant = await post(running.tcp, "/openapi/v1/access_token", {
      client_id: "me",
      client_secret: secret,
    });
    const { status, body } = await post(running.tcp, "/openapi/v1/break_down", {
      access_token: grant.body["access_token"],
    });
    assert.deepEqual([status, body.ErrNo], [500, 15000]);
    assert.doesNotMatch(JSON.stringify(body), /inner secret/);
    assert.match(running.logLines.join(""), /inner secret/);
  });

  it("answer 14003 to access_token when the disk did not take it", async () => {
    const temp = await aTemporaryStore();
    closing.push(() => temp.remove());
    const write = () => Promise.reject(new Error("disk full"));
    const { tcp } = await aGateway({ credentials: { view: temp.store, write } });
    const pair = { client_id: "a", client_secret: "b" };
    const { status, body } = await post(tcp, "/openapi/v1/access_token", pair);
    assert.deepEqual([status, body.ErrNo], [503, 14003]);
  });

  it("answer 14003 when the disk did not take a command", async () => {
    const running = await aGateway({
      executor: {
        execute: () => Promise.reject(new Error("disk full")),
        executeFromCloud: () => Promise.reject(new Error("disk full")),
      },
    });
    const { status, body } = await call(running.tcp, greet);
    assert.deepEqual([status, body.ErrNo], [503, 14003]);
    assert.match(running.logLines.join(""), /disk full/);
  });
});

describe("a browser on the same network", () => {
  it("cannot reach it under a foreign host name (DNS rebinding)", async () => {
    const { tcp } = await aGateway({ allowedHosts: ["gw.local"] });
    const under = async (host: string) => (await call(tcp, greet, { headers: { host } })).status;
    assert.equal(await under("evil.example"), 421);
    assert.equal(await under("127.0.0.1.evil.example:8480"), 421);
    assert.equal(await under("192.168.1.7"), 421);
    assert.equal(await under("localhost:8480"), 200);
    assert.equal(await under("[::1]:8480"), 200);
    assert.equal(await under("127.0.0.1"), 200);
    assert.equal(await under("GW.local"), 200);
  });

  it("cannot POST from a page of another origin", async () => {
    const { tcp } = await aGateway();
    const host = `localhost:${tcp.port}`;
    const from = async (origin: string) => {
      const { status, body } = await post(tcp, greet, {}, { host, origin });
      return [status, body.ErrNo];
    };
    assert.deepEqual(await from("http://evil.example"), [403, 15014]);
    assert.deepEqual(await from("null"), [403, 15014]);
    assert.deepEqual(await from(`https://${host}`), [403, 15014]);
    assert.deepEqual(await from(`http://${host}`), [200, 0]);
  });

  it("gets no permission to read across origins, and a strict content policy", async () => {
    const { tcp } = await aGateway();
    for (const answer of [await call(tcp, greet), await call(tcp, "/nowhere")]) {
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
      assert.match(String(answer.headers["content-security-policy"]), /default-src 'self'/);
      assert.equal(answer.headers["x-content-type-options"], "nosniff");
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
    }
  });
});

describe("what is no proper HTTP", () => {
  it("is answered with 400 and the connection closed", async () => {
    const { tcp } = await aGateway();
    const head = "POST /openapi/v1/greet HTTP/1.1\r\nHost: localhost\r\n";
    const attempts = [
      "HELLO\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      `${head}X: a\rb\r\n\r\n`,
    ];
    for (const bytes of attempts) {
      assert.match(await sendBytes(tcp.port, bytes), /^HTTP\/1\.1 400 /, JSON.stringify(bytes));
    }
  });

  it("gets 431 as JSON when its headers are too long", async () => {
    const { tcp } = await aGateway();
    const long = "x".repeat(httpLimits.maxHeaderBytes);
    const answer = await sendBytes(
      tcp.port,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${long}\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 431 /);
    assert.match(answer, /"ErrNo":14001/);
  });

  it("is cut off when there are too many connections, the oldest first, and a whole request is answered", async () => {
    const running = await aGateway();
    const idle: Socket[] = [];
    for (let count = 0; count < httpLimits.maxConnections; count += 1) {
      const socket = connect({ host: "127.0.0.1", port: running.tcp.port });
      socket.on("error", () => undefined);
      await once(socket, "connect");
      idle.push(socket.resume());
    }
    assert.equal((await call(running.tcp, greet)).body.ErrNo, 0);
    const [oldest] = idle;
    if (oldest?.closed === false) await once(oldest, "close");
    assert.equal(idle.at(-1)?.closed, false);
    for (const socket of idle) socket.destroy();
  });
});

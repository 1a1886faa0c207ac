import assert from "node:assert/strict";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { httpLimits } from "../../../../daemon/api/listener/listener.ts";
import { aLockId } from "../../../support/records.ts";
import { call, sendBytes } from "../../../support/rest/rest-client.ts";
import { RestGateway } from "../../../support/rest/rest-gateway.ts";
import { within } from "../../../support/within.ts";

describe("an attacker with a raw connection to the API", () => {
  let gateway: RestGateway;

  beforeEach(async () => {
    gateway = await RestGateway.open();
    await gateway.room.addSetUpLock();
  });

  afterEach(async () => {
    assert.deepEqual(gateway.room.faults, []);
    await gateway.close();
  });

  it("cannot block the API with idle connections: they are few, and their number is bounded", async () => {
    const sockets = Array.from({ length: httpLimits.maxConnections + 20 }, () => {
      const socket = connect({ host: "127.0.0.1", port: gateway.tcp.port });
      socket.on("error", () => undefined);
      return socket;
    });
    const closed = () => sockets.filter((socket) => socket.closed).length;
    await within(10_000, "the surplus to be closed", async () => {
      while (closed() < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    for (const socket of sockets) socket.destroy();
    await within(10_000, "a connection to be free again", async () => {
      for (;;) {
        const status = await call(gateway.tcp, "/api/health").then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 200) return;
      }
    });
  });

  for (const [what, bytes] of [
    [
      "two lengths",
      "POST /openapi/v1/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\n{}",
    ],
    [
      "length and chunks",
      "POST /openapi/v1/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "an odd encoding",
      "POST /openapi/v1/x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    ],
    ["a bare line feed", "GET /api/health HTTP/1.1\nhost: localhost\n\n"],
    ["a folded header", "GET /api/health HTTP/1.1\r\nhost: localhost\r\nx: a\r\n b\r\n\r\n"],
    ["no host", "GET /api/health HTTP/1.1\r\n\r\n"],
    ["two hosts", "GET /api/health HTTP/1.1\r\nhost: localhost\r\nhost: evil\r\n\r\n"],
    ["a return inside a header", "GET /api/health HTTP/1.1\r\nhost: localhost\r\nx: a\rb\r\n\r\n"],
  ] as const) {
    it(`cannot smuggle a request by ${what}`, async () => {
      const answer = await within(20_000, "the end of the connection", () =>
        sendBytes(gateway.tcp.port, bytes),
      );
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
      assert.ok(statuses.length <= 1, answer);
      assert.ok(statuses[0] === undefined || /^4/.test(statuses[0]), answer);
    });
  }

  it("cannot have the answer to a request replaced by a refusal of what comes behind it", async () => {
    const { authorization = "" } = await gateway.bearer();
    const head = `host: localhost\r\nauthorization: ${authorization}\r\n`;
    const deletion = `DELETE /api/locks/${aLockId} HTTP/1.1\r\n${head}\r\n`;
    const answer = await within(20_000, "the end of the connection", () =>
      sendBytes(gateway.tcp.port, `${deletion}{"garbage": 1}\r\n\r\n`),
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /"was_told":1/);
    assert.equal(gateway.room.store.get("lock", [aLockId]), undefined);
  });

  it("cannot put a refusal into the midst of a stream of events", async () => {
    const { authorization = "" } = await gateway.bearer();
    const socket = connect({ host: "127.0.0.1", port: gateway.tcp.port });
    let heard = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      if (heard.includes(":\n\n")) socket.write("\u0001 garbage\r\n\r\n");
    });
    socket.on("error", () => undefined);
    const head = `host: localhost\r\nauthorization: ${authorization}\r\n`;
    socket.write(`GET /api/events HTTP/1.1\r\n${head}\r\n`);
    await within(20_000, "the end of the connection", async () => {
      while (!socket.closed) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    assert.equal(heard.match(/HTTP\/1\.1/g)?.length, 1);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConnectionShares } from "../../../../../daemon/api/listener/connection-shares.ts";
import { noteKnownCaller } from "../../../../../daemon/api/listener/known-callers.ts";
import { httpLimits } from "../../../../../daemon/api/listener/listener.ts";
import { PageGateway } from "../../../../support/rest/page-gateway.ts";

/** Connections of one test. */
class Connections {
  readonly #open: Socket[] = [];

  /** Opens connections one after the other, each after the answer to what the one before sent. */
  async open(count: number, port: number, bytes = ""): Promise<readonly Socket[]> {
    const made: Socket[] = [];
    for (let at = 0; at < count; at += 1) {
      const socket = connect({ host: "127.0.0.1", port });
      socket.on("error", () => undefined);
      this.#open.push(socket);
      made.push(socket);
      await once(socket, "connect");
      if (bytes !== "") {
        socket.write(bytes);
        await once(socket, "data");
      }
      socket.resume();
    }
    return made;
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

/** Returns which of these the server has closed, once `count` of them are. */
async function closedOf(sockets: readonly Socket[], count: number): Promise<readonly number[]> {
  const closed = () => sockets.flatMap((socket, at) => (socket.closed ? [at] : []));
  while (closed().length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  return closed();
}

describe("the connections of one address", () => {
  const limits = { maxConnections: 9, maxPerAddress: 3, maxKnownPerAddress: 4 };
  const asKnown = "GET / HTTP/1.1\r\nhost: gw\r\nx-known: 1\r\n\r\n";
  const asStranger = "GET / HTTP/1.1\r\nhost: gw\r\n\r\n";
  let server: Server;
  let port: number;
  let connections: Connections;

  beforeEach(async () => {
    server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      if (request.headers["x-known"] === "1") noteKnownCaller(request);
      if (request.url !== "/wait") response.end("ok");
      else response.write("begun");
    });
    new ConnectionShares(server, limits);
    server.listen({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    port = address.port;
    connections = new Connections();
  });
  afterEach(async () => {
    connections.close();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  it("close the oldest stranger's, and none of a known caller, when a stranger has one too many", async () => {
    const known = await connections.open(4, port, asKnown);
    const strangers = await connections.open(5, port, asStranger);
    assert.deepEqual(await closedOf(strangers, 2), [0, 1]);
    assert.deepEqual(await closedOf(known, 0), []);
  });

  it("count as strangers' what known callers have above their share", async () => {
    const known = await connections.open(7, port, asKnown);
    assert.deepEqual(await closedOf(known, 0), []);
    await connections.open(1, port);
    assert.deepEqual(await closedOf(known, 1), [0]);
  });

  it("never close one whose request is being answered: the new one is closed", async () => {
    const waiting = asStranger.replace("/", "/wait");
    const busy = await connections.open(3, port, waiting);
    const refused = await connections.open(1, port);
    assert.deepEqual(await closedOf(refused, 1), [0]);
    assert.deepEqual(await closedOf(busy, 0), []);
  });
});

describe("six people in an office whose network shows one address", () => {
  it("keep all connections of their browsers while strangers there open more than they may", async () => {
    const gateway = await PageGateway.open();
    const connections = new Connections();
    const { port } = gateway.running.tcp;
    const browsers: Socket[] = [];
    for (let person = 0; person < 6; person += 1) {
      const client = await gateway.signedIn(`Ann ${person}`);
      const bytes = `GET /api/session HTTP/1.1\r\nhost: localhost:${port}\r\ncookie: ${client.cookie}\r\n\r\n`;
      browsers.push(...(await connections.open(6, port, bytes)));
    }
    const strangers = await connections.open(httpLimits.maxPerAddress + 8, port);
    await closedOf(strangers, 8);
    assert.deepEqual(await closedOf(browsers, 0), []);
    connections.close();
    await gateway.close();
  });
});

import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Callbacks } from "../../../../daemon/callbacks/callbacks.ts";
import type { DeliveryStatus } from "../../../../daemon/callbacks/delivery.ts";
import { checkedLookup } from "../../../../daemon/callbacks/destination.ts";
import { EventEnvelopes } from "../../../../daemon/callbacks/envelopes.ts";
import type { Caller } from "../../../../daemon/commands/caller.ts";
import { timestampOf } from "../../../../daemon/core/model/clock.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLockId } from "../../../support/records.ts";
import { RestGateway } from "../../../support/rest/rest-gateway.ts";
import { within } from "../../../support/within.ts";

const limitMs = 20_000;
const rules = { isHttpAllowed: false, isPrivateAllowed: false };
const time = { nowMs: 1_800_000_000_000, state: "synced" } as const;

/** A listener of this machine, and how often somebody has come to its door. */
class Listener {
  connections = 0;
  readonly #server: Server;

  private constructor(answer: RequestListener) {
    this.#server = createServer(answer);
    this.#server.on("connection", () => {
      this.connections += 1;
    });
  }

  static async start(answer: RequestListener): Promise<Listener> {
    const listener = new Listener(answer);
    await new Promise<void>((resolve) => listener.#server.listen(0, "127.0.0.1", resolve));
    return listener;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What somebody with a manager's token tries to have the gateway reach, by events that really happen. */
describe("a callback's URL", () => {
  let gateway: RestGateway;
  let callbacks: Callbacks;
  /** What the gateway expects nobody from outside at: its stick's bridge, its broker, its own API. */
  let inside: Listener;
  /** Addresses that DNS tells, whatever the name. */
  let addresses: readonly string[];

  beforeEach(async () => {
    gateway = await RestGateway.open();
    inside = await Listener.start((_request, response) => response.end('{"ErrNo":0,"ErrMsg":""}'));
    const { store } = gateway.room;
    const envelopes = new EventEnvelopes({
      gatewayId: "gw-1",
      nameOf: () => ({ homeId: "h1", roomId: null, nickname: "front door" }),
      openSealed: () => assert.fail("no codes here"),
    });
    const lookup: LookupFunction = (_host, _options, callback) => {
      const family = (address: string) => (address.includes(":") ? 6 : 4);
      callback(
        null,
        addresses.map((address) => ({ address, family: family(address) })),
      );
    };
    callbacks = new Callbacks(
      {
        store,
        reading: () => time,
        envelopeOf: (record) => envelopes.of(record),
        gapEnvelope: (from, to) => envelopes.ofGap(from, to, time),
        onSkipped: () => undefined,
        waits: { leastMs: 1, firstMs: 2, longestMs: 5 },
        random: () => 0.5,
      },
      { caFile: undefined, rules, lookup, onFault: (cause) => assert.fail(String(cause)) },
    );
    callbacks.start();
  });

  afterEach(async () => {
    await callbacks.stop();
    await inside.close();
    await gateway.close();
  });

  async function register(url: string): Promise<void> {
    // On the gateway itself: over the network this machine cannot even be named.
    const caller: Caller = {
      transport: "socket",
      name: "local",
      scope: "manager",
      origin: "local",
    };
    const reply = await gateway.room.executor.execute({
      ...{ command: "callback_add", params: { url }, caller },
    });
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    callbacks.refresh();
    await callbacks.idle();
  }

  async function happen(): Promise<void> {
    const event = { kind: "event", event: "wrongPwdAlarm", lock: aLockId, detail: null } as const;
    const stamp = timestampOf(time);
    await gateway.room.store.commit({ changes: [], journal: [event] }, stamp);
  }

  async function status(isIt: (one: DeliveryStatus) => boolean): Promise<DeliveryStatus> {
    return await within(limitMs, "the state of the callback", async () => {
      for (;;) {
        const found = callbacks.statuses.find(isIt);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
  }

  for (const [named, why] of [
    [["127.0.0.1"], /127\.0\.0\.1 is this machine/],
    [["::1", "127.0.0.1"], /::1 is this machine/],
    [["::ffff:127.0.0.1"], /is this machine/],
    [["192.168.1.20"], /private network/],
    [["fd00::1", "10.0.0.1"], /private network/],
    [["169.254.169.254"], /no address for callbacks/],
    [["0.0.0.0"], /no address for callbacks/],
  ] as const) {
    it(`is never called if its name leads to ${named.join(" and ")}`, async () => {
      addresses = named;
      await register(`https://partner.example:${inside.port}/`);
      await happen();
      const { lastError, delivered, backlog } = await status((one) => one.lastError !== "");
      assert.match(lastError, why);
      assert.deepEqual([delivered, backlog, inside.connections], [0, 1, 0]);
    });
  }

  it("may not name this machine if it comes over the network", async () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const hosts = ["127.0.0.1", "127.1.2.3", "localhost", "[::1]", "[::ffff:127.0.0.1]"];
    for (const { address, family } of own) {
      if (!address.startsWith("fe80")) hosts.push(family === "IPv6" ? `[${address}]` : address);
    }
    for (const host of hosts) {
      const url = `http://${host}:${inside.port}/`;
      const { body } = await gateway.send("POST", "/api/callbacks", { url });
      assert.equal(body.ErrNo, 14001, url);
      assert.match(body.ErrMsg, /^url: /);
      const caller: Caller = {
        transport: "mqtt",
        name: "cloud",
        scope: "manager",
        origin: "cloud",
      };
      const request = { command: "callback_add", params: { url }, caller };
      assert.equal((await gateway.room.executor.execute(request)).ErrNo, 14001, url);
    }
    assert.deepEqual([...gateway.room.store.list("callback")], []);
  });

  it("is not called on this machine if its record came over the network", async () => {
    const url = `http://localhost:${inside.port}/`;
    const { epoch, head } = gateway.room.store.journalRange();
    const record = { callbackId: "a", url, createdAtMs: 0, epoch, afterSeq: head, isLocal: false };
    await gateway.room.put(put("callback", ["a"], record));
    callbacks.refresh();
    await callbacks.idle();
    await happen();
    const { lastError } = await status((one) => one.lastError !== "");
    assert.match(lastError, /this machine/);
    assert.equal(inside.connections, 0);
  });

  it("is not called any more once its name leads to a forbidden address", async () => {
    let calls = 0;
    const partner = await Listener.start((_request, response) => {
      calls += 1;
      // The next event needs a new connection, so a new look-up.
      response.setHeader("connection", "close").end('{"ErrNo":0,"ErrMsg":""}');
    });
    addresses = ["127.0.0.1"];
    await register(`http://localhost:${partner.port}/`);
    await happen();
    await status((one) => one.delivered === 1 && one.state === "idle");
    addresses = ["192.168.1.20"];
    await happen();
    assert.match((await status((one) => one.lastError !== "")).lastError, /private network/);
    assert.equal(calls, 1);
    addresses = ["127.0.0.1"];
    await status((one) => one.delivered === 2);
    await callbacks.stop();
    await partner.close();
  });

  it("is not followed to another address by a redirect", async () => {
    const statuses = [301, 302, 303, 307, 308];
    let calls = 0;
    const partner = await Listener.start((_request, response) => {
      const redirect = statuses[calls];
      calls += 1;
      if (redirect === undefined) response.end('{"ErrNo":0,"ErrMsg":""}');
      else response.writeHead(redirect, { location: `http://127.0.0.1:${inside.port}/` }).end();
    });
    addresses = ["127.0.0.1"];
    await register(`http://localhost:${partner.port}/`);
    await happen();
    await status((one) => one.delivered === 1);
    assert.deepEqual([calls, inside.connections], [statuses.length + 1, 0]);
    await callbacks.stop();
    await partner.close();
  });

  it("is called only at the public ones of its addresses", async () => {
    addresses = ["93.184.216.34", "127.0.0.1", "10.0.0.1", "2606:2800:220:1::1"];
    const answers: LookupFunction = (_host, _options, callback) => {
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };
    const found = await new Promise((resolve, reject) => {
      checkedLookup(rules, answers)("partner.example", { all: true }, (error, list) => {
        if (error === null) resolve(list);
        else reject(error);
      });
    });
    assert.deepEqual(found, [
      { address: "93.184.216.34", family: 4 },
      { address: "2606:2800:220:1::1", family: 6 },
    ]);
  });
});

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { Secret } from "../../../../daemon/core/model/secret.ts";
import type { CloudSyncOptions } from "../../../../sync/options.ts";
import { Authority, type Certificate } from "../../../support/cloud/certificates.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";
import { WebSocketDoor } from "../../../support/cloud/web-socket-door.ts";
import { type TestGateway, TestGateways } from "../../../unit/sync/test-gateway.ts";

const gateways = new TestGateways();
let authority: Authority;
let other: Authority;
let server: Certificate;

before(async () => {
  authority = await Authority.make("authority");
  other = await Authority.make("another");
  server = await authority.issue("broker", "IP:127.0.0.1");
});
afterEach(() => gateways.close());

const tlsLines = ["cafile %d/ca.pem", "certfile %d/cert.pem", "keyfile %d/key.pem"];

function tlsFiles(certificate: Certificate): Record<string, string> {
  return { "ca.pem": authority.cert, "cert.pem": certificate.cert, "key.pem": certificate.key };
}

async function arrives(options: Omit<CloudSyncOptions, "digest">): Promise<TestGateway> {
  // No cloud is subscribed in this test.
  const gateway = await gateways.make({ ...options, unheardWaitMs: 0 });
  await gateway.happen(3);
  gateway.sync.start();
  await gateway.until(() => gateway.sync.state().cursor === 3);
  return gateway;
}

async function isRefused(options: Omit<CloudSyncOptions, "digest">): Promise<TestGateway> {
  // No cloud is subscribed in this test.
  const gateway = await gateways.make({ ...options, unheardWaitMs: 0 });
  await gateway.happen(3);
  gateway.sync.start();
  await gateway.until(() => gateway.sync.state().alarm?.cause === "untrusted");
  const { connected, cursor } = gateway.sync.state();
  assert.deepEqual([connected, cursor], [false, 0]);
  return gateway;
}

for (const scheme of ["mqtts", "wss"] as const) {
  describe(`a broker behind ${scheme}`, () => {
    let broker: Mosquitto;
    let door: WebSocketDoor;
    let url: string;

    before(async () => {
      const isPlain = scheme === "wss";
      broker = await Mosquitto.start(isPlain ? {} : { config: tlsLines, files: tlsFiles(server) });
      door = await WebSocketDoor.before(broker.port, server);
      url = `${scheme}://127.0.0.1:${isPlain ? door.port : broker.port}`;
    });
    after(async () => {
      await door.stop();
      await broker.stop();
    });

    it("gets a connection if the configured authority certifies its name", async () => {
      await arrives({ url, ca: authority.cert });
    });

    it("gets no message if another or no known authority certifies it", async () => {
      await isRefused({ url, ca: other.cert });
      await isRefused({ url });
    });

    it("gets no message under a name that is not in its certificate", async () => {
      await isRefused({ url: url.replace("127.0.0.1", "localhost"), ca: authority.cert });
    });

    it("is not trusted because of the environment", async () => {
      process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
      try {
        await isRefused({ url });
      } finally {
        delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      }
    });
  });
}

describe("a broker with a certificate that it signed itself", () => {
  it("gets no message from the gateway", async () => {
    const broker = await Mosquitto.start({
      config: tlsLines,
      files: tlsFiles(await Authority.make("127.0.0.1")),
    });
    try {
      await isRefused({ url: broker.url.replace("mqtt:", "mqtts:"), ca: authority.cert });
    } finally {
      await broker.stop();
    }
  });
});

describe("a broker that requires a certificate of the gateway", () => {
  let broker: Mosquitto;
  let url: string;

  before(async () => {
    broker = await Mosquitto.start({
      config: [...tlsLines, "require_certificate true", "use_identity_as_username true"],
      files: tlsFiles(server),
    });
    url = broker.url.replace("mqtt:", "mqtts:");
  });
  after(() => broker.stop());

  for (const protocol of [5, 4] as const) {
    it(`accepts a gateway that presents it (MQTT ${protocol === 5 ? "5" : "3.1.1"})`, async () => {
      const { cert, key } = await authority.issue("gw-1", "DNS:gw-1");
      await arrives({ url, protocol, ca: authority.cert, cert, key: new Secret(key) });
    });
  }

  it("refuses a gateway without one, or with one of another authority", async () => {
    const { cert, key } = await other.issue("gw-1", "DNS:gw-1");
    for (const own of [{}, { cert, key: new Secret(key) }]) {
      const gateway = await gateways.make({ url, ca: authority.cert, unheardWaitMs: 0, ...own });
      gateway.sync.start();
      await gateway.until(() => gateway.sync.state().lastError !== null);
      assert.equal(gateway.sync.state().connected, false);
    }
  });
});

describe("several brokers", () => {
  it("are tried in turn over ws and tcp until one is reached", async () => {
    const dead = await Mosquitto.start();
    await dead.kill();
    const next = await Mosquitto.start();
    const door = await WebSocketDoor.before(next.port);
    const url = [dead.url, `ws://127.0.0.1:${door.port}`, next.url];
    try {
      const gateway = await arrives({ url });
      await door.stop();
      await gateway.until(() => !gateway.sync.state().connected);
      await gateway.happen(2);
      await gateway.until(() => gateway.sync.state().cursor === 5);
    } finally {
      await dead.stop();
      await next.stop();
    }
  });
});

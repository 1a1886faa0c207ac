import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CloudSyncOptions } from "../../../../sync/options.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";
import { type TestGateway, TestGateways } from "../../../unit/sync/test-gateway.ts";

for (const protocol of [5, 4] as const) {
  describe(`CloudSync with mosquitto, MQTT ${protocol === 5 ? "5" : "3.1.1"}`, () => {
    let broker: Mosquitto;
    let cloud: Cloud;
    const gateways = new TestGateways();

    beforeEach(async () => {
      broker = await Mosquitto.start();
      cloud = await Cloud.connect({ url: broker.url, protocol, fillsGaps: true });
    });

    afterEach(async () => {
      await gateways.close();
      await cloud.close();
      await broker.stop();
    });

    function aGateway(options: Partial<CloudSyncOptions> = {}): Promise<TestGateway> {
      return gateways.make({ url: broker.url, protocol, ...options });
    }

    it("delivers every record in sequence, once", async () => {
      const gateway = await aGateway();
      await gateway.happen(1000);
      gateway.sync.start();
      await cloud.online("gw-1");
      for (let count = 0; count < 50; count += 1) await gateway.happen(1);
      const view = await cloud.upTo("gw-1", 1050);
      assert.deepEqual([view.received, view.repeats, view.lateArrivals], [1050, 0, 0]);
    });

    it("delivers every record once although the broker is killed during the transfer", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      await gateway.happen(3000);
      await cloud.upTo("gw-1", 500);
      await broker.kill();
      await gateway.until(() => !gateway.sync.state().connected);
      for (let batch = 0; batch < 30; batch += 1) await gateway.happen(100);
      await broker.restart();
      await cloud.until("the gateway to come back", () =>
        cloud.gateway("gw-1").presences.length >= 2 ? true : null,
      );
      // Records that the broker acknowledged but did not deliver are a gap. The cloud detects the
      // gap now or with the next record, and requests a replay.
      await gateway.until(() => gateway.sync.state().backlog === 0);
      await gateway.happen(1);
      const view = await cloud.upTo("gw-1", 6001);
      assert.deepEqual([view.received, view.gaps.length, view.epochs.length], [6001, 0, 1]);
    });

    it("delivers every record although the broker lost the cloud's subscription and the cloud comes late", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      await cloud.close();
      await broker.kill();
      await gateway.until(() => !gateway.sync.state().connected);
      await broker.restart();
      await gateway.until(() => gateway.sync.state().connected);
      await gateway.happen(40);
      if (protocol === 4) await gateway.until(() => gateway.sync.state().cursor === 40);
      else assert.equal(gateway.sync.state().cursor, 0);
      cloud = await Cloud.connect({ url: broker.url, protocol });
      // With MQTT 3.1.1 the gateway cannot know that no subscriber received the records. The birth
      // message tells the cloud which records it can request.
      const { fields } = await cloud.online("gw-1");
      if (protocol === 4) await cloud.replay("gw-1", Number(fields["tail"]));
      const view = await cloud.upTo("gw-1", 40);
      assert.deepEqual([view.received, view.gaps], [40, []]);
      await gateway.until(() => gateway.sync.state().cursor === 40);
    });

    it("carries out a command that was sent while the gateway was away", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      await gateway.sync.stop();
      await cloud.offline("gw-1");
      const ids = ["c1", "c2", "c3"];
      for (const id of ids) await cloud.send("gw-1", "add_password", {}, { id });
      const again = gateways.over(gateway.store, { url: broker.url, protocol });
      again.sync.start();
      await cloud.reply("gw-1", "c3");
      assert.deepEqual(
        again.executor.executed.map(({ id }) => id),
        ids,
      );
    });

    it("loses commands beyond the broker's queue of 1,000, which have one effect when sent again", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      await gateway.sync.stop();
      await cloud.offline("gw-1");
      const ids = Array.from({ length: 1_500 }, (_, index) => `c${index}`);
      const sendAll = (wanted: readonly string[]) =>
        Promise.all(wanted.map((id) => cloud.send("gw-1", "add_password", {}, { id })));
      // The broker confirms every command, but that does not mean that it delivers it.
      await sendAll(ids);
      const again = gateways.over(gateway.store, { url: broker.url, protocol });
      again.sync.start();
      await cloud.reply("gw-1", "c999");
      // The broker delivers its stored commands before this one.
      await cloud.command("gw-1", "add_password", {}, { id: "fence" });
      const answered = () =>
        new Set(cloud.gateway("gw-1").records.map(({ fields }) => fields["id"]));
      const kept = answered();
      const lost = ids.filter((id) => !kept.has(id));
      assert.equal(lost.length, 500);
      await sendAll(lost);
      await cloud.until("every reply", () => {
        const known = answered();
        return ids.every((id) => known.has(id)) ? true : null;
      });
      const executed = again.executor.executed.map(({ id }) => id).filter((id) => id !== "fence");
      assert.deepEqual([executed.length, new Set(executed).size], [1_500, 1_500]);
    });

    it("answers a command within its deadline", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      const reply = await cloud.command("gw-1", "add_password", {}, { deadlineMs: 5_000 });
      assert.equal(reply.ErrNo, 0);
    });

    it("leaves a retained birth for clients that come later", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      const late = await Cloud.connect({ url: broker.url, protocol });
      const { isRetained, fields } = await late.online("gw-1");
      await late.close();
      assert.equal(isRetained, true);
      assert.equal(fields["boot"], gateway.boot);
    });

    it("is offline by its will when its process is killed", async () => {
      const child = fileURLToPath(new URL("./sync-child.js", import.meta.url));
      const directory = await mkdtemp(join(tmpdir(), "latchd-killed-"));
      const process_ = spawn(process.execPath, [child, broker.url, String(protocol)], {
        stdio: ["ignore", "ignore", "inherit"],
        // The killed process cannot remove its store, so the test removes this folder.
        env: { ...process.env, TMPDIR: directory },
      });
      const exited = once(process_, "exit");
      const online = await cloud.online("gw-1");
      process_.kill("SIGKILL");
      await exited;
      await rm(directory, { recursive: true });
      const { fields } = await cloud.offline("gw-1");
      assert.deepEqual(fields, {
        state: "offline",
        event: "centerOfflineAlarm",
        boot: online.fields["boot"],
      });
    });

    it("does not leave its will when it stops cleanly", async () => {
      const gateway = await aGateway();
      gateway.sync.start();
      await cloud.online("gw-1");
      await gateway.sync.stop();
      await cloud.offline("gw-1");
      // If the broker had published the will, it would arrive before this second birth message.
      const next = gateways.over(gateway.store, { url: broker.url, protocol });
      next.sync.start();
      await cloud.online("gw-1");
      const states = cloud.gateway("gw-1").presences.map(({ state }) => state);
      assert.deepEqual(states, ["online", "offline", "online"]);
    });
  });

  describe(`CloudSync with mosquitto that restricts, MQTT ${protocol === 5 ? "5" : "3.1.1"}`, () => {
    const gateways = new TestGateways();
    let broker: Mosquitto | undefined;

    afterEach(async () => {
      await gateways.close();
      await broker?.stop();
    });

    // MQTT 3.1.1 cannot report a refused publication: mosquitto acknowledges and discards it.
    if (protocol === 5) {
      it("raises an alarm if it may not publish", async () => {
        broker = await Mosquitto.start({
          config: ["acl_file %d/acl"],
          files: { acl: "topic read latch/1/gw-1/down/+\n" },
        });
        const gateway = await gateways.make({ url: broker.url, protocol });
        gateway.sync.start();
        await gateway.until(() => gateway.sync.state().alarm?.cause === "refused");
      });
    }

    it("raises an alarm if the broker requires a name and password", async () => {
      broker = await Mosquitto.start({ config: ["allow_anonymous false"] });
      const gateway = await gateways.make({ url: broker.url, protocol });
      gateway.sync.start();
      await gateway.until(() => gateway.sync.state().alarm?.cause === "refused");
    });
  });
}

describe("CloudSync with mosquitto behind TLS", () => {
  const gateways = new TestGateways();
  let broker: Mosquitto;
  let authority: Certificate;
  let url: string;

  before(async () => {
    authority = await aCertificate();
    broker = await Mosquitto.start({
      config: ["cafile %d/cert.pem", "certfile %d/cert.pem", "keyfile %d/key.pem"],
      files: { "cert.pem": authority.cert, "key.pem": authority.key },
    });
    url = broker.url.replace("mqtt:", "mqtts:");
  });

  after(() => broker.stop());
  afterEach(() => gateways.close());

  it("connects if the broker's certificate is from the configured authority", async () => {
    // No cloud is subscribed in this test.
    const gateway = await gateways.make({ url, ca: authority.cert, unheardWaitMs: 0 });
    await gateway.happen(3);
    gateway.sync.start();
    await gateway.until(() => gateway.sync.state().cursor === 3);
  });

  it("sends nothing to a broker with another certificate, and raises an alarm", async () => {
    const { cert } = await aCertificate();
    for (const ca of [cert, undefined]) {
      const gateway = await gateways.make({ url, ...(ca === undefined ? {} : { ca }) });
      gateway.sync.start();
      await gateway.until(() => gateway.sync.state().alarm?.cause === "untrusted");
      assert.equal(gateway.sync.state().connected, false);
    }
  });
});

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a self-signed certificate for 127.0.0.1. */
async function aCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), "latchd-tls-"));
  const key = join(directory, "key.pem");
  const cert = join(directory, "cert.pem");
  try {
    const subject = "-nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
    const form = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1";
    const words = [...form.split(" "), ...subject.split(" "), "-keyout", key, "-out", cert];
    await promisify(execFile)("openssl", words);
    return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
  } finally {
    await rm(directory, { recursive: true });
  }
}

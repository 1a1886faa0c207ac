import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "../../../../daemon/core/model/secret.ts";
import { idOf } from "../../../support/cloud/broker.ts";
import { BrokerScript } from "./broker-script.ts";

describe("a broker that misbehaves during the connect", () => {
  const script = new BrokerScript();

  it("is tried again after it has answered busy", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    for (const reasonCode of [0x88, 0x89, 0x97, 0x9f]) {
      const refused = await script.broker.nextConnection();
      await refused.next("connect");
      refused.send({ cmd: "connack", reasonCode, sessionPresent: false });
      await refused.closed();
      await gateway.until(() => gateway.sync.state().lastError?.cause === "overloaded");
    }
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    await gateway.until(() => gateway.sync.state().connected);
  });

  it("raises an alarm when it refuses the subscriptions, until it grants them", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    for (const granted of [0x87, 0x80, 0x00]) {
      const refusing = await script.broker.nextConnection();
      await refusing.next("connect");
      refusing.send({ cmd: "connack", reasonCode: 0, sessionPresent: true });
      const subscribe = await refusing.next("subscribe");
      refusing.send({ cmd: "suback", messageId: idOf(subscribe), granted: [1, granted] });
      await refusing.closed();
      await gateway.until(() => gateway.sync.state().alarm?.cause === "subscribeRefused");
    }
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    await gateway.until(() => gateway.sync.state().connected);
    assert.equal(gateway.sync.state().alarm, null);
    assert.equal(gateway.sync.state().lastError?.cause, "subscribeRefused");
  });

  it("raises an alarm when it refuses name and password", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    const refusing = await script.broker.nextConnection();
    await refusing.next("connect");
    refusing.send({ cmd: "connack", reasonCode: 0x86, sessionPresent: false });
    await gateway.until(() => gateway.sync.state().alarm?.cause === "refused");
  });

  it("raises an alarm when another client connects with this gateway's id", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    const connection = await script.broker.nextConnection();
    await connection.welcome();
    connection.send({ cmd: "disconnect", reasonCode: 0x8e });
    await gateway.until(() => gateway.sync.state().alarm?.cause === "takenOver");
  });

  it("is disconnected if it never answers", async () => {
    const gateway = await script.gateway({ connectTimeoutMs: 100 });
    gateway.sync.start();
    const mute = await script.broker.nextConnection();
    await mute.next("connect");
    await mute.closed();
    const halfMute = await script.broker.nextConnection();
    await halfMute.next("connect");
    halfMute.send({ cmd: "connack", reasonCode: 0, sessionPresent: false });
    await halfMute.next("subscribe");
    await halfMute.closed();
    await gateway.until(() => gateway.sync.state().lastError?.cause === "unreachable");
  });

  it("is disconnected if it is silent on an open connection", async () => {
    const gateway = await script.gateway({ keepaliveSeconds: 1 });
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.welcome();
    first.socket.pause();
    await gateway.until(() => !gateway.sync.state().connected);
    assert.equal(gateway.sync.state().lastError?.cause, "cut");
    await (await script.broker.nextConnection()).welcome();
  });

  it("is not contacted for a while after it has sent garbage", async () => {
    const gateway = await script.gateway();
    gateway.sync.start();
    const first = await script.broker.nextConnection();
    await first.next("connect");
    first.socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    await first.closed();
    await (await script.broker.nextConnection()).welcome();
  });

  it("gets a name, a password, a will, and a session that outlives the connection", async () => {
    const gateway = await script.gateway({
      username: "gw",
      password: new Secret("s3cret"),
      willDelaySeconds: 45,
    });
    gateway.sync.start();
    const { connect } = await (await script.broker.nextConnection()).welcome();
    assert.deepEqual(
      {
        clientId: connect.clientId,
        username: connect.username,
        password: connect.password?.toString(),
        clean: connect.clean,
        expiry: connect.properties?.sessionExpiryInterval,
        willTopic: connect.will?.topic,
        will: JSON.parse(String(connect.will?.payload)),
        retain: connect.will?.retain,
        delay: connect.will?.properties?.willDelayInterval,
      },
      {
        clientId: "gw-1",
        username: "gw",
        password: "s3cret",
        clean: false,
        expiry: 86_400,
        willTopic: "latch/1/gw-1/up/state",
        will: { state: "offline", event: "centerOfflineAlarm", boot: gateway.boot },
        retain: true,
        delay: 45,
      },
    );
    assert.equal(
      gateway.log.some((line) => line.includes("s3cret")),
      false,
    );
  });
});

describe("a broker reached by options that can never work", () => {
  const script = new BrokerScript();

  it("is never contacted", async () => {
    await assert.rejects(script.gateway({ url: "http://127.0.0.1" }), /url must be mqtt/);
    await assert.rejects(script.gateway({ window: 0 }), /window must be/);
    await assert.rejects(script.gateway({ prefix: "a/#" }), /prefix must be/);
  });

  it("causes an alarm, and no exception, if only TLS can find the fault", async () => {
    const gateway = await script.gateway({
      url: script.broker.url.replace("mqtt:", "mqtts:"),
      ca: "no PEM at all",
      cert: "nor this",
    });
    gateway.sync.start();
    await gateway.until(() => gateway.sync.state().alarm?.cause === "refused");
  });
});

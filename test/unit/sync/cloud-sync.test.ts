import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Cloud } from "../../support/cloud/cloud.ts";
import { BrokerAndCloud } from "./broker-and-cloud.ts";

describe("CloudSync with a broker that behaves", () => {
  const rig = new BrokerAndCloud();

  it("publishes its birth before anything else", async () => {
    const gateway = await rig.gateway();
    await gateway.happen(2);
    gateway.sync.start();
    await rig.cloud.upTo("gw-1", 2);
    const [first] = rig.broker.published.filter(({ clientId }) => clientId === "gw-1");
    assert.equal(first?.topic, "latch/1/gw-1/up/state");
    const { start, proof, ...birth } = JSON.parse(first.body);
    assert.deepEqual([start, typeof proof], [1, "string"]);
    assert.deepEqual(birth, {
      state: "online",
      boot: gateway.boot,
      epoch: gateway.store.journalRange().epoch,
      head: 2,
      tail: 1,
      digest: gateway.digest.total(),
      time_nonce:
        "time_nonce" in JSON.parse(first.body) ? JSON.parse(first.body)["time_nonce"] : null,
      versions: { app_version: "0.1.0" },
      clock: "synced",
    });
  });

  it("leaves a retained birth for clients that come later", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    const late = await Cloud.connect({ url: rig.broker.url });
    const presence = await late.online("gw-1");
    await late.close();
    assert.equal(presence.isRetained, true);
  });

  it("sends the journal in sequence, each record once, also while it grows", async () => {
    const gateway = await rig.gateway();
    await gateway.happen(40);
    gateway.sync.start();
    await rig.cloud.upTo("gw-1", 40);
    await gateway.happen(1);
    const view = await rig.cloud.upTo("gw-1", 41);
    assert.deepEqual([view.repeats, view.lateArrivals, view.received], [0, 0, 41]);
    assert.equal(view.epoch, gateway.store.journalRange().epoch);
  });

  it("does not send records again after a restart that the broker has", async () => {
    const first = await rig.gateway();
    await first.happen(30);
    first.sync.start();
    await rig.cloud.upTo("gw-1", 30);
    const second = await rig.restarted(first);
    assert.equal(second.sync.state().cursor, 30);
    await second.happen(1);
    second.sync.start();
    const view = await rig.cloud.upTo("gw-1", 31);
    assert.equal(view.repeats, 0);
  });

  it("carries out a command and answers it", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    const params = { password: "123456" };
    const reply = await rig.cloud.command("gw-1", "add_password", params, { id: "c1" });
    assert.deepEqual(reply, {
      id: "c1",
      command: "add_password",
      ErrNo: 0,
      ErrMsg: "",
      count: 1,
      seq: 1,
      epoch: gateway.store.journalRange().epoch,
    });
    assert.deepEqual(gateway.executor.executed, [{ id: "c1", command: "add_password", params }]);
  });

  it("answers a repeated command with the stored reply and does not execute it again", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    await rig.cloud.command("gw-1", "add_password", {}, { id: "c1" });
    await rig.cloud.send("gw-1", "add_password", {}, { id: "c1" });
    const view = rig.cloud.gateway("gw-1");
    await rig.cloud.until("the repeat", () => (view.repeats === 1 ? view : null));
    assert.equal(gateway.executor.executed.length, 1);
    assert.equal(gateway.head, 1);
  });

  it("keeps the sequence of commands", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
    await Promise.all(ids.map((id) => rig.cloud.send("gw-1", "add_password", {}, { id })));
    await rig.cloud.upTo("gw-1", 50);
    assert.deepEqual(
      gateway.executor.executed.map(({ id }) => id),
      ids,
    );
  });

  it("ignores and counts a retained command", async () => {
    const body = JSON.stringify({ id: "c1", command: "remote_unlock" });
    await rig.cloud.sendBody("gw-1", "command", body, { retain: true });
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    await rig.cloud.command("gw-1", "add_password", {}, { id: "c2" });
    assert.deepEqual(
      gateway.executor.executed.map(({ id }) => id),
      ["c2"],
    );
    assert.equal(gateway.sync.state().received.retained, 1);
  });

  it("answers a command with a bad envelope by naming the field", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    const body = JSON.stringify({ id: "c1", command: "add_password", expires: 5 });
    await rig.cloud.sendBody("gw-1", "command", body);
    const reply = await rig.cloud.reply("gw-1", "c1");
    assert.equal(reply.ErrNo, 14001);
    assert.equal(
      reply.ErrMsg,
      "expires is not known here; known are id, command, params, iat, exp",
    );
    assert.equal(gateway.executor.executed.length, 0);
  });

  it("acknowledges messages that are no command, and works on", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    for (const body of ["", "{", "[]", "x".repeat(70_000), "[".repeat(40)]) {
      await rig.cloud.sendBody("gw-1", "command", body);
      await rig.cloud.sendBody("gw-1", "sync", body);
    }
    await rig.cloud.command("gw-1", "add_password", {}, { id: "c1" });
    assert.equal(gateway.sync.state().received.rejected, 10);
  });

  it("passes the cloud's time to the clock", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    await rig.cloud.tellTime("gw-1", 1_800_000_000);
    await rig.cloud.command("gw-1", "add_password", {}, { iat: 1_800_000_001 });
    assert.deepEqual(gateway.clock.offered, [1_800_000_000_000, 1_800_000_001_000]);
  });

  it("distinguishes an answer to the nonce in its birth from any other time message", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    const asked = rig.cloud.gateway("gw-1").presences.at(-1)?.fields;
    const nonce = asked !== undefined && "time_nonce" in asked ? asked["time_nonce"] : null;
    assert.match(String(nonce), /^[0-9a-f]{32}$/);
    const answer = JSON.stringify({ time: 1_800_000_000, nonce });
    await rig.cloud.sendBody(
      "gw-1",
      "sync",
      JSON.stringify({ time: 1_800_000_002, nonce: "guessed" }),
    );
    await rig.cloud.sendBody("gw-1", "sync", answer);
    await rig.cloud.sendBody("gw-1", "sync", answer);
    await rig.cloud.command("gw-1", "add_password", {}, { id: "c1" });
    assert.deepEqual(gateway.clock.answers, [1_800_000_000_000], "once, by the right nonce");
    assert.equal(gateway.clock.offered.length, 3);
  });

  it("sends again from the record that a replay names", async () => {
    const gateway = await rig.gateway();
    await gateway.happen(20);
    gateway.sync.start();
    await rig.cloud.upTo("gw-1", 20);
    await rig.cloud.replay("gw-1", 5);
    const view = rig.cloud.gateway("gw-1");
    await rig.cloud.until("records 5 … 20 again", () => (view.repeats === 16 ? view : null));
    assert.equal(gateway.sync.state().cursor, 20);
  });

  it("sends a journalGap for records that are no longer stored", async () => {
    const gateway = await rig.gateway();
    await gateway.happen(20);
    await gateway.store.pruneJournal(8);
    gateway.sync.start();
    const gap = await rig.cloud.event("gw-1", "journalGap");
    assert.deepEqual(gap.detail, { from: 1, to: 8, count: 8, reason: "pruned" });
    assert.equal(gap.uuid, "gw-1");
    assert.deepEqual(
      [rig.cloud.gateway("gw-1").gaps, rig.cloud.gateway("gw-1").head >= 9],
      [[], true],
    );
  });

  it("publishes a farewell when it stops", async () => {
    const gateway = await rig.gateway();
    gateway.sync.start();
    await rig.cloud.online("gw-1");
    await gateway.happen(100);
    await gateway.sync.stop();
    const { fields } = await rig.cloud.offline("gw-1");
    const { proof, ...farewell } = fields;
    assert.equal(typeof proof, "string");
    assert.deepEqual(farewell, {
      state: "offline",
      event: "centerOfflineAlarm",
      boot: gateway.boot,
      epoch: gateway.store.journalRange().epoch,
      head: 100,
      start: 1,
    });
    assert.equal(rig.cloud.gateway("gw-1").head, 100);
    assert.equal(rig.cloud.gateway("gw-1").presences.length, 2);
  });

  it("reports its health in its state", async () => {
    const gateway = await rig.gateway();
    await gateway.happen(3);
    const before = gateway.sync.state();
    assert.deepEqual([before.connected, before.backlog, before.cursor], [false, 3, 0]);
    gateway.sync.start();
    await rig.cloud.upTo("gw-1", 3);
    await gateway.until(() => gateway.sync.state().backlog === 0);
    const { connected, cursor, lastError, alarm } = gateway.sync.state();
    assert.deepEqual([connected, cursor, lastError, alarm], [true, 3, null, null]);
  });
});

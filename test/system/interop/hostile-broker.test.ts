import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectAsync, type MqttClient } from "mqtt";
import type { CloudEvent } from "../../support/cloud/cloud.ts";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { ProtectedHouse } from "../../support/cloud/protected-house.ts";

const expired = 16003;
const stale = 16010;

describe("a second client of a mosquitto without an access list, against protected commands", {
  timeout: 300_000,
}, () => {
  let broker: Mosquitto;
  let house: ProtectedHouse;
  let stranger: MqttClient;
  /** Everything that the stranger can read, from the first record on. */
  let received = "";
  const openings: string[] = [];
  let down = "";
  let state = "";

  before(async () => {
    broker = await Mosquitto.start();
    stranger = await connectAsync(broker.url);
    stranger.on("message", (_topic, payload) => {
      received += payload.toString();
    });
    await stranger.subscribeAsync("#", { qos: 1 });
    house = await ProtectedHouse.open({ brokerUrl: broker.url });
    house.lock.onAct(({ act }) => act === "opened" && openings.push(act));
    down = `latch/1/${house.gatewayId}/down`;
    state = `latch/1/${house.gatewayId}/up/state`;
  });
  after(async () => {
    await house.close();
    await stranger.endAsync(true);
    await broker.stop();
  });

  const say = (topic: string, body: string | object, retain = false) =>
    stranger.publishAsync(topic, typeof body === "string" ? body : JSON.stringify(body), {
      qos: 1,
      retain,
    });

  /**
   * Waits for the answer to the cloud's next command: by then the gateway has handled all earlier
   * messages.
   */
  async function fence(): Promise<void> {
    await house.must("rename_lock", { name: "a fence" });
  }

  const alarm = (kind: string) =>
    house.cloud.event(house.gatewayId, "refusedMessageAlarm", ({ detail }) => {
      return detail?.["kind"] === kind;
    });

  it("has no unsigned command carried out, and the cloud gets an alarm", async () => {
    const before = house.codes();
    const { uuid } = house;
    const iat = Math.floor(Date.now() / 1000);
    for (const [command, params] of [
      ["remote_unlock", { uuid }],
      ["add_password", { uuid, password: "112233" }],
      ["delete_password", { uuid, password_id: 0 }],
      ["remove_lock", { uuid, confirm: true }],
      ["permit_join", { seconds: 60 }],
    ] as const) {
      await say(`${down}/command`, {
        id: `forged ${command}`,
        command,
        params,
        iat,
        exp: iat + 60,
      });
    }
    await fence();
    assert.equal((await alarm("forged")).detail?.["topic"], "command");
    assert.deepEqual([openings, house.codes()], [[], before]);
    assert.equal(house.house.stick.isPermittingJoin, false);
  });

  it("does not open the door with an unlock that it repeats or delays", async () => {
    const unlock = await house.signed("remote_unlock", {});
    const reply = await house.deliver(unlock);
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    await say(`${down}/command`, unlock.body);
    const late = await house.signed("remote_unlock", {}, 61);
    await say(`${down}/command`, late.body);
    assert.equal((await house.cloud.reply(house.gatewayId, late.id)).ErrNo, expired);
    await fence();
    assert.equal(openings.length, 1);
  });

  it("restores no access with older commands that it delivers after newer ones", async () => {
    const { id, code } = await house.add();
    const unfreeze = await house.signed("unfrozen_password", { password_id: id }, 1);
    const update = await house.signed(
      "update_password",
      { password_id: id, password: "998877" },
      1,
    );
    const again = await house.signed("add_password", { password: code }, 1);
    await house.must("frozen_password", { password_id: id });
    await house.until("the freeze at the lock", () => (house.codes().includes(code) ? null : true));
    for (const { id: command, body } of [unfreeze, update]) {
      await say(`${down}/command`, body);
      assert.equal((await house.cloud.reply(house.gatewayId, command)).ErrNo, stale);
    }
    const { seq } = await house.must("delete_password", { password_id: id });
    const isDone = (event: CloudEvent) => event.seq > seq && event.detail?.["operation"] === 2;
    await house.cloud.event(house.gatewayId, "pwdOperation", isDone);
    await say(`${down}/command`, again.body);
    assert.equal((await house.cloud.reply(house.gatewayId, again.id)).ErrNo, stale);
    await fence();
    assert.ok(!house.codes().includes(code) && !house.codes().includes("998877"));
  });

  it("neither ends the daemon nor moves the cursor with acknowledgements of records that do not exist", async () => {
    const { epoch, head } = house.cloud.gateway(house.gatewayId);
    await say(`${down}/sync`, { epoch, seq: head + 1_000_000 });
    await say(`${down}/sync`, { epoch: "another", seq: 1 });
    await say(`${down}/sync`, { replay: { from: 1 } });
    await fence();
    const view = house.cloud.gateway(house.gatewayId);
    assert.deepEqual([view.epoch, view.isWhole], [epoch, true]);
  });

  it("changes nothing by deleting the birth that the broker retained, or by births of its own", async () => {
    const { epoch } = house.cloud.gateway(house.gatewayId);
    const pid = house.daemon.pid;
    await say(state, "", true);
    const claimed = { state: "online", boot: "9.x.y", epoch, head: 9_999_999, tail: 1, start: 99 };
    await say(state, { ...claimed, proof: "AAAA" }, true);
    await say(state, { state: "offline", boot: "9.x.y" }, true);
    await fence();
    const { id } = await house.add();
    await house.must("delete_password", { password_id: id });
    assert.equal(house.daemon.pid, pid);
    assert.equal(await house.daemon.stop(), 0);
    await house.start();
    await fence();
    assert.equal(house.cloud.gateway(house.gatewayId).epoch, epoch);
  });

  it("reads no code in any message", async () => {
    const { code, id } = await house.add();
    const reply = await house.must("get_default_password_plaintext");
    assert.equal(reply["password"], undefined);
    assert.deepEqual((await house.keys.opened(house.gatewayId, reply))["password"], "918100");
    await house.must("delete_password", { password_id: id });
    assert.ok(received.includes("pwdOperation"), "it does receive messages");
    assert.ok(!received.includes(`"${code}"`) && !received.includes('"918100"'));
  });
});

import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { TestBroker } from "../../support/cloud/broker.ts";
import { CloudKeys } from "../../support/cloud/cloud-keys.ts";
import { ProtectedHouse, type SignedCommand } from "../../support/cloud/protected-house.ts";

const limitMs = 60_000;
/** The password id of the administrator's code in the API. */
const administratorId = 999;

describe("an older copy of the data folder without any retained epoch", {
  timeout: 300_000,
}, () => {
  let broker: TestBroker;
  let house: ProtectedHouse;
  let unlock: SignedCommand;
  let addition: SignedCommand;
  let firstId = 0;
  /** The newest epoch and sequence number that the cloud has from the newer data. */
  let epoch: string | null = null;
  let head = 0;
  const openings: string[] = [];

  before(async () => {
    broker = await TestBroker.start();
    house = await ProtectedHouse.open({ brokerUrl: broker.url });
    house.lock.onAct(({ act }) => act === "opened" && openings.push(act));
    unlock = await house.signed("remote_unlock", {});
    assert.equal((await house.deliver(unlock)).ErrNo, 0);
    addition = await house.signed("add_password", { password: "736251" });
    firstId = Number((await house.deliver(addition))["password_id"]);
    await house.until("the code at the lock", () =>
      house.codes().includes("736251") ? true : null,
    );
    assert.equal(await house.daemon.stop(), 0);
    cpSync(house.dataFolder, join(house.folder, "old"), { recursive: true });
    await house.start();
    for (const name of ["one", "two", "three"]) await house.must("rename_lock", { name });
    assert.equal(await house.daemon.stop(), 0);
    await house.cloud.offline(house.gatewayId, limitMs);
    ({ epoch, head } = house.cloud.gateway(house.gatewayId));
    // The restart makes the broker lose the gateway's retained offline message. With that message
    // the gateway would detect the old copy at once.
    await broker.restart();
    rmSync(house.dataFolder, { recursive: true });
    cpSync(join(house.folder, "old"), house.dataFolder, { recursive: true });
    await house.start();
  });
  after(async () => {
    await house.close();
    await broker.stop();
  });

  const say = (fields: object) =>
    house.cloud.sendBody(house.gatewayId, "sync", JSON.stringify(fields));

  /**
   * Counts the refused messages in the log. The cloud ignores the alarm records, because the copy
   * uses sequence numbers that the cloud has already received.
   */
  const refused = () =>
    house.daemon.logLines.filter((line) => line.includes("message from the cloud is rejected"))
      .length;

  it("is not found by an acknowledgement that nobody signed, nor by one that another key signed", async () => {
    const stranger = await CloudKeys.make();
    const forged = await stranger.signed(house.gatewayId, "sync", { epoch, seq: head });
    await stranger.remove();
    const { pid } = house.daemon;
    // The log may suppress a repeated line, so two refusals may give one line. Send both messages
    // until a line appears.
    for (let round = 0; round < 60 && refused() === 0; round += 1) {
      await say({ epoch, seq: head });
      await house.cloud.sendBody(house.gatewayId, "sync", forged);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.ok(refused() > 0, house.daemon.logLines.slice(-12).join("\n"));
    assert.equal((await house.call("list_locks")).ErrNo, 0);
    assert.equal(house.daemon.pid, pid);
  });

  it("is found by one that the cloud signed, and begins a new epoch in which no command acts twice", async () => {
    const { length } = openings;
    const signed = await house.keys.signed(house.gatewayId, "sync", { epoch, seq: head });
    await house.cloud.sendBody(house.gatewayId, "sync", signed);
    assert.equal(await house.daemon.ended(limitMs), 70);
    await house.start();
    const reply = await house.must("fetch_passwords");
    assert.notEqual(reply.epoch, epoch);
    for (const { body } of [unlock, addition]) {
      await house.cloud.sendBody(house.gatewayId, "command", body);
    }
    await house.must("fetch_passwords");
    assert.equal(openings.length, length);
    const { passwords } = await house.call("fetch_passwords", { uuid: house.uuid });
    assert.ok(Array.isArray(passwords));
    assert.deepEqual(
      passwords.map(({ id }) => id),
      [firstId, administratorId],
    );
  });
});

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import type { JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { Mosquitto } from "../../../support/cloud/mosquitto.ts";
import { type TestGateway, TestGateways } from "../../../unit/sync/test-gateway.ts";

const id = "gw-1";
const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;

const reply = (commandId: string, passwords: number): JournalEntry => ({
  kind: "reply",
  commandId,
  command: "fetch_passwords",
  errNo: 0,
  errMsg: "",
  result: {
    passwords: Array.from({ length: passwords }, (_, index) => ({
      password_id: index + 1,
      name: `guest ${index}`,
      description: "x".repeat(220),
    })),
  },
});
const large: JournalEntry = {
  kind: "event",
  event: "slotDrift",
  lock: null,
  detail: { text: "y".repeat(4_000) },
};

/**
 * Ways in which mosquitto announces and enforces its limit. The gateway detects each differently.
 */
const limits = [
  { limit: "message_size_limit 1500", protocol: 5, how: "a refusal with 0x95" },
  { limit: "max_packet_size 1500", protocol: 5, how: "the Maximum Packet Size of the CONNACK" },
  { limit: "max_packet_size 1500", protocol: 4, how: "connections that are closed" },
] as const;

for (const { limit, protocol, how } of limits) {
  describe(`mosquitto with ${limit} (MQTT ${protocol === 5 ? "5" : "3.1.1"}), found by ${how}`, () => {
    const gateways = new TestGateways();
    let broker: Mosquitto;
    let cloud: Cloud;

    afterEach(async () => {
      await gateways.close();
      await cloud.close();
      await broker.stop();
    });

    async function begin(): Promise<TestGateway> {
      broker = await Mosquitto.start({ config: [limit] });
      cloud = await Cloud.connect({ url: broker.url, protocol });
      return await gateways.make({ url: broker.url, protocol });
    }

    const journal = (gateway: TestGateway, entries: readonly JournalEntry[]) =>
      gateway.store.commit({ changes: [], journal: entries }, stamp);

    it("gets a reply of seven passwords in pages, and everything after it", async () => {
      const gateway = await begin();
      await journal(gateway, [reply("c1", 7)]);
      await gateway.happen(20);
      gateway.sync.start();
      await cloud.upTo(id, 21, 60_000);
      const { passwords } = await cloud.reply(id, "c1");
      assert(Array.isArray(passwords));
      assert.deepEqual(
        passwords.map((one) => one.password_id),
        [1, 2, 3, 4, 5, 6, 7],
      );
      assert.ok(cloud.gateway(id).pages > 1);
      await gateway.until(() => gateway.sync.state().backlog === 0);
    });

    it("gets stubs for events that are too large, first, in the middle and last", async () => {
      const gateway = await begin();
      await journal(gateway, [large]);
      await gateway.happen(5);
      await journal(gateway, [large, large]);
      await gateway.happen(5);
      await journal(gateway, [large]);
      gateway.sync.start();
      const view = await cloud.upTo(id, 14, 60_000);
      await gateway.until(() => gateway.sync.state().backlog === 0);
      const stubs = view.records.filter(
        ({ fields }) => Reflect.get(Object(fields["detail"]), "reason") === "tooLarge",
      );
      assert.deepEqual(
        stubs.map(({ fields }) => fields["seq"]),
        [1, 7, 8, 14],
      );
      assert.deepEqual([view.gaps, gateway.sync.state().connected], [[], true]);
      const alarms = view.records.filter(({ fields }) => fields["event"] === "recordTooLargeAlarm");
      assert.ok(alarms.length <= 1);
    });

    it("still gets commands answered while large records wait", async () => {
      const gateway = await begin();
      await journal(gateway, [large]);
      gateway.sync.start();
      await cloud.online(id);
      const answer = await cloud.command(id, "add_password", {}, { deadlineMs: 60_000 });
      assert.equal(answer.ErrNo, 0);
    });
  });
}

describe("mosquitto that lets a gateway publish no events", () => {
  it("leaves every record with the gateway, which stays connected, accepts commands and says why", async () => {
    const broker = await Mosquitto.start({
      config: ["acl_file %d/acl"],
      files: {
        acl: `topic read latch/1/${id}/down/+\ntopic write latch/1/${id}/up/state\n`,
      },
    });
    const gateways = new TestGateways();
    try {
      const gateway = await gateways.make({ url: broker.url, protocol: 5 });
      await gateway.happen(3);
      gateway.sync.start();
      await gateway.until(() => gateway.sync.state().alarm !== null);
      const { alarm, connected, backlog } = gateway.sync.state();
      assert.deepEqual([alarm?.cause, connected, backlog], ["refused", true, 3]);
      assert.equal(alarm?.why, `the broker refuses latch/1/${id}/up/event with 0x87`);
    } finally {
      await gateways.close();
      await broker.stop();
    }
  });
});

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, it } from "node:test";
import { CommandDispatcher } from "../../../../daemon/commands/dispatch.ts";
import { PinCode } from "../../../../daemon/core/model/secret.ts";
import { CloudMessenger } from "../../../../daemon/messages/cloud-messenger.ts";
import { messagesOf } from "../../../../daemon/messages/messages.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../daemon/store/secrets/sealing.ts";
import type { Message } from "../../../../daemon/tuya-actions/ports.ts";
import { aLockId } from "../../../support/records.ts";
import { CommandDesk } from "../../../support/rigs/command-desk.ts";
import { TestSite } from "../../../support/rigs/command-room.ts";
import { aTemporaryStore } from "../../../support/rigs/temporary-store.ts";

const vault = new CodeVault(new MasterKey(Buffer.alloc(32, 3)));
const reading = () => ({ nowMs: 1_800_000_000_000, state: "synced" }) as const;

const message: Message = {
  messageId: "m-1",
  kind: "temporaryPassword",
  to: "86-12345678901",
  countryCode: "86",
  lock: aLockId,
  lockName: "front door",
  name: "K",
  code: vault.seal(aLockId, new PinCode("001234"), "password/1"),
  boundTo: "password/1",
  validFromMs: null,
  validUntilMs: 1_900_000_000_000,
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function aCloud(changes: { patienceMs?: number; isConnected?: () => boolean } = {}) {
  const temporary = await aTemporaryStore();
  closing.push(() => temporary.remove());
  const { store } = temporary;
  const ports = { store, reading, isConnected: () => true, onFault: assert.fail, ...changes };
  const messenger = new CloudMessenger(ports);
  const executor = new CommandDispatcher({
    commands: [messenger.acknowledgement],
    store,
    sealer: vault,
    site: new TestSite(),
    reading,
    newId: randomUUID,
    wake: () => undefined,
    onFault: assert.fail,
  });
  const acknowledge = async (messageId: string, isHandedOver: boolean) => {
    const params = { message_id: messageId, handed_over: isHandedOver };
    const caller = { transport: "mqtt", name: "cloud", scope: "manager", origin: "cloud" } as const;
    return (await executor.execute({ command: "message_acknowledge", params, caller })).ErrNo;
  };
  return { messenger, store, acknowledge };
}

describe("messages that the cloud carries", () => {
  it("are requested by an event with a sealed code, and completed by its acknowledgement", async () => {
    const { messenger, store, acknowledge } = await aCloud();
    for (const isHandedOver of [true, false]) {
      const answer = messenger.handOver(message);
      await store.whenDurable();
      assert.equal(await acknowledge("m-1", isHandedOver), 0);
      assert.equal(await answer, isHandedOver);
    }
    const [record] = await store.readJournal(1, 1);
    assert.ok(record?.entry.kind === "event");
    assert.equal(record.entry.event, "messageRequest");
    assert.deepEqual(record.entry.detail, {
      message_id: "m-1",
      kind: "temporaryPassword",
      to: "86-12345678901",
      country_code: "86",
      lock_name: "front door",
      name: "K",
      code: null,
      valid_from: null,
      valid_until: 1_900_000_000_000,
    });
    assert.deepEqual(record.entry.sealed?.[0]?.path, ["code"]);
    assert.ok(!JSON.stringify(record).includes("001234"));
  });

  it("count as not handed over without an answer in time, without a cloud, and while the gateway stops", async () => {
    const hasty = await aCloud({ patienceMs: 20 });
    assert.equal(await hasty.messenger.handOver(message), false);
    assert.equal(await hasty.acknowledge("m-1", true), 15006);
    const alone = await aCloud({ isConnected: () => false });
    assert.equal(await alone.messenger.handOver(message), false);
    assert.equal(alone.store.journalRange().head, 0);
    const { messenger } = await aCloud();
    const answer = messenger.handOver(message);
    messenger.close();
    assert.equal(await answer, false);
  });
});

describe("messages that a web address carries", () => {
  async function aCarrier(answer: { status: number; body: string }) {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      bodies.push(await text(request));
      response.writeHead(answer.status).end(answer.body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(() => server.close());
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const desk = await CommandDesk.open();
    closing.push(() => desk.close());
    const refused: string[] = [];
    const messages = messagesOf(
      { webhookUrl: `http://127.0.0.1:${address.port}/sms`, mail: undefined, caFile: undefined },
      {
        store: desk.store,
        reading,
        isConnected: () => false,
        sealer: vault,
        onFault: () => refused.push("fault"),
        onRefused: (messageId, why) => refused.push(`${messageId} ${why}`),
      },
    );
    closing.push(() => messages.close());
    return { messages, bodies, refused };
  }

  it("are posted with the code in clear and count as handed over when they are accepted", async () => {
    const { messages, bodies } = await aCarrier({ status: 200, body: '{"ErrNo":0}' });
    assert.equal(await messages.handOver(message), true);
    assert.deepEqual(JSON.parse(bodies[0] ?? ""), {
      lock: aLockId,
      message_id: "m-1",
      kind: "temporaryPassword",
      to: "86-12345678901",
      country_code: "86",
      lock_name: "front door",
      name: "K",
      code: "001234",
      valid_from: null,
      valid_until: 1_900_000_000_000,
    });
    assert.deepEqual(messages.commands, []);
  });

  it("are not handed over when their code cannot be opened", async () => {
    const { messages, bodies, refused } = await aCarrier({ status: 200, body: '{"ErrNo":0}' });
    assert.equal(await messages.handOver({ ...message, boundTo: "another record" }), false);
    assert.deepEqual([bodies, refused], [[], ["fault"]]);
  });

  it("are not handed over when the carrier fails or refuses them", async () => {
    for (const answer of [
      { status: 500, body: "" },
      { status: 200, body: '{"ErrNo":7,"ErrMsg":"no credit"}' },
    ]) {
      const { messages, refused } = await aCarrier(answer);
      assert.equal(await messages.handOver(message), false);
      assert.equal(refused.length, 1);
      assert.ok(!refused[0]?.includes("001234"));
    }
  });
});

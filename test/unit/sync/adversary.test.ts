import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import { inboxLimit } from "../../../daemon/commands/inbox.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { restoredSetting } from "../../../daemon/core/contact/suspended-grants.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { type Change, put, remove } from "../../../daemon/store/store.ts";
import { openProtection } from "../../../sync/keys/protection.ts";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Cloud } from "../../support/cloud/cloud.ts";
import { CloudKeys } from "../../support/cloud/cloud-keys.ts";
import { aLock, aLockId } from "../../support/records.ts";
import { TestSite } from "../../support/rigs/command-room.ts";
import { aTemporaryStore, type TemporaryStore } from "../../support/rigs/temporary-store.ts";
import { type TestGateway, TestGateways } from "./test-gateway.ts";

const id = "gw-1";
const startMs = 1_700_000_000_000;
const stale = 16010;

/** The cloud signs; the broker is the adversary: it delivers what it likes, when it likes, as often as it likes. */
describe("a broker that delays signed commands", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let keys: CloudKeys;
  let temporary: TemporaryStore;
  let gateway: TestGateway;
  let site: TestSite;
  let nowMs = startMs;
  let count = 0;
  const gateways = new TestGateways();
  const vault = new CodeVault(new MasterKey(Buffer.alloc(32, 3)));

  before(async () => {
    keys = await CloudKeys.make();
  });
  after(() => keys.remove());
  beforeEach(async () => {
    nowMs = startMs;
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
    temporary = await aTemporaryStore();
    site = new TestSite();
    await write(put("lock", [aLockId], aLock()));
    await start();
    await must(await signed("add_password", { is_default: 1, password: "999111" }));
  });
  afterEach(async () => {
    await gateways.close();
    await cloud.close();
    await broker.stop();
    await temporary.remove();
  });

  const write = (...changes: Change[]) =>
    temporary.store.commit({ changes, journal: [] }, { atMs: nowMs, clock: "synced" });

  async function start(): Promise<void> {
    const { protection } = await openProtection({
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      commands: "signed",
      codes: "off",
      nowMs: () => nowMs,
    });
    const options = { url: broker.url, protocol: 4, protection } as const;
    gateway = gateways.over(temporary.store, options, (store, clock) => ({
      commands: new CommandDispatcher({
        commands,
        store,
        sealer: vault,
        site,
        reading: () => clock.reading(),
        newId: randomUUID,
        wake: () => {},
        onFault: (_command, cause) => assert.fail(String(cause)),
      }),
      openSealed: ({ code, boundTo }) => vault.open(code, boundTo),
    }));
    gateway.clock.nowMs = nowMs;
    const { presences } = cloud.gateway(id);
    const { length } = presences;
    gateway.sync.start();
    await cloud.until("a birth", () =>
      presences.slice(length).some(({ state }) => state === "online") ? true : null,
    );
  }

  async function restart(): Promise<void> {
    await gateway.sync.stop();
    await temporary.reopen();
    await start();
  }

  function pass(seconds: number): void {
    nowMs += seconds * 1000;
    gateway.clock.nowMs = nowMs;
  }

  interface DelayedMessage {
    readonly id: string;
    readonly body: string;
  }

  /** A command that the cloud issues now; it is up to the broker when it comes. */
  async function signed(
    command: string,
    params: object,
    more: object = {},
  ): Promise<DelayedMessage> {
    count += 1;
    const name = `command ${count}`;
    const iat = Math.floor(nowMs / 1000);
    const fields = { id: name, command, params: { uuid: aLockId, ...params }, iat, ...more };
    return { id: name, body: await keys.signed(id, "command", fields) };
  }

  async function deliver(delayed: DelayedMessage) {
    await cloud.sendBody(id, "command", delayed.body);
    return await cloud.reply(id, delayed.id);
  }

  async function must(delayed: DelayedMessage): Promise<number> {
    const reply = await deliver(delayed);
    assert.equal(reply.ErrNo, 0, reply.ErrMsg);
    return Number(reply["password_id"]);
  }

  const errNoOf = async (delayed: DelayedMessage) => (await deliver(delayed)).ErrNo;
  const unlock = () => signed("remote_unlock", {}, { exp: Math.floor(nowMs / 1000) + 60 });
  const isFrozen = (password: number) =>
    temporary.store.get("password", [aLockId, password])?.isFrozen;

  it("opens no door with an unlock that it delivers after its minute, or twice", async () => {
    const used = await unlock();
    const delayed = await unlock();
    await must(used);
    await cloud.sendBody(id, "command", used.body);
    pass(61);
    assert.equal(await errNoOf(delayed), 16003);
    await restart();
    await cloud.sendBody(id, "command", used.body);
    await must(await signed("rename_lock", { name: "a fence" }));
    assert.equal(site.operated.length, 1);
  });

  it("opens no door with an unlock from before a restart, once the inbox is full", async () => {
    const used = await unlock();
    await must(used);
    const { epoch } = temporary.store.journalRange();
    pass(30);
    const known = Array.from({ length: inboxLimit }, (_, index) => {
      const record = { commandId: `other ${index}`, epoch, seq: 1, atMs: nowMs };
      return put("inbox", [record.commandId], record);
    });
    for (let from = 0; from < known.length; from += 1_000) {
      await write(...known.slice(from, from + 1_000));
    }
    await restart();
    await must(await signed("rename_lock", { name: "pushes the oldest id out" }));
    await must(await signed("rename_lock", { name: "and the next" }));
    await cloud.sendBody(id, "command", used.body);
    pass(31);
    await cloud.sendBody(id, "command", used.body);
    await must(await signed("rename_lock", { name: "a fence" }));
    assert.equal(site.operated.length, 1);
  });

  for (const [what, between] of [
    ["at once", async () => {}],
    ["after a restart", restart],
    [
      "after a restore",
      async () => {
        await write(put("setting", [restoredSetting], { value: true }));
        await restart();
      },
    ],
  ] as const) {
    it(`restores no access with an older grant ${what}`, async () => {
      const password_id = await must(await signed("add_password", { password: "123456" }));
      pass(10);
      const unfreeze = await signed("unfrozen_password", { password_id });
      const update = await signed("update_password", { password_id, password: "654321" });
      const again = await signed("add_password", { password: "777777" });
      pass(10);
      await must(await signed("frozen_password", { password_id }));
      const added = await must(await signed("add_password", { password: "777777" }));
      pass(10);
      await must(await signed("delete_password", { password_id: added }));
      // The lock has cleared it.
      await write(remove("password", [aLockId, added]));
      pass(300);
      await between();
      for (const delayed of [update, unfreeze, again]) {
        assert.equal(await errNoOf(delayed), stale, delayed.id);
      }
      assert.equal(isFrozen(password_id), true);
      // A fresh message of the cloud is accepted.
      await must(await signed("unfrozen_password", { password_id }));
      assert.equal(isFrozen(password_id), false);
    });
  }

  it("restores no access with an older grant while the gateway's time is hours behind", async () => {
    const password_id = await must(await signed("add_password", { password: "123456" }));
    pass(60);
    const delayed = [
      await signed("update_password", { password_id, password: "654321" }),
      await signed("unfrozen_password", { password_id }),
    ];
    const behindMs = nowMs;
    for (const hours of [3, 6]) {
      pass(hours * 3_600);
      gateway.clock.nowMs = behindMs + hours * 60_000;
      await must(await signed("frozen_password", { password_id }));
      for (const command of delayed) {
        assert.equal(await errNoOf(command), stale, command.id);
      }
    }
    assert.equal(isFrozen(password_id), true);
  });

  it("gets a late deletion carried out, and no freeze that a later command undid", async () => {
    const password_id = await must(await signed("add_password", { password: "123456" }));
    const freeze = await signed("frozen_password", { password_id });
    const deletion = await signed("delete_password", { password_id });
    pass(10);
    await must(await signed("frozen_password", { password_id }));
    pass(10);
    await must(await signed("unfrozen_password", { password_id }));
    assert.equal(await errNoOf(freeze), stale);
    assert.equal(isFrozen(password_id), false);
    pass(300 * 24 * 3600);
    await must(deletion);
    assert.equal(temporary.store.get("password", [aLockId, password_id])?.isDeleted, true);
  });
});

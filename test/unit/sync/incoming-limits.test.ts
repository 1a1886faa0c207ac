import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import type { RemoteResult } from "../../../daemon/commands/ports.ts";
import { commands } from "../../../daemon/commands/table.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { JournalEntry } from "../../../daemon/core/model/journal.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import { put, type Store } from "../../../daemon/store/store.ts";
import type { SyncClock } from "../../../sync/clock-port.ts";
import { TokenBucket } from "../../../sync/down/rate-limit.ts";
import type { CloudSyncOptions } from "../../../sync/options.ts";
import { TestBroker } from "../../support/cloud/broker.ts";
import { aMinute, Cloud } from "../../support/cloud/cloud.ts";
import { aLock, aLockId } from "../../support/records.ts";
import { TestSite } from "../../support/rigs/command-room.ts";
import { Gate } from "../../support/within.ts";
import { type TestGateway, TestGateways } from "./test-gateway.ts";

const otherLockId: LockId = "0x00124b0000000002";
const stamp = { atMs: 1_700_000_000_000, clock: "synced" } as const;

/** The gateway's clock shows the time of the stamp in these tests. */
const minute = aMinute(stamp.atMs);

/** A lock that answers when the test lets it. */
class SlowSite extends TestSite {
  readonly answer = new Gate();

  override async operate(...asked: Parameters<TestSite["operate"]>): Promise<RemoteResult> {
    await super.operate(...asked);
    await this.answer.opened;
    return this.remoteResult;
  }
}

describe("commands from the cloud", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  let site: SlowSite;
  const gateways = new TestGateways();

  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
    site = new SlowSite();
  });

  afterEach(async () => {
    site.answer.open();
    await gateways.close();
    await cloud.close();
    await broker.stop();
  });

  function aGateway(options: Partial<CloudSyncOptions> = {}): Promise<TestGateway> {
    return gateways.make({ url: broker.url, protocol: 4, ...options }, (store, clock) => ({
      commands: aDoor(store, clock),
    }));
  }

  function aDoor(store: Store, clock: SyncClock): CommandDispatcher {
    return new CommandDispatcher({
      commands,
      store,
      sealer: new CodeVault(new MasterKey(Buffer.alloc(32, 3))),
      site,
      reading: () => clock.reading(),
      newId: randomUUID,
      wake: () => {},
      onFault: (_command, cause) => assert.fail(String(cause)),
    });
  }

  async function withLocks(options: Partial<CloudSyncOptions> = {}): Promise<TestGateway> {
    const gateway = await aGateway(options);
    const changes = [aLockId, otherLockId].map((lock) => put("lock", [lock], aLock({ lock })));
    await gateway.store.commit({ changes, journal: [] }, stamp);
    gateway.sync.start();
    await cloud.online("gw-1");
    return gateway;
  }

  it("do not wait for a slow unlock, which is answered at its end", async () => {
    await withLocks();
    const unlock = await cloud.send("gw-1", "remote_unlock", { uuid: aLockId }, minute);
    const administrator = { is_default: 1, password: "135790" };
    for (const uuid of [otherLockId, aLockId]) {
      const reply = await cloud.command("gw-1", "add_password", { uuid, ...administrator });
      assert.equal(reply.ErrNo, 0);
    }
    assert.deepEqual(site.operated, [{ lock: aLockId, action: "unlock" }]);
    site.answer.open();
    const reply = await cloud.reply("gw-1", unlock);
    assert.deepEqual([reply.command, reply.ErrNo], ["remote_unlock", 0]);
  });

  it("do not unlock twice, however often the command comes while the lock is slow", async () => {
    const gateway = await withLocks();
    const id = await cloud.send("gw-1", "remote_unlock", { uuid: aLockId }, minute);
    for (let times = 0; times < 5; times += 1) {
      await cloud.send("gw-1", "remote_unlock", { uuid: aLockId }, { ...minute, id });
    }
    await cloud.command("gw-1", "list_locks", {});
    site.answer.open();
    await cloud.reply("gw-1", id);
    await gateway.until(() => gateway.sync.state().received.repeats === 5);
    assert.equal(site.operated.length, 1);
  });

  it("are refused when too many locks are slow", async () => {
    await withLocks();
    for (let count = 0; count < 16; count += 1) {
      await cloud.send("gw-1", "remote_unlock", { uuid: aLockId }, minute);
    }
    const reply = await cloud.command("gw-1", "remote_unlock", { uuid: aLockId }, minute);
    assert.equal(reply.ErrNo, 16002);
    assert.equal(site.operated.length, 16);
  });

  it("are answered at the next start and not repeated if they ran when the process ended", async () => {
    const gateway = await aGateway();
    const mark = { commandId: "c1", command: "remote_unlock", atMs: 1 };
    const changes = [put("attempt", ["c1"], mark)];
    await gateway.store.commit({ changes, journal: [] }, stamp);
    gateway.sync.start();
    const reply = await cloud.reply("gw-1", "c1");
    assert.deepEqual([reply.command, reply.ErrNo], ["remote_unlock", 16004]);
    await cloud.send("gw-1", "remote_unlock", { uuid: aLockId }, { ...minute, id: "c1" });
    await gateway.until(() => gateway.sync.state().received.repeats === 1);
    assert.equal(gateway.store.get("attempt", ["c1"]), undefined);
    assert.deepEqual(site.operated, []);
  });

  it("are answered busy above the rate, change nothing, and may come again under their id", async () => {
    const gateway = await withLocks({ commandRate: { burst: 3, perSecond: 0 } });
    for (let count = 0; count < 3; count += 1) await cloud.command("gw-1", "list_locks", {});
    const { head } = gateway;
    const params = { uuid: aLockId, is_default: 1, password: "135790" };
    const reply = await cloud.command("gw-1", "add_password", params, { id: "c9" });
    assert.deepEqual([reply.ErrNo, reply.command, reply.seq], [16002, "add_password", undefined]);
    assert.equal(gateway.head, head);
    assert.equal(gateway.store.get("inbox", ["c9"]), undefined);
    assert.equal(gateway.sync.state().received.refused, 1);
  });

  it("are answered above the rate if they are repeats", async () => {
    const gateway = await withLocks({ commandRate: { burst: 1, perSecond: 0 } });
    await cloud.command("gw-1", "list_locks", {}, { id: "c1" });
    for (let times = 0; times < 20; times += 1) {
      await cloud.send("gw-1", "list_locks", {}, { id: "c1" });
    }
    await gateway.until(() => gateway.sync.state().received.repeats === 20);
    assert.equal(gateway.sync.state().received.refused, 0);
  });

  it("are refused while the journal is full, unless they are revocations", async () => {
    const gateway = await aGateway({
      acknowledge: "cloud",
      backlog: { maxRecords: 50, maxBytes: 1_000_000 },
    });
    const event: JournalEntry = { kind: "event", event: "brokenAlarm", lock: null, detail: null };
    const changes = [put("lock", [aLockId], aLock())];
    const journal = Array.from({ length: 60 }, () => event);
    await gateway.store.commit({ changes, journal }, stamp);
    gateway.sync.start();
    await cloud.online("gw-1");
    await gateway.until(() => gateway.sync.state().isFull);
    const params = { uuid: aLockId, is_default: 1, password: "135790" };
    const refused = await cloud.command("gw-1", "add_password", params);
    assert.equal(refused.ErrNo, 16002);
    assert.match(refused.ErrMsg, /journal is full/);
    const address = { uuid: aLockId, password_id: 4 };
    const revocation = await cloud.command("gw-1", "delete_password", address);
    assert.equal(revocation.ErrNo, 15006);
    const action = "tuya.m.zigbee.lock.temppwd.update";
    const late = await cloud.command("gw-1", action, { devId: aLockId, id: "4", operate: 125 });
    assert.notEqual(late.ErrNo, 16002);
    const gap = await cloud.event("gw-1", "journalGap");
    assert.equal(gap.detail?.["reason"], "full");
  });

  it("may be a snapshot on down/sync, answered like any command", async () => {
    await withLocks();
    const passwords = [{ password_id: 999, revision: 4, password: "135790" }];
    const reply = await cloud.snapshot("gw-1", { uuid: aLockId, passwords });
    assert.deepEqual([reply.command, reply.ErrNo, reply["added"]], ["apply_snapshot", 0, 1]);
    const stale = [{ password_id: 999, revision: 3, password: "135791" }];
    const refused = await cloud.snapshot("gw-1", { uuid: aLockId, passwords: stale });
    assert.equal(refused.ErrNo, 16010);
  });

  it("may request digests, which show a change of the desired state", async () => {
    const gateway = await withLocks();
    const before = await cloud.digests("gw-1");
    assert.deepEqual(before.fields["locks"], gateway.digest.locks());
    assert.deepEqual([before.isRetained, before.fields["boot"]], [false, gateway.boot]);
    const params = { uuid: aLockId, is_default: 1, password: "135790" };
    await cloud.command("gw-1", "add_password", params);
    const after = await cloud.digests("gw-1", aLockId);
    assert.deepEqual(after.fields["locks"], [gateway.digest.lock(aLockId)]);
    assert.notDeepEqual(after.fields["digest"], before.fields["digest"]);
    const unknown = await cloud.digests("gw-1", "0x0000000000000009");
    assert.deepEqual(unknown.fields["locks"], []);
  });
});

describe("the rate of commands", () => {
  it("allows a burst, then a number per second, and never saves more than a burst", () => {
    let nowMs = 0;
    const bucket = new TokenBucket({ burst: 5, perSecond: 2 }, () => nowMs);
    const taken = () => {
      let count = 0;
      while (bucket.take()) count += 1;
      return count;
    };
    assert.equal(taken(), 5);
    nowMs += 1_500;
    assert.equal(taken(), 3);
    nowMs += 3_600_000;
    assert.equal(taken(), 5);
  });
});

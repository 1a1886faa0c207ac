import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { isMarkedOutdated } from "../../../../daemon/store/opening/outdated-mark.ts";
import { judgeState } from "../../../../sync/presence/own-state.ts";
import { provenBoot, provenStateIn } from "../../../../sync/presence/state-proof.ts";
import { TestBroker } from "../../../support/cloud/broker.ts";
import { Cloud } from "../../../support/cloud/cloud.ts";
import { aTemporaryStore, testKey } from "../../../support/rigs/temporary-store.ts";
import { TestGateway } from "../test-gateway.ts";

const id = "gw-1";
const prove = (lines: readonly string[]) => `proof of ${lines.join(" ")}`;

describe("a state message under the gateway's own id", () => {
  const own = {
    boot: "mine",
    start: 6,
    before: { epoch: "E", last: 5, boots: ["before"] },
    epoch: "E",
    head: 10,
  };
  const word = { isOnline: true, boot: "theirs", start: 6, journal: { epoch: "E", head: 10 } };

  it("proves nothing if it is from this start or the one before", () => {
    assert.equal(judgeState({ ...word, boot: "mine" }, own, true), "nothing");
    assert.equal(judgeState({ ...word, boot: "before", start: 5 }, own, false), "nothing");
  });

  it("proves an older copy if it has records that this store never made", () => {
    const journal = { epoch: "E", head: 11 };
    assert.equal(judgeState({ ...word, boot: "before", start: 5, journal }, own, true), "outdated");
  });

  it("proves an older copy if it is from a start that this store does not know", () => {
    assert.equal(judgeState(word, own, false), "outdated");
    const will = { isOnline: false, boot: "theirs", start: 6, journal: null };
    assert.equal(judgeState(will, own, false), "outdated");
    const otherEpoch = { ...word, journal: { epoch: "F", head: 1 } };
    assert.equal(judgeState(otherEpoch, own, false), "outdated");
  });

  it("does not make a new store outdated", () => {
    const before = { epoch: "E before this one", last: 5, boots: ["before"] };
    const other = { ...word, journal: { epoch: "E before this one", head: 99 }, start: 9 };
    assert.equal(judgeState({ ...other, isOnline: false }, { ...own, before }, false), "nothing");
    assert.equal(judgeState(other, { ...own, before }, false), "duplicate");
  });

  it("proves another gateway if it is online and this one has published its birth", () => {
    const otherEpoch = { ...word, journal: { epoch: "F", head: 1 } };
    assert.equal(judgeState(otherEpoch, own, true), "duplicate");
    assert.equal(judgeState({ ...otherEpoch, start: 3 }, own, true), "duplicate");
    assert.equal(judgeState({ ...otherEpoch, isOnline: false }, own, true), "nothing");
  });

  it("proves nothing if its proof is of another gateway, start or state", () => {
    const boot = provenBoot(prove, id, 4);
    const will = (body: object) => Buffer.from(JSON.stringify({ state: "offline", ...body }));
    assert.deepEqual(provenStateIn(will({ boot }), prove, id), {
      isOnline: false,
      boot,
      start: 4,
      journal: null,
    });
    assert.equal(provenStateIn(will({ boot }), prove, "gw-2"), null);
    assert.equal(provenStateIn(will({ boot: boot.replace("4.", "5.") }), prove, id), null);
    assert.equal(provenStateIn(will({ boot: "made up" }), prove, id), null);
    assert.equal(provenStateIn(Buffer.from("not JSON"), prove, id), null);
  });
});

describe("CloudSync with its own retained state", () => {
  let broker: TestBroker;
  let cloud: Cloud;
  const stores: LevelStore[] = [];
  const gateways: TestGateway[] = [];
  const folders: string[] = [];

  beforeEach(async () => {
    broker = await TestBroker.start();
    cloud = await Cloud.connect({ url: broker.url });
  });
  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.sync.stop();
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
    await cloud.close();
    await broker.stop();
  });

  function gatewayOver(store: LevelStore): TestGateway {
    const gateway = new TestGateway(store, { url: broker.url, protocol: 4 });
    gateways.push(gateway);
    return gateway;
  }

  async function storeIn(directory: string): Promise<LevelStore> {
    const store = await openStore({
      directory,
      mode: "existing",
      masterKey: testKey,
    });
    stores.push(store);
    return store;
  }

  /** A store that was used with the broker, and a copy of it. */
  async function twoCards(): Promise<{ readonly card: string; readonly copy: string }> {
    const { store, directory } = await aTemporaryStore();
    const first = gatewayOver(store);
    first.sync.start();
    await cloud.online(id);
    await first.happen(2);
    await cloud.upTo(id, 2);
    await first.sync.stop();
    await store.close();
    const copy = `${directory}-copy`;
    await cp(directory, copy, { recursive: true });
    folders.push(directory, copy);
    return { card: directory, copy };
  }

  it("uses no number twice after an older copy of the card was restored", async () => {
    const { card, copy } = await twoCards();
    const newer = gatewayOver(await storeIn(card));
    newer.sync.start();
    await newer.happen(3);
    await cloud.upTo(id, 5);
    await newer.sync.stop();
    const older = gatewayOver(await storeIn(copy));
    await older.happen(3);
    const { length } = broker.published;
    older.sync.start();
    await older.until(() => older.store.failed.aborted);
    assert.equal(isMarkedOutdated(copy), true);
    const sent = broker.published.slice(length).filter(({ topic }) => !topic.endsWith("/up/state"));
    assert.deepEqual(sent, []);
  });

  it("finds the older copy by the farewell of a start without a record", async () => {
    const { card, copy } = await twoCards();
    const newer = gatewayOver(await storeIn(card));
    newer.sync.start();
    await cloud.until("the second start", () =>
      cloud.gateway(id).presences.filter(({ state }) => state === "online").length > 1
        ? true
        : null,
    );
    await newer.sync.stop();
    const older = gatewayOver(await storeIn(copy));
    older.sync.start();
    await older.until(() => older.store.failed.aborted);
  });

  it("ignores a state message without a proof", async () => {
    const gateway = gatewayOver((await aTemporaryStore()).store);
    const { epoch } = gateway.store.journalRange();
    const forged = { state: "online", boot: "b", start: 99, epoch, head: 99, proof: "forged" };
    const other = await Cloud.connect({ url: broker.url });
    await other.sendState(id, JSON.stringify(forged));
    gateway.sync.start();
    await gateway.happen(1);
    await cloud.upTo(id, 1);
    await other.sendState(id, JSON.stringify(forged));
    await gateway.happen(1);
    await cloud.upTo(id, 2);
    assert.equal(gateway.store.failed.aborted, false);
    assert.equal(gateway.sync.state().alarm, null);
    await other.close();
  });

  it("names another gateway of the same id when it receives its birth", async () => {
    const elsewhere = await TestBroker.start();
    try {
      const watcher = await Cloud.connect({ url: elsewhere.url });
      const other = new TestGateway((await aTemporaryStore()).store, {
        url: elsewhere.url,
        protocol: 4,
      });
      gateways.push(other);
      other.sync.start();
      const { body } = await watcher.until(
        "the other's birth",
        () => elsewhere.published.find(({ topic }) => topic.endsWith("/up/state")) ?? null,
      );
      const one = gatewayOver((await aTemporaryStore()).store);
      one.sync.start();
      await one.happen(1);
      await cloud.upTo(id, 1);
      await cloud.sendState(id, body);
      const alarm = await cloud.event(id, "duplicateGatewayAlarm");
      assert.equal(typeof alarm.detail?.["boot"], "string");
      await watcher.close();
    } finally {
      await elsewhere.stop();
    }
  });
});

describe("CloudSync with an acknowledgement that does not fit", () => {
  it("keeps its cursor and its store, and raises an alarm", async () => {
    const broker = await TestBroker.start();
    const cloud = await Cloud.connect({ url: broker.url });
    const temporary = await aTemporaryStore();
    const gateway = new TestGateway(temporary.store, {
      url: broker.url,
      protocol: 4,
      acknowledge: "cloud",
    });
    try {
      gateway.sync.start();
      await gateway.happen(2);
      await cloud.upTo(id, 2);
      const { epoch } = gateway.store.journalRange();
      await cloud.acknowledge(id, epoch, 1_000);
      const { detail } = await cloud.event(id, "refusedMessageAlarm");
      assert.equal(detail?.["kind"], "acknowledgement");
      assert.deepEqual([gateway.sync.state().cursor, gateway.store.failed.aborted], [0, false]);
      await cloud.acknowledge(id, epoch, 2);
      await gateway.until(() => gateway.sync.state().cursor === 2);
    } finally {
      await gateway.sync.stop();
      await cloud.close();
      await broker.stop();
      await temporary.remove();
    }
  });
});

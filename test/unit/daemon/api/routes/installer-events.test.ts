import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import type { MetricSample } from "../../../../../daemon/api/ports.ts";
import { passphrases } from "../../../../../daemon/base/passphrase.ts";
import { commands } from "../../../../../daemon/commands/table.ts";
import { openingEvent } from "../../../../../daemon/core/event/opening.ts";
import type { LockId } from "../../../../../daemon/core/model/door-lock.ts";
import type { JournalEntry } from "../../../../../daemon/core/model/journal.ts";
import { LiveEvents } from "../../../../../daemon/diagnostics/live-events.ts";
import { PairingEvents } from "../../../../../daemon/events/pairing-events.ts";
import type { LevelStore } from "../../../../../daemon/store/level-store.ts";
import { type Change, put } from "../../../../../daemon/store/store.ts";
import type { PairingStep } from "../../../../../drivers/lock-driver.ts";
import { aLock, aPassword } from "../../../../support/records.ts";
import { EventWatcher } from "../../../../support/rest/event-watcher.ts";
import { PageClient } from "../../../../support/rest/page-client.ts";
import { post } from "../../../../support/rest/rest-client.ts";
import { fetchText } from "../../../../support/rest/rest-gateway.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { aTemporaryStore } from "../../../../support/rigs/temporary-store.ts";
import { within } from "../../../../support/within.ts";
import { closing } from "../api-room.ts";

const passphrase = "four words and a half";
const passphraseHash = await passphrases.hash(passphrase);
const nowMs = 1_800_000_000_000;

const fresh: LockId = "0x00124b00000000a1";
const old: LockId = "0x00124b00000000a2";
/** Paired in the session, and hung in another home since. */
const foreign: LockId = "0x00124b00000000f1";

const names = {
  gatewayId: "gw-1",
  nameOf: () => ({ homeId: "h2", roomId: null, nickname: "front" }),
};

/** The real API over a store whose journal gives the events, with an installer at a browser. */
class Room {
  readonly store: LevelStore;
  readonly running: RunningApi;
  readonly steps: EventEmitter;
  readonly browser: PageClient;

  private constructor(store: LevelStore, running: RunningApi, steps: EventEmitter) {
    this.store = store;
    this.running = running;
    this.steps = steps;
    this.browser = new PageClient(running.tcp.port);
  }

  static async open(homes: readonly string[] | null): Promise<Room> {
    const temporary = await aTemporaryStore();
    closing.push(() => temporary.remove());
    const { store } = temporary;
    const steps = new EventEmitter();
    const onStep = (listener: (step: PairingStep) => void) => {
      steps.on("step", listener);
      return () => steps.off("step", listener);
    };
    const running = await runApi(store, {
      commands,
      events: new LiveEvents(store, names, () => nowMs),
      pairing: new PairingEvents({ onStep }, "run-1"),
      metrics: { samples: () => [old, fresh, foreign].map(onlineOf) },
      startMs: nowMs,
    });
    closing.push(() => running.api.close());
    const room = new Room(store, running, steps);
    await room.#settle(homes);
    return room;
  }

  async #settle(homes: readonly string[] | null): Promise<void> {
    await this.limitTo(homes);
    const lock = (id: LockId, pairedAtMs: number) =>
      put("lock", [id], aLock({ lock: id, pairedAtMs }));
    await this.put(
      lock(old, nowMs - 1),
      lock(fresh, nowMs),
      lock(foreign, nowMs),
      put("binding", [foreign], { lock: foreign, homeId: "h2", roomId: null, boundAtMs: nowMs }),
    );
    const { body } = await this.browser.post("/api/session", { name: "Ivo", passphrase });
    assert.equal(body.ErrNo, 0, body.ErrMsg);
  }

  async limitTo(homes: readonly string[] | null): Promise<void> {
    const scope = "installer";
    const account = { name: "Ivo", scope, homes, passphraseHash, createdAtMs: nowMs } as const;
    await this.put(put("account", ["ivo"], account));
  }

  async put(...changes: readonly Change[]): Promise<void> {
    await this.store.commit({ changes, journal: [] }, { atMs: nowMs, clock: "synced" });
  }

  async tell(...journal: readonly JournalEntry[]): Promise<void> {
    await this.store.commit({ changes: [], journal }, { atMs: nowMs, clock: "synced" });
  }

  /** A stream that this browser watches, once it is open. */
  async watch(path = "/api/events", lastId = ""): Promise<EventWatcher> {
    const { port } = this.running.tcp;
    return await opened(new EventWatcher({ port, path, cookie: this.browser.cookie }), lastId);
  }

  /** The stream of an API client that is an installer too. */
  async watchAsClient(): Promise<EventWatcher> {
    const { tcp } = this.running;
    const client_secret = await this.running.addClient("partner", "installer");
    const pair = { client_id: "partner", client_secret };
    const { body } = await post(tcp, "/openapi/v1/access_token", pair);
    const token = String(body["access_token"]);
    return await opened(new EventWatcher({ port: tcp.port, path: "/api/events", token }), "");
  }
}

async function opened(watcher: EventWatcher, lastId: string): Promise<EventWatcher> {
  watcher.lastId = lastId;
  closing.push(() => Promise.resolve(watcher.leave()));
  const response = await watcher.open();
  await within(5_000, "the first id", async () => {
    while (watcher.lastId === "") await new Promise((resolve) => response.once("data", resolve));
  });
  return watcher;
}

/** Resolves when the watcher has an event of this name. */
async function seen(watcher: EventWatcher, name: string): Promise<readonly string[]> {
  await within(5_000, name, async () => {
    while (!watcher.events.some(({ event }) => event === name)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  return watcher.events.map(({ event, body }) => `${event} ${String(body["uuid"])}`);
}

function onlineOf(lock: LockId): MetricSample {
  return { name: "lock_online", type: "gauge", help: "1 = online", labels: { lock }, value: 1 };
}

/** An opening as the lock's own event makes it, by somebody who has a code. */
function opening(lock: LockId): JournalEntry {
  return openingEvent(aLock({ lock }), {
    ...{ atMs: nowMs, source: "keypad", unlockId: "1/3", userId: 3 },
    holder: aPassword({ lock, id: 7, name: "Tenant Tim" }),
  });
}

function wrongCodes(lock: LockId): JournalEntry {
  const detail = { wrong_codes: 3, password_id: 7, name: "Tenant Tim" };
  return { kind: "event", event: "wrongPwdAlarm", lock, detail };
}

/** Ends what a test tells: everybody gets it. */
const last: JournalEntry = { kind: "event", event: "stickOfflineAlarm", lock: null, detail: null };
const atDoor = [old, foreign, fresh].flatMap((lock) => [opening(lock), wrongCodes(lock)]);
const ofFresh = [`lockerOpenAlarm ${fresh}`, `wrongPwdAlarm ${fresh}`, "stickOfflineAlarm gw-1"];

describe("an installer who tries a code", () => {
  it("sees the opening of a lock that was paired in his session, and of no other", async () => {
    const room = await Room.open(["h1"]);
    const watcher = await room.watch();
    await room.tell(...atDoor, last);
    assert.deepEqual(await seen(watcher, "stickOfflineAlarm"), ofFresh);
  });

  it("sees it in all homes if his work is not limited to some", async () => {
    const room = await Room.open(null);
    const watcher = await room.watch();
    await room.tell(...atDoor, last);
    const ofForeign = [`lockerOpenAlarm ${foreign}`, `wrongPwdAlarm ${foreign}`];
    assert.deepEqual(await seen(watcher, "stickOfflineAlarm"), [...ofForeign, ...ofFresh]);
  });

  it("sees no name and no id of who opened", async () => {
    const room = await Room.open(["h1"]);
    const watcher = await room.watch();
    await room.tell(opening(fresh), wrongCodes(fresh), last);
    await seen(watcher, "stickOfflineAlarm");
    const [opened, wrong] = watcher.events.map(({ body }) => body["detail"]);
    assert.deepEqual(opened, { eventid: 1, time: nowMs, source: 2, method: "keypad" });
    assert.deepEqual(wrong, { wrong_codes: 3 });
  });

  it("gets it again after a break of the connection, and not in the journal", async () => {
    const room = await Room.open(["h1"]);
    const before = await room.watch();
    const { lastId } = before;
    before.leave();
    await room.tell(...atDoor, last);
    const watcher = await room.watch("/api/events", lastId);
    assert.deepEqual(await seen(watcher, "stickOfflineAlarm"), ofFresh);
    const { body } = await room.browser.get("/openapi/v1/read_journal");
    const text = JSON.stringify(body);
    assert.match(text, /stickOfflineAlarm/);
    assert.doesNotMatch(text, /lockerOpenAlarm|wrongPwdAlarm/);
  });

  it("sees nothing of the door through an API client's token, which has no session", async () => {
    const room = await Room.open(null);
    const watcher = await room.watchAsClient();
    await room.tell(...atDoor, last);
    assert.deepEqual(await seen(watcher, "stickOfflineAlarm"), ["stickOfflineAlarm gw-1"]);
  });
});

describe("the live events of an installer who is limited to homes", () => {
  const jammed = (lock: LockId): JournalEntry => ({
    ...{ kind: "event", event: "lockJammedAlarm", lock, detail: null },
  });

  it("leave out the locks of other homes, and follow a change of his homes", async () => {
    const room = await Room.open(["h1"]);
    const watcher = await room.watch();
    await room.tell(jammed(foreign), jammed(old), jammed(fresh), last);
    const first = [`lockJammedAlarm ${fresh}`, "stickOfflineAlarm gw-1"];
    assert.deepEqual(await seen(watcher, "stickOfflineAlarm"), first);
    assert.doesNotMatch(JSON.stringify(watcher.events), /"h2"/);
    await room.limitTo(["h2"]);
    await room.tell(jammed(foreign), { ...last, event: "clearStickOfflineAlarm" });
    assert.deepEqual(await seen(watcher, "clearStickOfflineAlarm"), [
      ...first,
      `lockJammedAlarm ${foreign}`,
      "clearStickOfflineAlarm gw-1",
    ]);
  });

  it("leave out the steps of a lock of another home that pairs again", async () => {
    const room = await Room.open(["h1"]);
    const watcher = await room.watch("/api/pairing/events");
    const step = (name: "joined" | "interviewing", device: LockId) =>
      room.steps.emit("step", { step: name, device } satisfies PairingStep);
    step("joined", foreign);
    step("joined", "0x00124b00000000a3");
    step("interviewing", fresh);
    const steps = await seen(watcher, "interviewing");
    assert.deepEqual(steps, ["joined 0x00124b00000000a3", `interviewing ${fresh}`]);
  });
});

describe("the metrics for an installer who is limited to homes", () => {
  it("leave out the locks of other homes", async () => {
    const room = await Room.open(["h1"]);
    const { cookie } = room.browser;
    const { text } = await fetchText(room.running.tcp, "/metrics", { cookie });
    assert.match(text, /lock="0x00124b00000000a1"/);
    assert.doesNotMatch(text, /00124b00000000a2|00124b00000000f1/);
  });
});

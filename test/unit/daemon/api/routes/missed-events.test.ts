import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import type { LiveEvent, LiveEventSource, MissedEvents } from "../../../../../daemon/api/ports.ts";
import { eventStreamLimits } from "../../../../../daemon/api/routes/event-stream.ts";
import type { Caller } from "../../../../../daemon/commands/caller.ts";
import type { EventName } from "../../../../../daemon/core/model/journal.ts";
import { LiveEvents } from "../../../../../daemon/diagnostics/live-events.ts";
import { PairingEvents } from "../../../../../daemon/events/pairing-events.ts";
import type { LevelStore } from "../../../../../daemon/store/level-store.ts";
import type { PairingStep } from "../../../../../drivers/lock-driver.ts";
import { EventWatcher } from "../../../../support/rest/event-watcher.ts";
import { post } from "../../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { aTemporaryStore } from "../../../../support/rigs/temporary-store.ts";
import { Gate, within } from "../../../../support/within.ts";
import { closing } from "../api-room.ts";

const names = {
  gatewayId: "gw-1",
  nameOf: () => ({ homeId: "", roomId: null, nickname: "front" }),
};
const lock = "0x00124b0000000001";

/** The real API over a store, whose journal gives the events. */
class Room {
  readonly store: LevelStore;
  readonly running: RunningApi;
  readonly steps: EventEmitter;

  private constructor(store: LevelStore, running: RunningApi, steps: EventEmitter) {
    this.store = store;
    this.running = running;
    this.steps = steps;
  }

  static async open(maxBufferedBytes = eventStreamLimits.maxBufferedBytes): Promise<Room> {
    const temporary = await aTemporaryStore();
    closing.push(() => temporary.remove());
    const { store } = temporary;
    const steps = new EventEmitter();
    const onStep = (listener: (step: PairingStep) => void) => {
      steps.on("step", listener);
      return () => steps.off("step", listener);
    };
    const running = await runApi(store, {
      events: new LiveEvents(store, names, () => 5_000),
      pairing: new PairingEvents({ onStep }, "run-1"),
      eventLimits: { ...eventStreamLimits, maxBufferedBytes },
    });
    closing.push(() => running.api.close());
    return new Room(store, running, steps);
  }

  watcher(scope: Caller["scope"] = "manager", path = "/api/events"): Promise<EventWatcher> {
    return watcherOf(this.running, scope, path);
  }

  /** Commits events with these numbers in one batch. */
  async tell(event: EventName, ...numbers: readonly number[]): Promise<void> {
    const journal = numbers.map(
      (number) => ({ kind: "event", event, lock, detail: { number } }) as const,
    );
    await this.store.commit({ changes: [], journal }, { atMs: 1_000, clock: "synced" });
  }
}

async function watcherOf(
  running: RunningApi,
  scope: Caller["scope"],
  path: string,
): Promise<EventWatcher> {
  const { tcp } = running;
  const client_secret = await running.addClient(scope, scope);
  const pair = { client_id: scope, client_secret };
  const { body } = await post(tcp, "/openapi/v1/access_token", pair);
  const watcher = new EventWatcher({ port: tcp.port, path, token: String(body["access_token"]) });
  closing.push(() => Promise.resolve(watcher.leave()));
  return watcher;
}

function numbersOf({ events }: EventWatcher): readonly unknown[] {
  return events.map(({ body }) => Reflect.get(Object(body["detail"]), "number"));
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Opens the stream and resolves when the watcher has the id with which it can come back. */
async function begun(watcher: EventWatcher): Promise<void> {
  const response = await watcher.open();
  await within(5_000, "the first id", async () => {
    while (watcher.lastId === "") await new Promise((resolve) => response.once("data", resolve));
  });
}

/** Opens the stream and resolves when the watcher has this many events in all. */
async function had(watcher: EventWatcher, count: number): Promise<void> {
  if (watcher.events.length >= count) return;
  await within(20_000, `${count} events`, async () => {
    await new Promise<void>((resolve, reject) => {
      watcher
        .open(() => {
          if (watcher.events.length >= count) resolve();
        })
        .catch(reject);
    });
  });
}

/** Events whose missed part a test gives when it likes. */
class SlowSource implements LiveEventSource {
  readonly asked = new Gate();
  answer: (missed: MissedEvents) => void = () => undefined;
  tell: (event: LiveEvent) => void = () => undefined;

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.tell = listener;
    return () => undefined;
  }

  position(): string {
    return "e:0";
  }

  missed(): Promise<MissedEvents> {
    this.asked.open();
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }
}

function numbered(seq: number): LiveEvent {
  const body = { detail: { number: seq } };
  return { id: `e:${seq}`, seq, event: "brokenAlarm", lock: null, body };
}

describe("events that happen while the missed ones are read", () => {
  async function aWatcher(source: SlowSource, maxWaiting = eventStreamLimits.maxWaiting) {
    const temporary = await aTemporaryStore();
    closing.push(() => temporary.remove());
    const eventLimits = { ...eventStreamLimits, maxWaiting };
    const running = await runApi(temporary.store, { events: source, eventLimits });
    closing.push(() => running.api.close());
    const watcher = await watcherOf(running, "manager", "/api/events");
    watcher.lastId = "e:0";
    return watcher;
  }

  it("come after them, and none of them twice", async () => {
    const source = new SlowSource();
    const watcher = await aWatcher(source);
    const done = had(watcher, 5);
    await source.asked.opened;
    for (const seq of [3, 4]) source.tell(numbered(seq));
    source.answer({ events: [1, 2, 3].map(numbered), through: "e:3" });
    await new Promise((resolve) => setImmediate(resolve));
    // A reader of the journal that is behind tells what the watcher has had already.
    for (const seq of [3, 5]) source.tell(numbered(seq));
    await done;
    assert.deepEqual(numbersOf(watcher), [1, 2, 3, 4, 5]);
  });

  it("end the stream when too many of them wait", async () => {
    const source = new SlowSource();
    const watcher = await aWatcher(source, 2);
    const response = await watcher.open();
    await source.asked.opened;
    const ended = new Promise((resolve) => response.once("end", resolve));
    for (const seq of [1, 2, 3]) source.tell(numbered(seq));
    await within(5_000, "the end", () => ended);
    assert.deepEqual(numbersOf(watcher), []);
  });
});

describe("a watcher that comes back with the id of its last event", () => {
  it("gets every event once and in sequence, however often its connection breaks", async () => {
    const room = await Room.open();
    const watcher = await room.watcher();
    const total = 400;
    await begun(watcher);
    const telling = (async () => {
      for (let number = 1; number <= total; number += 4) {
        await room.tell("brokenAlarm", number, number + 1, number + 2, number + 3);
      }
    })();
    for (let goal = 13; goal < total; goal += 13) {
      watcher.leave();
      await had(watcher, goal);
    }
    watcher.leave();
    await telling;
    await had(watcher, total);
    assert.deepEqual(numbersOf(watcher), upTo(total));
  });

  it("gets what happened while it was away, although it had had no event yet", async () => {
    const room = await Room.open();
    await room.tell("brokenAlarm", 1);
    const watcher = await room.watcher();
    await begun(watcher);
    watcher.leave();
    await room.tell("brokenAlarm", 2, 3);
    await had(watcher, 2);
    assert.deepEqual(numbersOf(watcher), [2, 3]);
  });

  it("gets the newest 1000 records, and before them a journalGap that counts the others", async () => {
    const room = await Room.open();
    const watcher = await room.watcher();
    await room.tell("brokenAlarm", ...upTo(5));
    const { epoch, head } = room.store.journalRange();
    watcher.lastId = `${epoch}:${head - 2}`;
    await room.tell("brokenAlarm", ...upTo(1500));
    await had(watcher, 1001);
    const [gap, first] = watcher.events;
    assert.equal(gap?.event, "journalGap");
    const from = head - 1;
    const to = head + 500;
    assert.deepEqual(gap?.body["detail"], { from, to, count: to - from + 1, reason: "pruned" });
    assert.equal(first?.body["seq"], to + 1);
    assert.deepEqual(numbersOf(watcher).slice(1), upTo(1500).slice(500));
  });

  it("gets a journalGap and only new events if nobody knows its id", async () => {
    const room = await Room.open();
    await room.tell("brokenAlarm", 1, 2);
    const { epoch, head } = room.store.journalRange();
    for (const id of ["another-epoch:1", `${epoch}:${head + 1}`, "nonsense", `${epoch}:x`]) {
      const watcher = await room.watcher();
      watcher.lastId = id;
      await had(watcher, 1);
      const [gap] = watcher.events;
      assert.equal(gap?.event, "journalGap", id);
      assert.equal(Reflect.get(Object(gap?.body["detail"]), "reason"), "unknown", id);
      assert.equal(watcher.lastId, `${epoch}:${head}`, id);
      watcher.leave();
    }
  });

  it("gets only what its scope may read", async () => {
    const room = await Room.open();
    const watcher = await room.watcher("technician");
    watcher.lastId = `${room.store.journalRange().epoch}:0`;
    await room.tell("lockerOpenAlarm", 1);
    await room.tell("brokenAlarm", 2);
    await room.tell("activity", 3);
    await room.tell("batteryAlarm", 4);
    await had(watcher, 2);
    assert.deepEqual(numbersOf(watcher), [2, 4]);
  });

  it("gets missed events no faster than it reads them, so that it is not cut off", async () => {
    // Above what Node.js buffers before a stream asks for a pause: 64 KiB since 22.
    const room = await Room.open(128 * 1024);
    const watcher = await room.watcher();
    watcher.lastId = `${room.store.journalRange().epoch}:0`;
    await room.tell("brokenAlarm", ...upTo(900));
    await had(watcher, 900);
    assert.deepEqual(numbersOf(watcher), upTo(900));
    assert.doesNotMatch(room.running.logLines.join(""), /too slow/);
  });

  it("gets the steps of a pairing that it has missed", async () => {
    const room = await Room.open();
    const watcher = await room.watcher("technician", "/api/pairing/events");
    const step = (name: "joined" | "interviewing") =>
      room.steps.emit("step", { step: name, device: lock } satisfies PairingStep);
    step("joined");
    await begun(watcher);
    assert.equal(watcher.lastId, "pairing-run-1:1");
    watcher.leave();
    step("interviewing");
    await had(watcher, 1);
    assert.deepEqual(
      watcher.events.map(({ event, id }) => [event, id]),
      [["interviewing", "pairing-run-1:2"]],
    );
  });
});

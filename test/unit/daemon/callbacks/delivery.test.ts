import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type CallbackOptions, Callbacks } from "../../../../daemon/callbacks/callbacks.ts";
import { refusalLimit } from "../../../../daemon/callbacks/delivery.ts";
import { EventEnvelopes } from "../../../../daemon/callbacks/envelopes.ts";
import { timestampOf } from "../../../../daemon/core/model/clock.ts";
import type { EventName, JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { deviceName } from "../../../../daemon/events/device-names.ts";
import { JournalMaintenance } from "../../../../daemon/journal/journal-maintenance.ts";
import { createLogger } from "../../../../daemon/process/log.ts";
import { put, remove } from "../../../../daemon/store/store.ts";
import { aLock, aLockId } from "../../../support/records.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";
import { within } from "../../../support/within.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A partner's server: records what it receives and answers as the test says. */
class Partner {
  readonly received: Fields[] = [];
  /** How the next calls are answered; then ErrNo 0. */
  readonly answers: ((response: ServerResponse) => void)[] = [];
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      request.on("end", () => {
        this.received.push(JSON.parse(text));
        const answer = this.answers.shift();
        if (answer === undefined) response.end('{"ErrNo":0,"ErrMsg":""}');
        else answer(response);
      });
    });
  }

  static async start(port = 0): Promise<Partner> {
    const partner = new Partner();
    await new Promise<void>((resolve) => partner.#server.listen(port, "127.0.0.1", resolve));
    const address = partner.#server.address();
    partner.#port = typeof address === "object" && address !== null ? address.port : 0;
    return partner;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/events`;
  }

  get events(): readonly unknown[] {
    return this.received.map((fields) => fields["event"]);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const quickly = { leastMs: 1, firstMs: 2, longestMs: 5 };
const time = { nowMs: 1_800_000_000_000, state: "synced" } as const;

describe("callbacks", () => {
  let temporary: TemporaryStore;
  let partner: Partner;
  let callbacks: Callbacks;
  const leftOut: [string, number][] = [];
  const faults: unknown[] = [];

  function build(options: Partial<CallbackOptions> = {}): Callbacks {
    const envelopes = new EventEnvelopes({
      gatewayId: "gw-1",
      nameOf: (lock) => deviceName(temporary.store, { name: "box", homeId: null }, lock),
      openSealed: () => assert.fail("no codes here"),
    });
    return new Callbacks(
      {
        store: temporary.store,
        reading: () => time,
        envelopeOf: (record) => envelopes.of(record),
        gapEnvelope: (from, to) => envelopes.ofGap(from, to, time),
        onSkipped: ({ callbackId }, count) => void leftOut.push([callbackId, count]),
        waits: quickly,
        random: () => 0.5,
      },
      {
        caFile: undefined,
        rules: { isHttpAllowed: true, isPrivateAllowed: false },
        onFault: (cause) => void faults.push(cause),
        ...options,
      },
    );
  }

  beforeEach(async () => {
    temporary = await aTemporaryStore();
    partner = await Partner.start();
    leftOut.length = 0;
    faults.length = 0;
    callbacks = build();
    const binding = { lock: aLockId, homeId: "h1", roomId: "r1", boundAtMs: 0 };
    await write([put("lock", [aLockId], aLock()), put("binding", [aLockId], binding)]);
  });

  afterEach(async () => {
    await callbacks.stop();
    await partner.close();
    await temporary.remove();
    assert.deepEqual(faults, []);
  });

  async function write(
    changes: Parameters<TemporaryStore["store"]["commit"]>[0]["changes"],
    journal: readonly JournalEntry[] = [],
  ): Promise<void> {
    const stamp = timestampOf(time);
    await temporary.store.commit({ changes, journal }, stamp);
  }

  async function register(callbackId: string, url: string): Promise<void> {
    const { epoch, head } = temporary.store.journalRange();
    const record = { callbackId, url, createdAtMs: 0, epoch, afterSeq: head };
    await write([put("callback", [callbackId], record)]);
    callbacks.refresh();
    await callbacks.idle();
  }

  function event(name: EventName): JournalEntry {
    return { kind: "event", event: name, lock: aLockId, detail: null };
  }

  async function until(isSo: () => boolean, what: string): Promise<void> {
    await within(10_000, what, async () => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
    });
  }

  it("get each event in the envelope of V1.6, with home, room and nickname", async () => {
    callbacks.start();
    await register("a", partner.url);
    const detail = { battery_level: 9 };
    const { epoch } = temporary.store.journalRange();
    await write([], [{ kind: "event", event: "batteryAlarm", lock: aLockId, detail }]);
    await until(() => partner.received.length === 1, "the event");
    const { id, ...fields } = partner.received[0] ?? {};
    assert.equal(typeof id, "string");
    assert.deepEqual(fields, {
      event: "batteryAlarm",
      time: 1_800_000_000,
      uuid: aLockId,
      home_id: "h1",
      room_id: "r1",
      nickname: "front door",
      detail,
      seq: 1,
      epoch,
      clock: "synced",
    });
  });

  it("get events in sequence, none from before their registration, and no replies", async () => {
    await write([], [event("brokenAlarm")]);
    callbacks.start();
    await register("a", partner.url);
    const reply: JournalEntry = {
      kind: "reply",
      commandId: "1",
      command: "x",
      errNo: 0,
      errMsg: "",
      result: {},
    };
    await write([], [event("lockOfflineAlarm"), reply, event("clearLockOfflineAlarm")]);
    await write([], [event("wrongPwdAlarm")]);
    await until(() => partner.received.length === 3, "three events");
    assert.deepEqual(partner.events, [
      "lockOfflineAlarm",
      "clearLockOfflineAlarm",
      "wrongPwdAlarm",
    ]);
  });

  for (const [what, answer] of [
    ["an ErrNo", (response: ServerResponse) => response.end('{"ErrNo":15000,"ErrMsg":"no"}')],
    ["HTTP 500", (response: ServerResponse) => response.writeHead(500).end("{}")],
    ["no JSON", (response: ServerResponse) => response.end("<html>")],
    ["a broken connection", (response: ServerResponse) => response.destroy()],
    ["too long an answer", (response: ServerResponse) => response.end("x".repeat(20_000))],
    ["a redirect", (response: ServerResponse) => response.writeHead(302, { location: "/" }).end()],
  ] as const) {
    it(`get an event again after ${what}, and no later event overtakes it`, async () => {
      partner.answers.push((response) => void answer(response));
      callbacks.start();
      await register("a", partner.url);
      await write([], [event("brokenAlarm"), event("wrongPwdAlarm")]);
      await until(() => partner.received.length === 3, "both events");
      assert.deepEqual(partner.events, ["brokenAlarm", "brokenAlarm", "wrongPwdAlarm"]);
    });
  }

  it("skip and count an event that is refused for good", async () => {
    for (let count = 0; count < refusalLimit; count += 1) {
      partner.answers.push((response) => void response.end('{"ErrNo":14001,"ErrMsg":"bad"}'));
    }
    callbacks.start();
    await register("a", partner.url);
    await write([], [event("brokenAlarm"), event("wrongPwdAlarm")]);
    await until(() => partner.events.includes("wrongPwdAlarm"), "the next event");
    assert.deepEqual(leftOut, [["a", 1]]);
    assert.equal(callbacks.statuses[0]?.leftOut, 1);
  });

  it("do not wait for another URL that does not answer", async () => {
    const dead = await Partner.start();
    const { port } = dead;
    await dead.close();
    callbacks.start();
    await register("dead", `http://127.0.0.1:${port}/`);
    await register("alive", partner.url);
    await write([], [event("brokenAlarm")]);
    await until(() => partner.received.length === 1, "the event at the one that answers");
    await until(() => (callbacks.statuses[0]?.lastError ?? "") !== "", "the dead one's error");
    assert.match(callbacks.statuses[0]?.lastError ?? "", /ECONNREFUSED/);
    assert.equal(callbacks.statuses[0]?.backlog, 1);
    const revived = await Partner.start(port);
    await until(() => revived.received.length === 1, "the event at the one that came back");
    await revived.close();
  });

  it("continue after a restart where they stopped", async () => {
    callbacks.start();
    await register("a", partner.url);
    await write([], [event("brokenAlarm")]);
    // Without its answer it would be sent again.
    await until(() => callbacks.deliveredThrough === 1, "the answer to the first event");
    await callbacks.stop();
    await write([], [event("wrongPwdAlarm")]);
    await temporary.reopen();
    callbacks = build();
    callbacks.start();
    await until(() => partner.received.length === 2, "the second event");
    assert.deepEqual(partner.events, ["brokenAlarm", "wrongPwdAlarm"]);
  });

  it("get a gap for records that left the journal before their delivery", async () => {
    await register("a", partner.url);
    await callbacks.stop();
    await write([], [event("brokenAlarm"), event("lockOfflineAlarm"), event("wrongPwdAlarm")]);
    await temporary.store.pruneJournal(2);
    callbacks = build();
    callbacks.start();
    await until(() => partner.events.includes("wrongPwdAlarm"), "what is kept");
    assert.deepEqual(partner.events, ["journalGap", "wrongPwdAlarm"]);
    assert.deepEqual(partner.received[0]?.["detail"], {
      from: 1,
      to: 2,
      count: 2,
      reason: "pruned",
    });
  });

  /** Looks after the journal as the gateway without a cloud does, keeping few records. */
  async function lookAfterJournal(): Promise<void> {
    const keeper = new JournalMaintenance({
      store: temporary.store,
      clock: { reading: () => time },
      retention: { keepRecords: 10, keepMs: 1_000_000, keepBytes: 1_000_000_000 },
      deliveredThrough: () => callbacks.deliveredThrough,
      limit: () => Promise.resolve(),
      logger: createLogger("fatal", { write: () => undefined }),
    });
    await keeper.run();
    await keeper.stop();
  }

  it("keep the records in the journal that a URL has not received, also before its first try", async () => {
    const { port, url } = partner;
    await register("a", url);
    await partner.close();
    await write(
      [],
      Array.from({ length: 60 }, () => event("wrongPwdAlarm")),
    );
    await lookAfterJournal();
    assert.equal(temporary.store.journalRange().tail, 1);
    await callbacks.stop();
    await temporary.reopen();
    callbacks = build();
    assert.equal(callbacks.deliveredThrough, 0);
    await lookAfterJournal();
    callbacks.start();
    partner = await Partner.start(port);
    await until(() => partner.received.length === 60, "all of them");
    assert.deepEqual([...new Set(partner.events)], ["wrongPwdAlarm"]);
    await until(() => callbacks.deliveredThrough === 60, "the last answer to be received");
    await lookAfterJournal();
    assert.equal(temporary.store.journalRange().tail, 51);
  });

  it("drop the oldest records beyond their limit, count them, and send a gap for them", async () => {
    const { port, url } = partner;
    callbacks = build({ retainedRecords: 30 });
    callbacks.start();
    await register("a", url);
    await partner.close();
    await write(
      [],
      Array.from({ length: 90 }, () => event("wrongPwdAlarm")),
    );
    await lookAfterJournal();
    assert.equal(temporary.store.journalRange().tail, 51);
    // Records that were read before they were dropped are still sent.
    partner = await Partner.start(port);
    await until(() => partner.received.at(-1)?.["seq"] === 90, "gap and rest");
    const gap = partner.received.find(({ event: name }) => name === "journalGap");
    const detail = gap?.["detail"];
    assert.ok(typeof detail === "object" && detail !== null && "from" in detail);
    const first = Number(detail.from);
    assert.deepEqual(detail, { from: first, to: 50, count: 51 - first, reason: "pruned" });
    assert.deepEqual(leftOut, [["a", 51 - first]]);
    assert.deepEqual(
      partner.received.slice(-40).map(({ seq }) => seq),
      Array.from({ length: 40 }, (_, at) => 51 + at),
    );
  });

  it("keep nothing in the journal once they are removed", async () => {
    await register("a", "http://127.0.0.1:9/");
    await write(
      [],
      Array.from({ length: 60 }, () => event("wrongPwdAlarm")),
    );
    await write([remove("callback", ["a"])]);
    callbacks.refresh();
    await callbacks.idle();
    await lookAfterJournal();
    assert.equal(temporary.store.journalRange().tail, 51);
  });

  it("get nothing more once they are removed", async () => {
    callbacks.start();
    await register("a", partner.url);
    await write([remove("callback", ["a"])]);
    callbacks.refresh();
    await callbacks.idle();
    await write([], [event("brokenAlarm")]);
    assert.deepEqual([callbacks.statuses, partner.received], [[], []]);
  });

  it("stop at once, also during a call", async () => {
    partner.answers.push(() => undefined);
    callbacks.start();
    await register("a", partner.url);
    await write([], [event("brokenAlarm")]);
    await until(() => partner.received.length === 1, "the call");
    await within(5_000, "the stop", () => callbacks.stop());
  });
});

import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach } from "node:test";
import { type CallbackOptions, Callbacks } from "../../../../daemon/callbacks/callbacks.ts";
import { EventEnvelopes } from "../../../../daemon/callbacks/envelopes.ts";
import { timestampOf } from "../../../../daemon/core/model/clock.ts";
import type { EventName, JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { deviceName } from "../../../../daemon/events/device-names.ts";
import { JournalMaintenance } from "../../../../daemon/journal/journal-maintenance.ts";
import { createLogger } from "../../../../daemon/process/log.ts";
import { put } from "../../../../daemon/store/store.ts";
import { aLock, aLockId } from "../../../support/records.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../support/rigs/temporary-store.ts";
import { within } from "../../../support/within.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A partner's server: records what it receives and answers as the test says. */
export class Partner {
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
export const time = { nowMs: 1_800_000_000_000, state: "synced" } as const;

/** A store, a partner and the callbacks. All are new for each test. */
export class CallbackRig {
  readonly leftOut: [string, number][] = [];
  readonly #faults: unknown[] = [];
  #parts: { temporary: TemporaryStore; partner: Partner; callbacks: Callbacks } | null = null;

  /** Call it in a suite: it starts the parts before each test. */
  constructor() {
    beforeEach(async () => {
      const temporary = await aTemporaryStore();
      const partner = await Partner.start();
      this.leftOut.length = 0;
      this.#faults.length = 0;
      this.#parts = { temporary, partner, callbacks: this.#callbacksOf(temporary) };
      const binding = { lock: aLockId, homeId: "h1", roomId: "r1", boundAtMs: 0 };
      await this.write([put("lock", [aLockId], aLock()), put("binding", [aLockId], binding)]);
    });
    afterEach(async () => {
      await this.callbacks.stop();
      await this.partner.close();
      await this.temporary.remove();
      assert.deepEqual(this.#faults, []);
    });
  }

  get temporary(): TemporaryStore {
    return this.#started.temporary;
  }

  get partner(): Partner {
    return this.#started.partner;
  }

  set partner(partner: Partner) {
    this.#started.partner = partner;
  }

  get callbacks(): Callbacks {
    return this.#started.callbacks;
  }

  set callbacks(callbacks: Callbacks) {
    this.#started.callbacks = callbacks;
  }

  get #started() {
    if (this.#parts === null) throw new Error("the rig is not started");
    return this.#parts;
  }

  build(options: Partial<CallbackOptions> = {}): Callbacks {
    return this.#callbacksOf(this.temporary, options);
  }

  #callbacksOf(temporary: TemporaryStore, options: Partial<CallbackOptions> = {}): Callbacks {
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
        onSkipped: ({ callbackId }, count) => void this.leftOut.push([callbackId, count]),
        waits: quickly,
        random: () => 0.5,
      },
      {
        caFile: undefined,
        rules: { isHttpAllowed: true, isPrivateAllowed: false },
        onFault: (cause) => void this.#faults.push(cause),
        ...options,
      },
    );
  }

  async write(
    changes: Parameters<TemporaryStore["store"]["commit"]>[0]["changes"],
    journal: readonly JournalEntry[] = [],
  ): Promise<void> {
    const stamp = timestampOf(time);
    await this.temporary.store.commit({ changes, journal }, stamp);
  }

  async register(callbackId: string, url: string): Promise<void> {
    const { epoch, head } = this.temporary.store.journalRange();
    const record = { callbackId, url, createdAtMs: 0, epoch, afterSeq: head };
    await this.write([put("callback", [callbackId], record)]);
    this.callbacks.refresh();
    await this.callbacks.idle();
  }

  event(name: EventName): JournalEntry {
    return { kind: "event", event: name, lock: aLockId, detail: null };
  }

  async until(isSo: () => boolean, what: string): Promise<void> {
    await within(10_000, what, async () => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
    });
  }

  /** Maintains the journal like a gateway without a cloud, and keeps few records. */
  async maintainJournal(): Promise<void> {
    const keeper = new JournalMaintenance({
      store: this.temporary.store,
      clock: { reading: () => time },
      retention: { keepRecords: 10, keepMs: 1_000_000, keepBytes: 1_000_000_000 },
      deliveredThrough: () => this.callbacks.deliveredThrough,
      limit: () => Promise.resolve(),
      logger: createLogger("fatal", { write: () => undefined }),
    });
    await keeper.run();
    await keeper.stop();
  }
}

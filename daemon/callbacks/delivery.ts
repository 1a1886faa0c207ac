import { setTimeout as sleep } from "node:timers/promises";
import { fullJitterMs, type JitteredSchedule } from "../base/retry-schedule.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { CallbackRecord } from "../core/model/gateway/callback.ts";
import type { JournalRecord } from "../core/model/journal.ts";
import { put, type Store } from "../store/store.ts";
import { cursorName, deliveredSeq } from "./callback-cursor.ts";
import type { Poster } from "./poster.ts";

/** Records read from the journal at a time. The cursor is written after each such page. */
const pageLength = 32;
/** After this many refusals an event is skipped, so that it does not block the events after it. */
export const refusalLimit = 8;

/** How a URL is doing, for people. */
export interface DeliveryStatus {
  readonly callbackId: string;
  readonly url: string;
  readonly state: "idle" | "sending" | "waiting";
  /** Journal records that it has not received yet. */
  readonly backlog: number;
  readonly delivered: number;
  /** Events that were skipped: refused too often, or removed from the journal before their delivery. */
  readonly leftOut: number;
  readonly lastError: string;
}

export interface DeliveryPorts {
  readonly store: Store;
  reading(): TimeReading;
  /** Returns the V1.6 envelope of an event; null for any other record. */
  envelopeOf(record: JournalRecord): string | null;
  /** Returns the envelope of `journalGap` for records that are no longer in the journal. */
  gapEnvelope(from: number, to: number): string;
  onSkipped(callback: CallbackRecord, count: number, why: string): void;
  readonly waits: JitteredSchedule;
  /** From 0 to 1. */
  random(): number;
}

/** Delivers the events of the journal to one URL: in sequence, at least once, from the URL's own cursor. */
export class Delivery {
  readonly callback: CallbackRecord;
  readonly #ports: DeliveryPorts;
  readonly #poster: Poster;
  readonly #stop = new AbortController();
  #seq: number;
  #storedSeq: number;
  #state: DeliveryStatus["state"] = "idle";
  #delivered = 0;
  #leftOut = 0;
  #lastError = "";
  #running: Promise<void> | null = null;
  /** The journal has grown since the last read. */
  #isWoken = false;

  constructor(callback: CallbackRecord, ports: DeliveryPorts, poster: Poster) {
    this.callback = callback;
    this.#ports = ports;
    this.#poster = poster;
    this.#seq = deliveredSeq(ports.store, callback);
    this.#storedSeq = this.#seq;
  }

  /** The last record that was delivered or skipped. */
  get seq(): number {
    return this.#seq;
  }

  get status(): DeliveryStatus {
    const { tail, head } = this.#ports.store.journalRange();
    return {
      callbackId: this.callback.callbackId,
      url: this.callback.url,
      state: this.#state,
      backlog: head - Math.max(this.#seq, tail - 1),
      delivered: this.#delivered,
      leftOut: this.#leftOut,
      lastError: this.#lastError,
    };
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#running !== null || this.#stop.signal.aborted) return;
    this.#running = this.#drain().finally(() => {
      this.#running = null;
      this.#state = "idle";
    });
  }

  /** Ends at once. An event in flight is sent again after a restart. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#poster.close();
    await this.#writeCursor();
  }

  async #drain(): Promise<void> {
    const { store } = this.#ports;
    while (this.#isWoken && !this.#stop.signal.aborted) {
      this.#isWoken = false;
      while (!this.#stop.signal.aborted && this.#seq < store.journalRange().head) {
        await this.#page();
        await this.#writeCursor();
      }
    }
  }

  async #page(): Promise<void> {
    const { store } = this.#ports;
    const { tail } = store.journalRange();
    if (this.#seq + 1 < tail) {
      const gap = this.#ports.gapEnvelope(this.#seq + 1, tail - 1);
      this.#countSkipped(tail - 1 - this.#seq, "no longer in the journal");
      if (await this.#deliver(gap)) this.#seq = Math.max(this.#seq, tail - 1);
      return;
    }
    for (const record of await store.readJournal(this.#seq + 1, pageLength)) {
      // The journal was pruned while this page was read: read again.
      if (record.seq !== this.#seq + 1) return;
      const envelope = this.#ports.envelopeOf(record);
      if (envelope !== null && !(await this.#deliver(envelope))) return;
      this.#seq = record.seq;
    }
  }

  /** Posts an envelope until it is accepted or skipped. Returns false if the delivery was stopped. */
  async #deliver(envelope: string): Promise<boolean> {
    let refusals = 0;
    for (let tries = 0; ; tries += 1) {
      this.#state = "sending";
      const result = await this.#poster.post(envelope, this.#stop.signal);
      // An answer that came before the stop counts: the event need not be sent again.
      if (result.kind !== "accepted" && this.#stop.signal.aborted) return false;
      if (result.kind === "accepted") {
        this.#delivered += 1;
        this.#lastError = "";
        return true;
      }
      this.#lastError = result.why;
      refusals += result.kind === "refused" ? 1 : 0;
      if (refusals >= refusalLimit) {
        this.#countSkipped(1, result.why);
        return true;
      }
      await this.#wait(tries);
      if (this.#stop.signal.aborted) return false;
    }
  }

  async #wait(tries: number): Promise<void> {
    this.#state = "waiting";
    const waitMs = fullJitterMs(this.#ports.waits, tries, this.#ports.random());
    try {
      await sleep(waitMs, undefined, { signal: this.#stop.signal, ref: false });
    } catch (cause) {
      if (!this.#stop.signal.aborted) throw cause;
    }
  }

  #countSkipped(count: number, why: string): void {
    this.#leftOut += count;
    this.#ports.onSkipped(this.callback, count, why);
  }

  async #writeCursor(): Promise<void> {
    const { store, reading } = this.#ports;
    if (this.#seq === this.#storedSeq || store.failed.aborted) return;
    if (store.get("callback", [this.callback.callbackId]) === undefined) return;
    this.#storedSeq = this.#seq;
    const time = reading();
    const value = `${store.journalRange().epoch} ${this.#seq}`;
    await store.commit(
      { changes: [put("setting", [cursorName(this.callback.callbackId)], { value })], journal: [] },
      timestampOf(time),
    );
  }
}

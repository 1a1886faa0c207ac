import { setTimeout as sleep } from "node:timers/promises";
import { fullJitterMs, type JitteredSchedule } from "../base/retry-schedule.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { CallbackRecord } from "../core/model/gateway/callback.ts";
import type { JournalRecord } from "../core/model/journal.ts";
import { put, type Store } from "../store/store.ts";
import { cursorName, deliveredSeq } from "./callback-cursor.ts";
import type { Poster } from "./poster.ts";

/** Records read from the journal at a time; the cursor is written when they are through. */
const pageLength = 32;
/** An event that is turned down so often is left out: it must not bar the way for all after it. */
export const refusalLimit = 8;

/** How a URL is doing, for people. */
export interface DeliveryStatus {
  readonly callbackId: string;
  readonly url: string;
  readonly state: "idle" | "sending" | "waiting";
  /** Journal records that it has not had yet. */
  readonly backlog: number;
  readonly delivered: number;
  /** Events left out: turned down too often, or gone from the journal before they could be told. */
  readonly leftOut: number;
  readonly lastError: string;
}

export interface DeliveryPorts {
  readonly store: Store;
  reading(): TimeReading;
  /** The V1.6 envelope of an event; null for what is no event. */
  envelopeOf(record: JournalRecord): string | null;
  /** The envelope of `journalGap` for records that are no longer kept. */
  gapEnvelope(from: number, to: number): string;
  onSkipped(callback: CallbackRecord, count: number, why: string): void;
  readonly waits: JitteredSchedule;
  /** From 0 to 1. */
  random(): number;
}

/** Tells one URL the events of the journal: in order, at least once, from its own cursor. */
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
  /** The journal has grown since it was last looked at. */
  #isWoken = false;

  constructor(callback: CallbackRecord, ports: DeliveryPorts, poster: Poster) {
    this.callback = callback;
    this.#ports = ports;
    this.#poster = poster;
    this.#seq = deliveredSeq(ports.store, callback);
    this.#storedSeq = this.#seq;
  }

  /** The last record that is through. */
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

  /** Ends at once; what was on its way is sent again after a restart. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#poster.close();
    await this.#keepCursor();
  }

  async #drain(): Promise<void> {
    const { store } = this.#ports;
    while (this.#isWoken && !this.#stop.signal.aborted) {
      this.#isWoken = false;
      while (!this.#stop.signal.aborted && this.#seq < store.journalRange().head) {
        await this.#page();
        await this.#keepCursor();
      }
    }
  }

  async #page(): Promise<void> {
    const { store } = this.#ports;
    const { tail } = store.journalRange();
    if (this.#seq + 1 < tail) {
      const gap = this.#ports.gapEnvelope(this.#seq + 1, tail - 1);
      this.#countLeftOut(tail - 1 - this.#seq, "no longer in the journal");
      if (await this.#tell(gap)) this.#seq = Math.max(this.#seq, tail - 1);
      return;
    }
    for (const record of await store.readJournal(this.#seq + 1, pageLength)) {
      // The journal was pruned while this page was read: look anew.
      if (record.seq !== this.#seq + 1) return;
      const envelope = this.#ports.envelopeOf(record);
      if (envelope !== null && !(await this.#tell(envelope))) return;
      this.#seq = record.seq;
    }
  }

  /** Until it is taken or turned down for good. @returns false when stopped meanwhile. */
  async #tell(envelope: string): Promise<boolean> {
    let refusals = 0;
    for (let tries = 0; ; tries += 1) {
      this.#state = "sending";
      const result = await this.#poster.post(envelope, this.#stop.signal);
      // An answer that came before the stop counts: the event need not be told again.
      if (result.kind !== "accepted" && this.#stop.signal.aborted) return false;
      if (result.kind === "accepted") {
        this.#delivered += 1;
        this.#lastError = "";
        return true;
      }
      this.#lastError = result.why;
      refusals += result.kind === "refused" ? 1 : 0;
      if (refusals >= refusalLimit) {
        this.#countLeftOut(1, result.why);
        return true;
      }
      await this.#pause(tries);
      if (this.#stop.signal.aborted) return false;
    }
  }

  async #pause(tries: number): Promise<void> {
    this.#state = "waiting";
    const waitMs = fullJitterMs(this.#ports.waits, tries, this.#ports.random());
    try {
      await sleep(waitMs, undefined, { signal: this.#stop.signal, ref: false });
    } catch (cause) {
      if (!this.#stop.signal.aborted) throw cause;
    }
  }

  #countLeftOut(count: number, why: string): void {
    this.#leftOut += count;
    this.#ports.onSkipped(this.callback, count, why);
  }

  async #keepCursor(): Promise<void> {
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

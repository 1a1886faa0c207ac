import { readFile } from "node:fs/promises";
import type { LookupFunction } from "node:net";
import { deliveredSeq } from "./callback-cursor.ts";
import type { Delivery, DeliveryPorts, DeliveryStatus } from "./delivery.ts";
import type { DestinationRules } from "./destination.ts";
import { signatureOf } from "./signature.ts";

/** Records that are kept for a URL that does not accept them. Older ones become a gap. */
export const defaultRetainedRecords = 50_000;

export interface CallbackOptions {
  /** Authorities to trust for https (PEM file) instead of the system's. */
  readonly caFile: string | undefined;
  readonly rules: DestinationRules;
  /** DNS; absent = the system's. */
  readonly lookup?: LookupFunction;
  readonly retainedRecords?: number;
  onFault(cause: unknown): void;
}

/**
 * Delivers events to the registered URLs. Each URL has its own loop, so no URL waits for another, and nothing
 * else waits for them. The code is loaded with the first URL.
 */
export class Callbacks {
  readonly #ports: DeliveryPorts;
  readonly #options: CallbackOptions;
  readonly #deliveries = new Map<string, Delivery>();
  #unsubscribe: (() => void) | null = null;
  #refreshing: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(ports: DeliveryPorts, options: CallbackOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe = this.#ports.store.onJournal(() => this.#wakeAll());
    this.refresh();
  }

  /** Starts the delivery to URLs that were registered, and ends it for those that were removed. */
  refresh(): void {
    this.#refreshing = this.#refreshing
      .then(() => this.#refreshNow())
      .catch((cause: unknown) => this.#options.onFault(cause));
  }

  /** Resolves when the last {@link refresh} is complete. */
  async idle(): Promise<void> {
    await this.#refreshing;
  }

  get statuses(): readonly DeliveryStatus[] {
    return Array.from(this.#deliveries.values(), (delivery) => delivery.status);
  }

  /**
   * The last record that no URL needs any more: each has received it, or it is older than the limit of
   * retained records. Includes URLs whose loop has not started yet.
   */
  get deliveredThrough(): number {
    const { store } = this.#ports;
    const { head } = store.journalRange();
    const seqs = Array.from(
      store.list("callback"),
      (callback) => this.#deliveries.get(callback.callbackId)?.seq ?? deliveredSeq(store, callback),
    );
    return Math.max(
      Math.min(head, ...seqs),
      head - (this.#options.retainedRecords ?? defaultRetainedRecords),
    );
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    await this.#refreshing;
    await Promise.all(Array.from(this.#deliveries.values(), (delivery) => delivery.stop()));
  }

  async #refreshNow(): Promise<void> {
    const wanted = [...this.#ports.store.list("callback")];
    for (const [id, delivery] of this.#deliveries) {
      if (wanted.some(({ callbackId }) => callbackId === id)) continue;
      this.#deliveries.delete(id);
      await delivery.stop();
    }
    const fresh = wanted.filter(({ callbackId }) => !this.#deliveries.has(callbackId));
    if (fresh.length === 0 || this.#isStopped) return;
    const [{ Delivery: Sender }, { Poster }] = await Promise.all([
      import("./delivery.ts"),
      import("./poster.ts"),
    ]);
    const { caFile, rules, lookup } = this.#options;
    const ca = caFile === undefined ? undefined : await readFile(caFile, "utf8");
    for (const callback of fresh) {
      const poster = new Poster(callback.url, {
        ca,
        rules: { ...rules, isThisMachineAllowed: callback.isLocal !== false },
        lookup,
        signature: signatureOf(callback, () => this.#ports.reading().nowMs),
      });
      const delivery = new Sender(callback, this.#ports, poster);
      this.#deliveries.set(callback.callbackId, delivery);
      delivery.wake();
    }
  }

  #wakeAll(): void {
    for (const delivery of this.#deliveries.values()) delivery.wake();
  }
}

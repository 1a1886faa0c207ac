import { readFile } from "node:fs/promises";
import type { Delivery, DeliveryPorts, DeliveryStatus } from "./delivery.ts";

export interface CallbackOptions {
  /** Authorities to trust for https (PEM file) instead of the system's. */
  readonly caFile: string | undefined;
  onFault(cause: unknown): void;
}

/**
 * The registered URLs and what each still has to hear. Each has its own loop: none waits for
 * another, and nothing else waits for any. The code is loaded with the first URL.
 */
export class Callbacks {
  readonly #ports: DeliveryPorts;
  readonly #options: CallbackOptions;
  readonly #deliveries = new Map<string, Delivery>();
  #unsubscribe: (() => void) | null = null;
  #settling: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(ports: DeliveryPorts, options: CallbackOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  start(): void {
    this.#unsubscribe = this.#ports.store.onJournal(() => this.#wakeAll());
    this.settle();
  }

  /** Takes up URLs that were registered and lets go of those that were removed. */
  settle(): void {
    this.#settling = this.#settling
      .then(() => this.#settle())
      .catch((cause: unknown) => this.#options.onFault(cause));
  }

  /** Resolves when the last {@link settle} is through. */
  async settled(): Promise<void> {
    await this.#settling;
  }

  get statuses(): readonly DeliveryStatus[] {
    return Array.from(this.#deliveries.values(), (delivery) => delivery.status);
  }

  /** Records up to here every URL has had; null = there is none. */
  get lowestSeq(): number | null {
    const seqs = Array.from(this.#deliveries.values(), (delivery) => delivery.seq);
    return seqs.length === 0 ? null : Math.min(...seqs);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    await this.#settling;
    await Promise.all(Array.from(this.#deliveries.values(), (delivery) => delivery.stop()));
  }

  async #settle(): Promise<void> {
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
      import("./post.ts"),
    ]);
    const { caFile } = this.#options;
    const ca = caFile === undefined ? undefined : await readFile(caFile, "utf8");
    for (const callback of fresh) {
      const poster = new Poster(callback.url, ca);
      const delivery = new Sender(callback, this.#ports, poster);
      this.#deliveries.set(callback.callbackId, delivery);
      delivery.wake();
    }
  }

  #wakeAll(): void {
    for (const delivery of this.#deliveries.values()) delivery.wake();
  }
}

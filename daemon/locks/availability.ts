import { offlineAfterMs } from "../core/alarm/alarm-policies.ts";
import { offlineEffects } from "../core/event/reduce.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";

/** How often silence is looked at. */
export const availabilityCheckMs = 60_000;

/**
 * A lock that was silent for longer than its own rhythm allows is asked once; without an answer it
 * counts as offline. Silence is measured with the monotonic clock and starts anew with the process.
 */
export class Availability {
  readonly #ports: LockPorts;
  readonly #heardMs = new Map<LockId, number>();
  readonly #probe: (lock: LockId) => Promise<boolean>;
  readonly #startMs: number;
  #cancel: (() => void) | null = null;

  /** @param probe asks the lock for its state; whether it answered. */
  constructor(ports: LockPorts, probe: (lock: LockId) => Promise<boolean>) {
    this.#ports = ports;
    this.#probe = probe;
    this.#startMs = ports.monotonicMs();
  }

  start(): void {
    this.#cancel = this.#ports.timers.after(availabilityCheckMs, () => {
      void this.#check().finally(() => {
        if (this.#cancel !== null) this.start();
      });
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  frameReceived(lock: LockId): void {
    this.#heardMs.set(lock, this.#ports.monotonicMs());
  }

  /** Milliseconds since the lock was last heard; null = not since the start. */
  silentForMs(lock: LockId): number | null {
    const heardMs = this.#heardMs.get(lock);
    return heardMs === undefined ? null : this.#ports.monotonicMs() - heardMs;
  }

  async #check(): Promise<void> {
    if (this.#ports.driver.radioState().kind !== "online") return;
    for (const lock of [...this.#ports.store.list("lock")]) {
      if (this.#cancel === null) return;
      if (!lock.isOnline) continue;
      const sinceMs = this.#heardMs.get(lock.lock) ?? this.#startMs;
      const isSilent = this.#ports.monotonicMs() - sinceMs > offlineAfterMs(lock.capabilities);
      if (!isSilent || (await this.#probe(lock.lock))) continue;
      const view = viewOf(this.#ports.store, lock.lock);
      if (view === null) continue;
      const effects = offlineEffects(view.lock, this.#ports.reading().nowMs);
      const transaction = transactionOf(lock.lock, effects);
      if (transaction !== null) await commit(this.#ports, transaction);
    }
  }
}

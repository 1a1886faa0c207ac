import { offlineAfterMs } from "../core/alarm/alarm-policies.ts";
import { offlineEffects } from "../core/event/reduce.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { transactionOf } from "./effects.ts";
import { commit, type LockPorts, viewOf } from "./lock-ports.ts";

/** How often the silence of the locks is checked. */
export const availabilityCheckMs = 60_000;

/**
 * Finds locks that are out of reach. A lock that is silent for longer than its reporting interval allows is
 * read once; without an answer it counts as offline. Silence is measured with the monotonic clock and
 * starts with the process.
 */
export class Availability {
  readonly #ports: LockPorts;
  readonly #frameMs = new Map<LockId, number>();
  readonly #probe: (lock: LockId) => Promise<boolean>;
  readonly #startMs: number;
  #cancel: (() => void) | null = null;

  /** @param probe reads the lock's state; resolves to whether it answered */
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
    this.#frameMs.set(lock, this.#ports.monotonicMs());
  }

  /** Returns the time since the lock's last frame, ms; null = there was none since the start. */
  silentForMs(lock: LockId): number | null {
    const frameMs = this.#frameMs.get(lock);
    return frameMs === undefined ? null : this.#ports.monotonicMs() - frameMs;
  }

  async #check(): Promise<void> {
    if (this.#ports.driver.radioState().kind !== "online") return;
    for (const lock of [...this.#ports.store.list("lock")]) {
      if (this.#cancel === null) return;
      if (!lock.isOnline) continue;
      const sinceMs = this.#frameMs.get(lock.lock) ?? this.#startMs;
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

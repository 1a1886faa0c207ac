import { unpairingChanges } from "../commands/locks/pairing/unpairing.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import type { LockId } from "../core/model/door-lock.ts";
import type { RemovalRecord } from "../core/model/home/home.ts";
import { put, type Store } from "../store/store.ts";

export interface LockRemovalPorts {
  readonly store: Store;
  reading(): TimeReading;
  /** Clears our slots and tells the lock to leave, as far as it can be reached. */
  removeLock(lock: LockId): Promise<{ readonly wasTold: boolean }>;
  onFault(lock: LockId, cause: unknown): void;
}

/**
 * Unpairs the locks of deleted homes, one after the other. The store has the remaining locks, so that the work
 * continues after a restart.
 */
export class LockRemovals {
  readonly #ports: LockRemovalPorts;
  #isRunning = false;
  #isStopped = false;

  constructor(ports: LockRemovalPorts) {
    this.#ports = ports;
  }

  /** Removes all waiting locks, including those that are added during the work. */
  check(): void {
    if (this.#isRunning || this.#isStopped || this.#next() === undefined) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
    });
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [lock] = next.waiting;
      if (lock === undefined || this.#isStopped) return;
      try {
        await this.#remove(next, lock);
      } catch (cause) {
        // Tried again with the next deletion or start: to continue would spin on a broken store.
        this.#ports.onFault(lock, cause);
        return;
      }
    }
  }

  #next(): RemovalRecord | undefined {
    for (const removal of this.#ports.store.list("removal")) {
      if (removal.waiting.length > 0) return removal;
    }
    return undefined;
  }

  async #remove(removal: RemovalRecord, lock: LockId): Promise<void> {
    const { store, reading } = this.#ports;
    const isThere = store.get("lock", [lock]) !== undefined;
    const { wasTold } = isThere ? await this.#ports.removeLock(lock) : { wasTold: false };
    const rest = { ...removal, waiting: removal.waiting.filter((other) => other !== lock) };
    const { changes, journal } = isThere
      ? unpairingChanges(store, lock, wasTold)
      : { changes: [], journal: [] };
    const time = reading();
    await store.commit(
      { changes: [...changes, put("removal", [removal.serviceId], rest)], journal },
      timestampOf(time),
    );
  }
}

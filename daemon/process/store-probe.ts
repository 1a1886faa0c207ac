import type { TimeReading } from "../core/model/clock.ts";
import { put, type Store } from "../store/store.ts";
import type { ProgressProbe } from "./watchdog.ts";

/** A write that takes longer than this counts as hung. */
const limitMs = 20_000;
/**
 * Without other writes a small one proves that the disk still accepts them. While the clock knows the time it
 * writes as often, so that the probe adds nothing.
 */
const probeEveryMs = 600_000;

const settingName = "watchdog.probe";

interface PulsePorts {
  readonly store: Pick<Store, "commit" | "whenDurable"> & {
    /** Batches on disk so far. */
    batchesWritten(): number;
  };
  reading(): TimeReading;
  monotonicMs(): number;
}

/**
 * Probes whether the store completes synced writes. It waits for a write that is under way, and makes one if nothing
 * was written for a while.
 */
export class StoreProbe implements ProgressProbe {
  readonly name = "store";
  readonly limitMs = limitMs;
  readonly #ports: PulsePorts;
  #batches: number;
  #writtenMs: number;
  /** When the current wait began; null = there is none. */
  #waitingSinceMs: number | null = null;

  constructor(ports: PulsePorts) {
    this.#ports = ports;
    this.#batches = ports.store.batchesWritten();
    this.#writtenMs = ports.monotonicMs();
  }

  /** Makes or awaits a write if necessary. @returns for how long writes have been waiting, ms */
  idleMs(): number {
    const nowMs = this.#ports.monotonicMs();
    const batches = this.#ports.store.batchesWritten();
    if (batches !== this.#batches) {
      this.#batches = batches;
      this.#writtenMs = nowMs;
    }
    if (this.#waitingSinceMs === null) this.#wait(nowMs, nowMs - this.#writtenMs >= probeEveryMs);
    return this.#waitingSinceMs === null ? 0 : nowMs - this.#waitingSinceMs;
  }

  #wait(nowMs: number, isProbe: boolean): void {
    this.#waitingSinceMs = nowMs;
    const { store } = this.#ports;
    const { nowMs: atMs, state: clock } = this.#ports.reading();
    const probe = { changes: [put("setting", [settingName], { value: atMs })], journal: [] };
    const done = isProbe
      ? store.commit(probe, { atMs, clock }).then(() => undefined)
      : store.whenDurable();
    done.then(
      () => {
        this.#waitingSinceMs = null;
      },
      // A store that has failed ends the process by itself.
      () => undefined,
    );
  }
}

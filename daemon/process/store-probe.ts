import type { TimeReading } from "../core/model/clock.ts";
import { put, type Store } from "../store/store.ts";
import type { ProgressProbe } from "./watchdog.ts";

/** A disk that takes longer than this for a write is no disk any more. */
const limitMs = 20_000;
/**
 * Without any other write a small one proves that the disk still takes them. The clock writes as
 * often while it knows the time, so that this costs nothing more then.
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
 * Whether the store takes writes, each of them synced. A write that is under way has to end; when
 * nothing was written for a while, one is made.
 */
export class StoreProbe implements ProgressProbe {
  readonly name = "store";
  readonly limitMs = limitMs;
  readonly #ports: PulsePorts;
  #batches: number;
  #writtenMs: number;
  /** When the wait began that is under way; null = none is. */
  #waitingSinceMs: number | null = null;

  constructor(ports: PulsePorts) {
    this.#ports = ports;
    this.#batches = ports.store.batchesWritten();
    this.#writtenMs = ports.monotonicMs();
  }

  /** Looks, and makes a write or waits for one if need be. @returns ms since writes began to wait */
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

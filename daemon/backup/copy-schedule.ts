import type { Timers } from "../base/timers.ts";

/** Changes within this time after the first one are in the same copy, such as a pairing and its first codes. */
export const copyDelayMs = 15_000;
/** Shortest time between two copies after changes. */
export const minPauseMs = 600_000;
/** Bytes that copies may write to the card in a day. After a larger copy the next one waits longer. */
export const bytesPerDay = 4 * 1024 * 1024;

const dayMs = 24 * 3_600_000;

interface CopySchedulePorts {
  readonly timers: Timers;
  monotonicMs(): number;
  /** Makes a copy. Never rejects. @returns its bytes; 0 if none was needed or it failed. */
  copy(): Promise<number>;
}

/**
 * Schedules the gateway's own copy after a pairing, a grant or a revocation: soon, so that a damaged store
 * loses little, and rarely enough for an SD card.
 */
export class CopySchedule {
  readonly #ports: CopySchedulePorts;
  #cancel: (() => void) | null = null;
  #earliestMs = Number.NEGATIVE_INFINITY;

  constructor(ports: CopySchedulePorts) {
    this.#ports = ports;
  }

  /** Notes a change that a copy should have. */
  note(): void {
    if (this.#cancel !== null) return;
    const nowMs = this.#ports.monotonicMs();
    const delayMs = Math.max(copyDelayMs, this.#earliestMs - nowMs);
    this.#cancel = this.#ports.timers.after(delayMs, () => {
      // A change during the copy needs another copy.
      this.#cancel = null;
      void this.#make();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  async #make(): Promise<void> {
    this.#earliestMs = this.#ports.monotonicMs() + minPauseMs;
    const bytes = await this.#ports.copy();
    const pauseMs = Math.max(minPauseMs, (bytes / bytesPerDay) * dayMs);
    this.#earliestMs = this.#ports.monotonicMs() + pauseMs;
  }
}

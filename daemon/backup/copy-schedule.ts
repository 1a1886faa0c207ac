import type { Timers } from "../base/timers.ts";

/** What follows a change within this time is in the same copy: a pairing with its first codes. */
export const copyDelayMs = 15_000;
/** Least time between two copies that changes asked for. */
export const minPauseMs = 600_000;
/** What copies may write to the card in a day: a larger copy waits longer for the next one. */
export const bytesPerDay = 4 * 1024 * 1024;

const dayMs = 24 * 3_600_000;

interface CopySchedulePorts {
  readonly timers: Timers;
  monotonicMs(): number;
  /** Makes a copy. Never rejects. @returns its bytes; 0 if none was needed or it failed. */
  copy(): Promise<number>;
}

/**
 * When the gateway's own copy follows a pairing, a grant or a revocation: soon, so that a damaged store
 * loses next to nothing, and seldom enough for an SD card.
 */
export class CopySchedule {
  readonly #ports: CopySchedulePorts;
  #cancel: (() => void) | null = null;
  #earliestMs = Number.NEGATIVE_INFINITY;

  constructor(ports: CopySchedulePorts) {
    this.#ports = ports;
  }

  /** Something changed that a copy should have. */
  note(): void {
    if (this.#cancel !== null) return;
    const nowMs = this.#ports.monotonicMs();
    const delayMs = Math.max(copyDelayMs, this.#earliestMs - nowMs);
    this.#cancel = this.#ports.timers.after(delayMs, () => {
      // What changes while the copy is made asks for the next one.
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

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { ClockState } from "./core/clock.ts";
import {
  highWaterToPersist,
  initialTime,
  markPersisted,
  observe,
  readTime,
  type TimeSource,
  type TrustedReading,
  type TrustedTime,
} from "./core/trusted-time.ts";

/** How often the machine's clock is looked at and the high-water mark considered. */
const tickMs = 10_000;

/** `timedatectl` is asked at most this often, and given so long to answer. */
const askEveryMs = 60_000;
const askTimeoutMs = 5_000;

/**
 * Whose word makes the machine's clock a time source.
 * - `system`: it always is one (the machine has a battery clock, or its host keeps the time);
 * - `ntp`: only while a time service says that it is synchronised;
 * - `auto`: as `ntp` where systemd runs and can be asked, else as `system`.
 */
export type TimeTrust = "auto" | "system" | "ntp";

/** What the clock needs of the machine. */
export interface TimeMachine {
  /** ms UTC, as the machine believes. */
  systemMs(): number;
  /** ms of a clock that never goes back; its zero means nothing. */
  monotonicMs(): number;
  hasSystemd(): boolean;
  /** Has a time service synchronised the machine's clock? Never rejects: false when it cannot be told. */
  isSynchronized(): Promise<boolean>;
  /** Calls `work` every `everyMs`. @returns stops it */
  every(everyMs: number, work: () => void): () => void;
}

/** Where the high-water mark is kept, ms UTC. */
export interface HighWaterPort {
  load(): number | null;
  /** A rejection is told to {@link ClockOptions.onSaveFailed}, and tried again with the next tick. */
  save(highWaterMs: number): Promise<void>;
}

export interface ClockOptions {
  readonly trust: TimeTrust;
  /** When this program was built, ms UTC. */
  readonly buildMs: number;
  readonly highWater: HighWaterPort;
  readonly onSaveFailed: (error: unknown) => void;
  readonly machine?: TimeMachine;
}

/** Told when the state changes, or a source begins or ceases to be doubted. */
export type ClockListener = (reading: TrustedReading) => void;

/** Trusted time for the whole daemon: feeds the pure {@link TrustedTime} from the machine and the cloud. */
export class Clock {
  readonly #options: ClockOptions;
  readonly #machine: TimeMachine;
  readonly #needsProof: boolean;
  readonly #listeners = new Set<ClockListener>();
  readonly #stop: () => void;
  #time: TrustedTime;
  #told: { state: ClockState; doubted: TimeSource | null };
  #askedAtMs: number | null = null;
  #isSaving = false;
  #isClosed = false;

  constructor(options: ClockOptions) {
    this.#options = options;
    this.#machine = options.machine ?? realMachine;
    this.#needsProof =
      options.trust === "ntp" || (options.trust === "auto" && this.#machine.hasSystemd());
    this.#time = initialTime({
      buildMs: options.buildMs,
      highWaterMs: options.highWater.load(),
      monotonicMs: this.#machine.monotonicMs(),
    });
    this.#told = { state: "lost", doubted: null };
    this.#stop = this.#machine.every(tickMs, () => this.#tick());
    this.#tick();
  }

  /** The trusted time now. Never earlier than the one before. */
  reading(): TrustedReading {
    return readTime(this.#time, this.#machine.monotonicMs());
  }

  /** For waits and ages; its zero means nothing. */
  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  /** The cloud said that it is `unixMs` (ms UTC), heard just now over an authenticated link. */
  offerCloudTime(unixMs: number): void {
    this.#offer("cloud", unixMs);
  }

  /** @returns takes the listener away */
  onChange(listener: ClockListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops looking at the machine's clock. Readings still work. */
  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#stop();
  }

  #tick(): void {
    if (this.#isClosed) return;
    if (!this.#needsProof) this.#offer("ntp", this.#machine.systemMs());
    else this.#ask();
    this.#settle();
  }

  /** Asks the time service; an answer that never comes holds up nothing but the next question. */
  #ask(): void {
    const nowMs = this.#machine.monotonicMs();
    if (this.#askedAtMs !== null && nowMs - this.#askedAtMs < askEveryMs) return;
    this.#askedAtMs = nowMs;
    void this.#machine.isSynchronized().then((isSynchronized) => {
      if (isSynchronized) this.#offer("ntp", this.#machine.systemMs());
    });
  }

  #offer(source: TimeSource, unixMs: number): void {
    if (this.#isClosed) return;
    this.#time = observe(this.#time, { source, unixMs, monotonicMs: this.#machine.monotonicMs() });
    this.#settle();
  }

  #settle(): void {
    this.#save();
    const reading = this.reading();
    const doubted = reading.clockDoubt?.source ?? null;
    if (reading.state === this.#told.state && doubted === this.#told.doubted) return;
    this.#told = { state: reading.state, doubted };
    for (const listener of this.#listeners) listener(reading);
  }

  #save(): void {
    const nowMs = this.#machine.monotonicMs();
    const highWaterMs = this.#isSaving ? null : highWaterToPersist(this.#time, nowMs);
    if (highWaterMs === null) return;
    this.#isSaving = true;
    void this.#options.highWater
      .save(highWaterMs)
      .then(() => {
        this.#time = markPersisted(this.#time, nowMs);
      }, this.#options.onSaveFailed)
      .finally(() => {
        this.#isSaving = false;
      });
  }
}

/**
 * This machine. Node cannot read the kernel's own flag (adjtimex, STA_UNSYNC) without a native
 * add-on. systemd-timesyncd leaves a file once it has synchronised; chrony and ntpd set the kernel's
 * flag, which `timedatectl` reads.
 */
export const realMachine: TimeMachine = {
  systemMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  hasSystemd: () => existsSync("/run/systemd/system"),
  isSynchronized: async () =>
    existsSync("/run/systemd/timesync/synchronized") || (await askTimedatectl()),
  every: (everyMs, work) => {
    const timer = setInterval(work, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

function askTimedatectl(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(
      "timedatectl",
      ["show", "-p", "NTPSynchronized", "--value"],
      { timeout: askTimeoutMs, maxBuffer: 1024 },
      // Not installed, no bus, too slow: not proven, which is all that counts here.
      (error, stdout) => resolve(error === null && stdout.trim() === "yes"),
    );
  });
}

import type { Timers } from "../base/timers.ts";

/** One thing that must make progress for the gateway to do its work. */
export interface ProgressProbe {
  /** Name in the log: `store`, `radio`, `planner`. */
  readonly name: string;
  /** Without progress for longer than this it counts as hung, ms. */
  readonly limitMs: number;
  /** Returns the time since its last progress, or since it had nothing to do, ms. */
  idleMs(): number;
}

export interface WatchdogPorts {
  readonly probes: readonly ProgressProbe[];
  readonly timers: Timers;
  monotonicMs(): number;
  /** Sends the service manager a sign of life. */
  alive(): void;
  readonly log: {
    error(fields: object, message: string): void;
    info(fields: object, message: string): void;
  };
}

/** Longest time between two beats; shorter if the service manager requires it. */
const longestBeatMs = 5_000;
/** A beat that comes later than this proves nothing: the event loop was blocked. */
const maxLagMs = 1_000;

/**
 * Tells the service manager that the daemon is alive, but only if all probes make progress: a timer that fires
 * proves only that timers fire. The service manager ends a daemon that hangs and starts it again; everything
 * durable is on disk.
 */
export class Watchdog {
  readonly #ports: WatchdogPorts;
  readonly #beatMs: number;
  #dueMs = 0;
  #hung = "";
  #cancel: (() => void) | null = null;

  /** @param periodMs how long the service manager waits for a sign of life */
  constructor(ports: WatchdogPorts, periodMs: number) {
    this.#ports = ports;
    this.#beatMs = Math.min(longestBeatMs, periodMs / 4);
  }

  start(): void {
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    this.#dueMs = this.#ports.monotonicMs() + this.#beatMs;
    this.#cancel = this.#ports.timers.after(this.#beatMs, () => {
      this.#beat();
      this.#arm();
    });
  }

  #beat(): void {
    const lagMs = Math.round(this.#ports.monotonicMs() - this.#dueMs);
    const hung = this.#ports.probes
      .filter((progress) => progress.idleMs() > progress.limitMs)
      .map((progress) => progress.name);
    if (lagMs > maxLagMs) hung.unshift("event loop");
    this.#report(hung.join(", "), lagMs);
    if (hung.length === 0) this.#ports.alive();
  }

  #report(hung: string, lagMs: number): void {
    if (hung === this.#hung) return;
    this.#hung = hung;
    if (hung === "") this.#ports.log.info({}, "all parts make progress again");
    else
      this.#ports.log.error(
        { hung, lagMs },
        "no progress: the service manager gets no sign of life",
      );
  }
}

import type { Timers } from "../base/timers.ts";

/** One thing that has to get on for the gateway to do its work. */
export interface ProgressProbe {
  /** Word for the log: `store`, `radio`, `planner`. */
  readonly name: string;
  /** Without progress for longer than this it counts as hung, ms. */
  readonly limitMs: number;
  /** ms since it last got on, or since it had nothing to do. */
  idleMs(): number;
}

export interface WatchdogPorts {
  readonly probes: readonly ProgressProbe[];
  readonly timers: Timers;
  monotonicMs(): number;
  /** Tells the service manager that all is well. */
  alive(): void;
  readonly log: {
    error(fields: object, message: string): void;
    info(fields: object, message: string): void;
  };
}

/** Between two looks; shorter when the service manager wants to hear more often. */
const longestBeatMs = 5_000;
/** A beat that comes later than this proves nothing: the event loop was blocked. */
const maxLagMs = 1_000;

/**
 * Tells the service manager that the daemon is alive, and only when everything in it really gets on:
 * a timer that fires proves no more than that timers fire. What hangs is ended from outside and
 * started anew, with everything durable on disk.
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
    this.#tell(hung.join(", "), lagMs);
    if (hung.length === 0) this.#ports.alive();
  }

  #tell(hung: string, lagMs: number): void {
    if (hung === this.#hung) return;
    this.#hung = hung;
    if (hung === "") this.#ports.log.info({}, "everything gets on again");
    else this.#ports.log.error({ hung, lagMs }, "no progress: the watchdog is not fed");
  }
}

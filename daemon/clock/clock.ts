import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { ClockState } from "../core/model/clock.ts";
import { withSourceReport } from "../core/time/time-judgement.ts";
import { initialTime, markToPersist, withPersistedMark } from "../core/time/time-mark.ts";
import {
  believableMs,
  readSources,
  readTime,
  type SourceReading,
  setBackDone,
  setByPerson,
  type TimeObservation,
  type TimeSource,
  type TrustedReading,
  type TrustedTime,
  wantsCloudTime,
} from "../core/time/trusted-time.ts";
import type { MachineBoot, MarkPort, StoredMark } from "./stored-time-mark.ts";

/** Time between two readings of the machine's clock. */
const tickMs = 10_000;

/** Least time between two calls of `timedatectl`, and its time limit. */
const askEveryMs = 60_000;
const askTimeoutMs = 5_000;

/**
 * When the machine's clock is a time source.
 * - `system`: it always is one (the machine has a battery clock, or its host keeps the time);
 * - `ntp`: only while a time service says that it is synchronised;
 * - `auto`: as `ntp` where systemd runs, else as `system`.
 */
export type TimeTrust = "auto" | "system" | "ntp";

/** What the clock needs of the machine. */
export interface TimeMachine {
  /** The machine's clock, ms UTC. */
  systemMs(): number;
  /** A clock that never goes back, ms; its zero has no meaning. */
  monotonicMs(): number;
  hasSystemd(): boolean;
  /** Returns the current start of the machine, or null if it is not known. */
  boot(): MachineBoot | null;
  /** Resolves to whether a time service has synchronised the machine's clock; false if that is not known. Never rejects. */
  isSynchronized(): Promise<boolean>;
  /** Calls `work` every `everyMs`. @returns a function that stops it */
  every(everyMs: number, work: () => void): () => void;
}

export interface ClockOptions {
  readonly trust: TimeTrust;
  /** When this program was built, ms UTC. */
  readonly buildMs: number;
  readonly marks: MarkPort;
  readonly onSaveFailed: (error: unknown) => void;
  readonly machine?: TimeMachine;
}

/** Called when the state changes, the time was set back, or the doubt about a source begins or ends. */
export type ClockListener = (reading: TrustedReading) => void;

/** Trusted time for the whole daemon: feeds the pure {@link TrustedTime} from the machine and the cloud. */
export class Clock {
  readonly #options: ClockOptions;
  readonly #machine: TimeMachine;
  readonly #needsProof: boolean;
  readonly #listeners = new Set<ClockListener>();
  readonly #stop: () => void;
  #time: TrustedTime;
  #reported: { state: ClockState; doubted: TimeSource | null };
  #askedAtMs: number | null = null;
  #isSaving = false;
  #isClosed = false;

  constructor(options: ClockOptions) {
    this.#options = options;
    this.#machine = options.machine ?? realMachine;
    this.#needsProof =
      options.trust === "ntp" || (options.trust === "auto" && this.#machine.hasSystemd());
    const stored = options.marks.load();
    this.#time = initialTime({
      buildMs: options.buildMs,
      mark: stored?.mark ?? null,
      elapsedMs: stored === null ? null : elapsedMs(stored, this.#machine.boot()),
      monotonicMs: this.#machine.monotonicMs(),
    });
    this.#reported = { state: this.reading().state, doubted: null };
    this.#stop = this.#machine.every(tickMs, () => this.#tick());
    this.#tick();
  }

  /** Returns the trusted time now. */
  reading(): TrustedReading {
    return readTime(this.#time, this.#machine.monotonicMs());
  }

  /** For waits and ages; its zero has no meaning. */
  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  /** Returns each source's newest time, and whether it was believed. */
  sources(): readonly SourceReading[] {
    return readSources(this.#time, this.#machine.monotonicMs());
  }

  /** The times that a person may set, ms UTC. */
  get limits(): { readonly earliestMs: number; readonly latestMs: number } {
    const { buildMs } = this.#options;
    return { earliestMs: buildMs, latestMs: buildMs + believableMs };
  }

  /**
   * Takes a time of the cloud (ms UTC) that has just arrived over an authenticated link.
   * @param isAnswer it answers a question that was sent on this connection within the last seconds
   */
  offerCloudTime(unixMs: number, isAnswer = false): void {
    this.#offer({ source: "cloud", unixMs, isAnswer });
  }

  /** Returns whether an answer of the cloud would help now. */
  wantsCloudTime(): boolean {
    return wantsCloudTime(this.#time, this.#machine.monotonicMs());
  }

  /**
   * Sets the time (ms UTC) as a person on site says.
   * @returns false if the time is outside the {@link limits}; nothing has changed then
   */
  setByPerson(unixMs: number): boolean {
    const next = setByPerson(this.#time, { unixMs, monotonicMs: this.#machine.monotonicMs() });
    if (next === null) return false;
    this.#become(next);
    return true;
  }

  /** The wrong time before it was set back, as long as what ended because of it is not restored; null = nothing to restore. */
  get setBackFromMs(): number | null {
    return this.#time.setBackFromMs;
  }

  /** What ended because of the wrong time is restored, on disk. */
  setBackHandled(): void {
    this.#time = setBackDone(this.#time);
    this.#save();
  }

  /** @returns a function that removes the listener */
  onChange(listener: ClockListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops reading the machine's clock. The trusted time still works. */
  close(): void {
    this.#isClosed = true;
    this.#listeners.clear();
    this.#stop();
  }

  #tick(): void {
    if (this.#isClosed) return;
    if (!this.#needsProof) this.#offer({ source: "ntp", unixMs: this.#machine.systemMs() });
    else this.#ask();
    this.#saveAndReport();
  }

  /** Asks the time service. An answer that never comes delays only the next question. */
  #ask(): void {
    const nowMs = this.#machine.monotonicMs();
    if (this.#askedAtMs !== null && nowMs - this.#askedAtMs < askEveryMs) return;
    this.#askedAtMs = nowMs;
    void this.#machine.isSynchronized().then((isSynchronized) => {
      if (isSynchronized) this.#offer({ source: "ntp", unixMs: this.#machine.systemMs() });
    });
  }

  #offer(word: Omit<TimeObservation, "monotonicMs">): void {
    if (this.#isClosed) return;
    this.#become(
      withSourceReport(this.#time, { ...word, monotonicMs: this.#machine.monotonicMs() }),
    );
  }

  #become(time: TrustedTime): void {
    const isSetBack = time.setBackFromMs !== this.#time.setBackFromMs;
    this.#time = time;
    this.#saveAndReport(isSetBack);
  }

  #saveAndReport(isSetBack = false): void {
    this.#save();
    const reading = this.reading();
    const doubted = reading.clockDoubt?.source ?? null;
    const isSame = reading.state === this.#reported.state && doubted === this.#reported.doubted;
    if (isSame && !isSetBack) return;
    this.#reported = { state: reading.state, doubted };
    for (const listener of this.#listeners) listener(reading);
  }

  #save(): void {
    const nowMs = this.#machine.monotonicMs();
    const mark = this.#isSaving ? null : markToPersist(this.#time, nowMs);
    if (mark === null) return;
    this.#isSaving = true;
    const marked = this.#time;
    void this.#options.marks
      .save({ mark, boot: this.#machine.boot() })
      .then(() => {
        this.#time = withPersistedMark(this.#time, marked, nowMs);
      }, this.#options.onSaveFailed)
      .finally(() => {
        this.#isSaving = false;
      });
  }
}

/**
 * Returns how long ago the mark was written, ms, or null if the machine was off since then. In some containers the
 * uptime counts from the container's start: an uptime below the mark's counts as another start.
 */
function elapsedMs({ boot }: StoredMark, now: MachineBoot | null): number | null {
  if (boot === null || now === null || boot.id !== now.id) return null;
  const elapsed = now.uptimeMs - boot.uptimeMs;
  return elapsed >= 0 ? elapsed : null;
}

/**
 * This machine. Node cannot read the kernel's flag (adjtimex, STA_UNSYNC) without a native add-on. systemd-timesyncd
 * writes a file when it has synchronised; chrony and ntpd set the kernel's flag, which `timedatectl` reads.
 */
export const realMachine: TimeMachine = {
  systemMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  hasSystemd: () => existsSync("/run/systemd/system"),
  boot: readBoot,
  isSynchronized: async () =>
    existsSync("/run/systemd/timesync/synchronized") || (await askTimedatectl()),
  every: (everyMs, work) => {
    const timer = setInterval(work, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

function readBoot(): MachineBoot | null {
  try {
    const id = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const uptimeS = Number(readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]);
    return id !== "" && Number.isFinite(uptimeS) ? { id, uptimeMs: uptimeS * 1000 } : null;
  } catch {
    // No Linux, or no /proc: every start counts as a start of the machine.
    return null;
  }
}

function askTimedatectl(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(
      "timedatectl",
      ["show", "-p", "NTPSynchronized", "--value"],
      { timeout: askTimeoutMs, maxBuffer: 1024 },
      // Not installed, no bus, or too slow: the synchronisation is not proven.
      (error, stdout) => resolve(error === null && stdout.trim() === "yes"),
    );
  });
}

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
  /** Which start of the machine this is; null when it does not say. */
  boot(): MachineBoot | null;
  /** Has a time service synchronised the machine's clock? Never rejects: false when it cannot be told. */
  isSynchronized(): Promise<boolean>;
  /** Calls `work` every `everyMs`. @returns stops it */
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

/** Told when the state changes, the time was set back, or a source begins or ceases to be doubted. */
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
    const kept = options.marks.load();
    this.#time = initialTime({
      buildMs: options.buildMs,
      mark: kept?.mark ?? null,
      elapsedMs: kept === null ? null : elapsedMs(kept, this.#machine.boot()),
      monotonicMs: this.#machine.monotonicMs(),
    });
    this.#told = { state: this.reading().state, doubted: null };
    this.#stop = this.#machine.every(tickMs, () => this.#tick());
    this.#tick();
  }

  /** The trusted time now. */
  reading(): TrustedReading {
    return readTime(this.#time, this.#machine.monotonicMs());
  }

  /** For waits and ages; its zero means nothing. */
  monotonicMs(): number {
    return this.#machine.monotonicMs();
  }

  /** Each source's newest word, and what became of it. */
  sources(): readonly SourceReading[] {
    return readSources(this.#time, this.#machine.monotonicMs());
  }

  /** What a person may set, ms UTC. */
  get limits(): { readonly earliestMs: number; readonly latestMs: number } {
    const { buildMs } = this.#options;
    return { earliestMs: buildMs, latestMs: buildMs + believableMs };
  }

  /**
   * The cloud said that it is `unixMs` (ms UTC), heard just now over an authenticated link.
   * @param isAnswer it answered a question that was asked on this connection within the last seconds
   */
  offerCloudTime(unixMs: number, isAnswer = false): void {
    this.#offer({ source: "cloud", unixMs, isAnswer });
  }

  /** Would an answer of the cloud help now? */
  wantsCloudTime(): boolean {
    return wantsCloudTime(this.#time, this.#machine.monotonicMs());
  }

  /**
   * A person on site says that it is `unixMs`.
   * @returns false when it lies outside the {@link limits}; nothing has changed then.
   */
  setByPerson(unixMs: number): boolean {
    const next = setByPerson(this.#time, { unixMs, monotonicMs: this.#machine.monotonicMs() });
    if (next === null) return false;
    this.#become(next);
    return true;
  }

  /** The time before it was set back, while what had been ended on it is not restored yet; null = nothing to restore. */
  get setBackFromMs(): number | null {
    return this.#time.setBackFromMs;
  }

  /** What had been ended on the disowned time is restored, on disk. */
  setBackHandled(): void {
    this.#time = setBackDone(this.#time);
    this.#save();
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
    if (!this.#needsProof) this.#offer({ source: "ntp", unixMs: this.#machine.systemMs() });
    else this.#ask();
    this.#settle();
  }

  /** Asks the time service; an answer that never comes holds up nothing but the next question. */
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
    this.#settle(isSetBack);
  }

  #settle(isSetBack = false): void {
    this.#save();
    const reading = this.reading();
    const doubted = reading.clockDoubt?.source ?? null;
    const isSame = reading.state === this.#told.state && doubted === this.#told.doubted;
    if (isSame && !isSetBack) return;
    this.#told = { state: reading.state, doubted };
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
 * How long ago the mark was written, ms; null when the machine has been off since. In some containers the
 * machine counts from the container's start: an uptime that is below the mark's counts as another start.
 */
function elapsedMs({ boot }: StoredMark, now: MachineBoot | null): number | null {
  if (boot === null || now === null || boot.id !== now.id) return null;
  const elapsed = now.uptimeMs - boot.uptimeMs;
  return elapsed >= 0 ? elapsed : null;
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
      // Not installed, no bus, too slow: not proven, which is all that counts here.
      (error, stdout) => resolve(error === null && stdout.trim() === "yes"),
    );
  });
}

import type { RunningGateway } from "../gateway.ts";
import type { TimeSources } from "../life/time-sources.ts";
import type { VirtualTime } from "../virtual-time.ts";
import type { Findings } from "./findings.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The most by which one source alone can move the running time in 24 hours (docs/operations.md). */
const allowanceMs = 10 * minuteMs;
/** Two sources agree if they are at most this far apart; the earlier of them counts. */
const agreementMs = minuteMs;
/** The maximum age of a source's time that the gateway accepts at a leap: the previous check heard it. */
const leapWordMs = 2 * minuteMs;
/** The time limit for reporting that the time was set back. */
const tellingMs = minuteMs;
/** The maximum age of the mark on disk when the process dies. */
const markLifeMs = 11 * minuteMs;
const roundingMs = 2;

interface ServedTimeParts {
  readonly time: VirtualTime;
  readonly sources: TimeSources;
  readonly findings: Findings;
  readonly note: (line: string) => void;
}

interface Look {
  readonly atMs: number;
  readonly aheadMs: number;
}

/**
 * Checks how far the gateway's time is from the true time. One source alone can move it by ten minutes a day. The
 * gateway sets it back only to a time nearer the truth, and reports that. After a power cut of unknown length it
 * trusts the first source that gives a time.
 */
export class ServedTime {
  readonly #parts: ServedTimeParts;
  /** The checks of the last day; a leap starts them again. */
  #looks: Look[] = [];
  /**
   * How far a source put the time behind the truth at the last leap, or NTP since then; never above 0. What the cloud
   * alone made good does not count: NTP may take it back.
   */
  #floorMs = 0;
  #isLeap = true;
  #lookedMs = 0;
  /** Set-backs reported before the last check: one may be reported before it is seen. */
  #reportedBefore = 0;
  /** The value at the last check of this process, or null before the first one. */
  #beforeMs: number | null = null;
  /** Since when a set-back must be reported, and how many had been reported then; null = none must. */
  #back: { readonly sinceMs: number; readonly reported: number } | null = null;
  /** Set-backs that were reported. */
  reported = 0;

  constructor(parts: ServedTimeParts) {
    this.#parts = parts;
  }

  /** How far behind the truth the time is at the last look, ms. */
  get behindMs(): number {
    return Math.max(0, -(this.#looks.at(-1)?.aheadMs ?? 0));
  }

  /** Forgets what the previous process had not written to disk. */
  restarted(): void {
    this.#back = null;
    this.#beforeMs = null;
    const sinceMs = this.#lookedMs - markLifeMs;
    const marked = this.#looks.filter(
      (_, index) => (this.#looks[index + 1]?.atMs ?? sinceMs) >= sinceMs,
    );
    const mostMs = Math.max(...marked.map(({ aheadMs }) => aheadMs));
    this.#looks = this.#looks.map((look) => ({ ...look, aheadMs: Math.max(look.aheadMs, mostMs) }));
  }

  look({ clock }: RunningGateway): void {
    const { time, sources } = this.#parts;
    const { nowMs, state } = clock.reading();
    const aheadMs = nowMs - time.nowMs;
    this.#lookedMs = time.nowMs;
    if (state === "lost") {
      this.#isLeap = true;
      return;
    }
    this.#isLeap ||= sources.mayLeap();
    if (this.#isLeap) this.#leapt(aheadMs);
    else this.#ran(aheadMs);
    if (sources.said.isOfNtp(aheadMs, agreementMs)) {
      this.#floorMs = Math.min(0, Math.max(this.#floorMs, aheadMs));
    }
    this.#isLeap = false;
    this.#beforeMs = aheadMs;
    // Each holds until the next.
    if (this.#looks.at(-1)?.aheadMs !== aheadMs) {
      this.#looks.push({ atMs: time.nowMs, aheadMs });
      this.#parts.note(`time ${aheadMs} ms ahead, ${state}`);
    }
    while (time.nowMs - (this.#looks[1]?.atMs ?? time.nowMs) > dayMs) this.#looks.shift();
    this.#tells();
    this.#reportedBefore = this.reported;
  }

  /** After a power cut, the gateway may have believed the first source. */
  #leapt(aheadMs: number): void {
    const { leastMs, mostMs } = this.#parts.sources.said.range(leapWordMs);
    const knownMs = this.#looks.at(-1)?.aheadMs ?? 0;
    if (aheadMs > Math.max(mostMs, knownMs) + roundingMs) this.#add(`${aheadMs} ms ahead of all`);
    if (aheadMs < Math.min(leastMs, this.#floorMs) - agreementMs - roundingMs) {
      this.#add(`${-aheadMs} ms behind all`);
    }
    this.#looks = [];
    this.#floorMs = Math.min(0, aheadMs);
  }

  #ran(aheadMs: number): void {
    const { sources, time } = this.#parts;
    const least = Math.min(...this.#looks.map((look) => look.aheadMs));
    const baseMs = Math.max(0, this.#looks.length === 0 ? 0 : least);
    const limitMs = baseMs + allowanceMs * sources.said.liars;
    if (aheadMs > limitMs + roundingMs) {
      this.#add(`${aheadMs} ms ahead, ${baseMs} ms within the day before`);
    }
    if (aheadMs < this.#floorMs - agreementMs - roundingMs) this.#add(`${-aheadMs} ms behind`);
    if (this.#beforeMs !== null && aheadMs < this.#beforeMs - roundingMs) {
      this.#back ??= { sinceMs: time.nowMs, reported: this.#reportedBefore };
    }
  }

  #tells(): void {
    const back = this.#back;
    if (back === null || this.#parts.time.nowMs - back.sinceMs < tellingMs) return;
    if (this.reported === back.reported) this.#add("went back, and that was not reported");
    this.#back = null;
  }

  #add(text: string): void {
    this.#parts.findings.add("timeWrong", text);
    // Report it once, and measure from here on.
    this.#looks = [];
  }
}

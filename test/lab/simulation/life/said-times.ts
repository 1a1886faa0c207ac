import type { TimeSource } from "../../../../daemon/core/time/trusted-time.ts";
import type { VirtualTime } from "../virtual-time.ts";

/** The sources of time. */
type Teller = TimeSource | "person";

const timeSources = ["ntp", "cloud"] as const;
/** How long a time from a source is remembered: a day's allowance, and two hours more. */
const rememberedMs = 26 * 3_600_000;

/** The error of a source from `fromMs` on, or its silence. */
interface Said {
  readonly fromMs: number;
  /** Null = it did not speak. */
  readonly errorMs: number | null;
}

/** How wrong each time source was, for a day and a little more. */
export class SaidTimes {
  readonly #time: VirtualTime;
  readonly #trace: (line: string) => void;
  readonly #said: Record<Teller, Said[]> = { ntp: [], cloud: [], person: [] };

  constructor(time: VirtualTime, trace: (line: string) => void) {
    this.#time = time;
    this.#trace = trace;
  }

  /** Records what the source says from now on. */
  note(source: Teller, errorMs: number | null): void {
    const said = this.#said[source];
    const { nowMs: fromMs } = this.#time;
    if (said.length > 0 && said.at(-1)?.errorMs === errorMs) return;
    // Each entry is valid until the next one.
    while ((said[1]?.fromMs ?? fromMs) < fromMs - rememberedMs) said.shift();
    said.push({ fromMs, errorMs });
    this.#trace(`${source} says ${errorMs === null ? "nothing" : `${errorMs} ms`}`);
  }

  /**
   * Says whether NTP has a part in a time with this error. What only the cloud has said is no gain: NTP may take it
   * back (docs/operations.md).
   */
  isOfNtp(errorMs: number, agreementMs: number): boolean {
    const [ntp, cloud] = timeSources.map((source) => this.#said[source].at(-1)?.errorMs ?? null);
    if (ntp === null || ntp === undefined) return false;
    return cloud === null || Math.abs(ntp - errorMs) <= agreementMs;
  }

  /** How many sources said something wrong in the last day, and two hours more. */
  get liars(): number {
    return timeSources.filter((source) => {
      const { mostMs, leastMs } = this.#rangeOf(source, rememberedMs);
      return mostMs > 0 || leastMs < 0;
    }).length;
  }

  /** The errors of what was said within the last `withinMs`; the truth counts as said. */
  range(withinMs: number): { readonly leastMs: number; readonly mostMs: number } {
    const ranges = [...timeSources, "person" as const].map((one) => this.#rangeOf(one, withinMs));
    return {
      leastMs: Math.min(...ranges.map(({ leastMs }) => leastMs)),
      mostMs: Math.max(...ranges.map(({ mostMs }) => mostMs)),
    };
  }

  #rangeOf(source: Teller, withinMs: number) {
    const sinceMs = this.#time.nowMs - withinMs;
    let [leastMs, mostMs] = [0, 0];
    const said = this.#said[source];
    for (const [index, { errorMs }] of said.entries()) {
      const untilMs = said[index + 1]?.fromMs ?? this.#time.nowMs;
      if (errorMs === null || untilMs < sinceMs) continue;
      leastMs = Math.min(leastMs, errorMs);
      mostMs = Math.max(mostMs, errorMs);
    }
    return { leastMs, mostMs };
  }
}

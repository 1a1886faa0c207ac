const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** From this time on no faults happen … */
const calmForMs = 8 * hourMs;
/** … and from this time on nobody sends new commands, so that the work in progress can finish. */
const quietForMs = 4 * hourMs;

/** The months of a run. Each stretch ends with hours without faults, after which everything must be settled. */
export class Calendar {
  readonly #endsMs: readonly number[];

  constructor(beginMs: number, days: number, stretchDays: number) {
    const endsMs: number[] = [];
    for (let day = stretchDays; day < days; day += stretchDays) endsMs.push(beginMs + day * dayMs);
    this.#endsMs = [...endsMs, beginMs + days * dayMs];
  }

  /** When each stretch ends and everything must be settled. */
  get endsMs(): readonly number[] {
    return this.#endsMs;
  }

  get calmsMs(): readonly number[] {
    return this.#endsMs.map((endMs) => endMs - calmForMs);
  }

  isCalm(atMs: number): boolean {
    return this.#restMs(atMs) <= calmForMs;
  }

  isQuiet(atMs: number): boolean {
    return this.#restMs(atMs) <= quietForMs;
  }

  /** Until the next calm begins, ms; 0 in one. */
  untilCalmMs(atMs: number): number {
    return Math.max(0, this.#restMs(atMs) - calmForMs);
  }

  #restMs(atMs: number): number {
    for (const endMs of this.#endsMs) if (atMs <= endMs) return endMs - atMs;
    return 0;
  }
}

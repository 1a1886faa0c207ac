/** What one message may fill of the log within {@link periodMs}. */
export const linesPerPeriod = 30;
const periodMs = 60_000;
/** Messages counted at a time; those of a program are far fewer, and beyond it none is held back. */
const maxMessages = 1_000;

interface Count {
  readonly sinceMs: number;
  lines: number;
}

/** May a line be written, and how many of its kind were left out before it. */
export type Verdict =
  | { readonly kind: "written"; readonly leftOut: number }
  | { readonly kind: "leftOut" };

/**
 * Keeps one message from filling the log and wearing the card: a lock that babbles, a broker that
 * drops the link every second. What is left out is counted and told with the next line of its kind.
 */
export class LogLimit {
  readonly #counts = new Map<string, Count>();

  admit(message: string, nowMs: number): Verdict {
    const count = this.#counts.get(message);
    if (count === undefined || nowMs - count.sinceMs >= periodMs) {
      if (count === undefined && this.#counts.size >= maxMessages) this.#forget(nowMs);
      if (count !== undefined || this.#counts.size < maxMessages) {
        this.#counts.set(message, { sinceMs: nowMs, lines: 1 });
      }
      return { kind: "written", leftOut: Math.max(0, (count?.lines ?? 0) - linesPerPeriod) };
    }
    count.lines += 1;
    return count.lines > linesPerPeriod ? { kind: "leftOut" } : { kind: "written", leftOut: 0 };
  }

  #forget(nowMs: number): void {
    for (const [message, { sinceMs, lines }] of this.#counts) {
      if (nowMs - sinceMs >= periodMs && lines <= linesPerPeriod) this.#counts.delete(message);
    }
  }
}

/** Limit of the lines with one message within {@link periodMs}. */
export const linesPerPeriod = 30;
const periodMs = 60_000;
/** Limit of the messages that are counted; the program has far fewer. Further messages are not limited. */
const maxMessages = 1_000;

interface Count {
  readonly sinceMs: number;
  lines: number;
}

/** Whether a line may be written, and how many with the same message were left out before it. */
export type Verdict =
  | { readonly kind: "written"; readonly leftOut: number }
  | { readonly kind: "leftOut" };

/**
 * Keeps one message from filling the log and wearing out the card: a lock that sends frames all the time, a broker that
 * drops the link every second. Lines that are left out are counted in the next line with the same message.
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

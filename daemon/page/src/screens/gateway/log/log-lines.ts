import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { call } from "../../../api/call.ts";
import { onLiveEvent } from "../../../api/live-events.ts";
import type { JournalRecord } from "./journal-rows.ts";

/** Records of one page, and most that a long look keeps. */
const pageLength = 50;
const maxKept = 500;
/** Events that come together cause one read; the pause also limits the reads in a storm of events. */
const settleMs = 400;
/** For records that no event tells, such as answers to the cloud. */
const everyMs = 10_000;

export interface LogLines {
  /** The newest first. */
  readonly records: Signal<readonly JournalRecord[] | null>;
  readonly error: Signal<Error | null>;
  readonly hasOlder: Signal<boolean>;
  readonly isPaused: Signal<boolean>;
  older(): Promise<void>;
}

/** Follows the journal for as long as the screen is open. */
export function useLogLines(): LogLines {
  const lines = useMemo(() => new Lines(), []);
  useEffect(() => lines.follow(), [lines]);
  return lines;
}

class Lines implements LogLines {
  readonly records = signal<readonly JournalRecord[] | null>(null);
  readonly error = signal<Error | null>(null);
  readonly hasOlder = signal(false);
  readonly isPaused = signal(false);
  /** Number to go back from; null = nothing is older. */
  #previous: number | null = null;
  #settling: ReturnType<typeof setTimeout> | null = null;
  #isReading = false;

  /** @returns what ends it */
  follow(): () => void {
    void this.#readNewest();
    const unsubscribe = onLiveEvent(() => {
      this.#settling ??= setTimeout(() => {
        this.#settling = null;
        void this.#readNewest();
      }, settleMs);
    });
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.#readNewest();
    }, everyMs);
    const unpause = this.isPaused.subscribe((isPaused) => {
      if (!isPaused && this.records.peek() !== null) void this.#readNewest();
    });
    return () => {
      unsubscribe();
      unpause();
      clearInterval(timer);
      if (this.#settling !== null) clearTimeout(this.#settling);
    };
  }

  async older(): Promise<void> {
    if (this.#previous === null) return;
    const page = await call("read_journal", { before: this.#previous, count: pageLength });
    this.#previous = page.previous;
    this.hasOlder.value = page.previous !== null;
    this.records.value = [...(this.records.value ?? []), ...page.records.reverse()];
  }

  async #readNewest(): Promise<void> {
    if (this.isPaused.value || this.#isReading) return;
    this.#isReading = true;
    try {
      const page = await call("read_journal", { count: pageLength });
      this.error.value = null;
      this.#merge(page.records.reverse(), page.previous);
    } catch (cause) {
      this.error.value = cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      this.#isReading = false;
    }
  }

  /** Puts the newest in front; after a gap of more than a page, or in another epoch, begins anew. */
  #merge(newest: readonly JournalRecord[], previous: number | null): void {
    const known = this.records.value ?? [];
    const first = known[0];
    const isJoined = first !== undefined && newest.some(({ id }) => id === first.id);
    if (!isJoined) {
      this.records.value = newest;
      this.#previous = previous;
      this.hasOlder.value = previous !== null;
      return;
    }
    const fresh = newest.filter(({ seq }) => seq > first.seq);
    if (fresh.length > 0) this.records.value = [...fresh, ...known].slice(0, maxKept);
  }
}

import type { ServerResponse } from "node:http";
import type { LiveEvent, MissedEvents } from "../ports.ts";

interface FeedOptions {
  /** Limit of live events that wait while the missed ones are written. */
  readonly limit: number;
  show(event: LiveEvent): void;
  /** Writes the id of the last event that has gone by. */
  passed(id: string): void;
}

/**
 * Puts the events that a watcher has missed before the live ones, without a hole and without a repeat. Live events wait
 * until the missed ones are written, which go no faster than the watcher reads.
 */
export class EventFeed {
  readonly #response: ServerResponse;
  readonly #options: FeedOptions;
  /** Live events that wait; null = none has to wait any more. */
  #waiting: LiveEvent[] | null = [];
  /** The last missed event: the live ones up to it were written. */
  #writtenSeq = 0;

  constructor(response: ServerResponse, options: FeedOptions) {
    this.#response = response;
    this.#options = options;
  }

  /** Takes a live event. @returns false when too many wait */
  take(event: LiveEvent): boolean {
    if (this.#waiting === null) {
      if (event.seq > this.#writtenSeq) this.#options.show(event);
      return true;
    }
    this.#waiting.push(event);
    return this.#waiting.length <= this.#options.limit;
  }

  /**
   * Writes what was missed, then passes the live events on.
   * @param missed null = the watcher wants events from now on
   * @param position the id of the last event that went by
   * @throws (rejects) what the reading of the journal throws
   */
  async begin(missed: Promise<MissedEvents> | null, position: string): Promise<void> {
    const { events, through } = (await missed) ?? { events: [], through: position };
    for (const event of events) {
      this.#options.show(event);
      this.#writtenSeq = event.seq;
      if (this.#response.writableEnded || this.#response.destroyed) return;
      if (this.#response.writableNeedDrain) await drained(this.#response);
    }
    this.#options.passed(through);
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const event of waiting) this.take(event);
  }
}

/** Resolves when the watcher has read, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

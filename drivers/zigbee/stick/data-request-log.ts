import type { DataRequest } from "./mt-frame.ts";
import { ownAddress } from "./stick-evidence.ts";

/** What became of a data request, as far as the stick has reported it. */
export type RequestFate =
  | "sent"
  | "accepted"
  | "unanswered"
  | "refused"
  | "confirmed"
  | "exhausted";

/** A data request on its way to the stick or on the radio. */
export interface TrackedRequest {
  readonly request: DataRequest;
  fate: RequestFate;
  timer: NodeJS.Timeout | null;
}

/** The newest data request of each AF transaction, at most 256, and what became of it. */
export class DataRequestLog {
  readonly #byTransaction = new Map<number, TrackedRequest>();
  readonly #bySequence = new Map<number, TrackedRequest>();

  add(request: DataRequest): TrackedRequest {
    const before = this.#byTransaction.get(request.transaction);
    if (before !== undefined) stopTimer(before);
    const tracked: TrackedRequest = { request, fate: "sent", timer: null };
    // Deleted first, so that the newest request is the last of the map.
    this.#byTransaction.delete(request.transaction);
    this.#byTransaction.set(request.transaction, tracked);
    if (request.sequence !== null && request.peer !== ownAddress) {
      this.#bySequence.set(request.sequence, tracked);
    }
    return tracked;
  }

  /** Returns the newest request to a network address. */
  lastTo(peer: number): TrackedRequest | undefined {
    return [...this.#byTransaction.values()].findLast(({ request }) => request.peer === peer);
  }

  /** Returns the request whose payload has this ZCL transaction sequence number. */
  withSequence(sequence: number): TrackedRequest | undefined {
    return this.#bySequence.get(sequence);
  }

  forgetSequence(sequence: number): void {
    this.#bySequence.delete(sequence);
  }

  awaitConfirm(tracked: TrackedRequest, limitMs: number, onMissing: () => void): void {
    tracked.timer = setTimeout(onMissing, limitMs);
    tracked.timer.unref();
  }

  /** The confirmation of a transaction has come. @returns its request, or null when there is none */
  confirmed(transaction: number): TrackedRequest | null {
    const tracked = this.#byTransaction.get(transaction) ?? null;
    if (tracked !== null) stopTimer(tracked);
    return tracked;
  }

  clear(): void {
    for (const tracked of this.#byTransaction.values()) stopTimer(tracked);
    this.#byTransaction.clear();
  }
}

function stopTimer(tracked: TrackedRequest): void {
  if (tracked.timer !== null) clearTimeout(tracked.timer);
  tracked.timer = null;
}

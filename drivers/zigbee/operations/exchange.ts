import { delay } from "../../../daemon/base/delay.ts";
import { FrameWithdrawnError, type UnreachableCause, unreachableCause } from "../failures.ts";
import type { ZclFrame } from "../frames/zcl-frame.ts";
import type { Blame } from "../stick/stick-watch.ts";

/** One request to a lock and how to send it. */
export interface ExchangeRequest {
  /** The sender of the answer: IEEE address, endpoint and cluster in one text. */
  readonly peer: string;
  /**
   * Whether a frame with the request's number is its answer. Locks count their own frames in the same 8 bits:
   * an
   * event may have the number of the request.
   */
  isAnswer(frame: ZclFrame): boolean;
  /**
   * Hands the frame to herdsman with this transaction sequence number and this timeout. `gate` must be called
   * when the frame goes out; it throws when the frame must not go out any more.
   * @returns what herdsman returns: the parsed answer, or `{cmdId, statusCode}` of a Default Response
   */
  send(sequence: number, gate: () => void, timeoutMs: number): Promise<unknown>;
}

export interface ExchangeOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Called with the frame's transaction sequence number when it goes to the radio. */
  readonly onSent?: (sequence: number) => void;
}

export type ExchangeResult =
  /** The answer as it came over the air. */
  | { readonly kind: "frame"; readonly frame: ZclFrame }
  /** Herdsman took the answer for itself: a Default Response, or one that it does not hand on. */
  | { readonly kind: "settled"; readonly answer: unknown }
  /** Herdsman could not read the answer or the peer refused in a way that herdsman throws. */
  | { readonly kind: "failed"; readonly error: unknown }
  | {
      readonly kind: "unreachable";
      readonly cause: UnreachableCause;
      readonly wasSent: boolean;
    };

/** Who failed a frame that brought no answer; see {@link StickWatch}. */
export interface FrameBlame {
  /** A frame with this sequence number is about to be sent. */
  expect(sequence: number): void;
  blameFor(sequence: number): Blame;
}

/** Without a stick nothing is known of the frames. */
const noFates: FrameBlame = { expect: () => undefined, blameFor: () => "lock" };

/**
 * After the deadline herdsman has this long to finish a request before the next one to the device goes to it.
 */
const finishingMs = 1_000;

interface Pending {
  isAnswer(frame: ZclFrame): boolean;
  answer(frame: ZclFrame): void;
  end(cause: UnreachableCause): void;
}

/**
 * Sends requests through herdsman and takes the answers from the raw frames, matched by sequence
 * number and command: herdsman rejects answers that miss a field and turns 0xFF into NaN.
 *
 * INVARIANTS
 * - Every exchange ends at its deadline at the latest, whatever becomes of herdsman's promise.
 * - No frame goes out after its exchange has ended, however long it waited in herdsman's queue.
 * - Herdsman has one request to a device at a time: its queue would give the next one its whole timeout again,
 *   and the device would stay busy after the deadline.
 * - At most as many exchanges are pending as callers wait; each leaves nothing behind.
 */
export class Exchanger {
  #lastEnd: { readonly cause: UnreachableCause } | null = null;
  readonly #pending = new Map<string, Pending>();
  /** The newest request to each device that herdsman has not finished. */
  readonly #newest = new Map<string, Promise<void>>();
  readonly #nextSequence: () => number;
  readonly #fates: () => FrameBlame | null;

  /**
   * @param nextSequence the counter that herdsman's own frames take their numbers from
   * @param fates what the stick did with the frames; null = there is no stick
   */
  constructor(nextSequence: () => number, fates: () => FrameBlame | null = () => null) {
    this.#nextSequence = nextSequence;
    this.#fates = fates;
  }

  /** Offers a frame that came from `peer`. @returns whether it answered a pending exchange */
  offer(peer: string, frame: ZclFrame): boolean {
    const pending = this.#pending.get(`${peer}/${frame.sequence}`);
    if (pending === undefined || !pending.isAnswer(frame)) return false;
    pending.answer(frame);
    return true;
  }

  /** Why everything was last ended, as a new object each time; null = never. */
  get lastEnd(): { readonly cause: UnreachableCause } | null {
    return this.#lastEnd;
  }

  /** Ends everything that is pending, and forgets what herdsman has not finished: its session is over. */
  endAll(cause: UnreachableCause): void {
    this.#lastEnd = { cause };
    this.#newest.clear();
    for (const pending of [...this.#pending.values()]) pending.end(cause);
  }

  /** Ends everything that is pending with the device of this IEEE address: it has left. */
  endFor(ieee: string, cause: UnreachableCause): void {
    for (const [key, pending] of [...this.#pending]) {
      if (key.startsWith(`${ieee}/`)) pending.end(cause);
    }
  }

  exchange(request: ExchangeRequest, options: ExchangeOptions): Promise<ExchangeResult> {
    const { deadlineMs, signal } = options;
    if (signal?.aborted) {
      return Promise.resolve({ kind: "unreachable", cause: "aborted", wasSent: false });
    }
    return new Promise((resolve) => {
      const beganMs = performance.now();
      const sequence = this.#nextSequence();
      const key = `${request.peer}/${sequence}`;
      let wasSent = false;
      let isOver = false;
      const finish = (result: ExchangeResult): void => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        if (this.#pending.get(key) === pending) this.#pending.delete(key);
        resolve(result);
      };
      const fates = this.#fates() ?? noFates;
      fates.expect(sequence);
      const end = (cause: UnreachableCause): void =>
        finish(unreachable(cause, wasSent, fates.blameFor(sequence)));
      const pending: Pending = {
        isAnswer: (frame) => request.isAnswer(frame),
        answer: (frame) => finish({ kind: "frame", frame }),
        end,
      };
      const onAbort = (): void => end("aborted");
      const timer = setTimeout(() => end("timeout"), deadlineMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      // A sequence number that is used again ends an exchange that still has it.
      this.#pending.get(key)?.end("timeout");
      this.#pending.set(key, pending);
      const gate = (): void => {
        if (isOver) throw new FrameWithdrawnError("the exchange has ended");
        if (!wasSent) options.onSent?.(sequence);
        wasSent = true;
      };
      this.#inTurn(
        request.peer,
        () => {
          if (isOver) return Promise.resolve();
          const timeoutMs = Math.max(1, deadlineMs - Math.floor(performance.now() - beganMs));
          return request.send(sequence, gate, timeoutMs).then(
            (answer) => finish({ kind: "settled", answer }),
            (error: unknown) => {
              if (isRefusal(error)) finish({ kind: "failed", error });
              else end(unreachableCause(error));
            },
          );
        },
        deadlineMs + finishingMs,
      );
    });
  }

  /** Runs it once herdsman has finished the request to this device before it; at once if there is none. */
  #inTurn(peer: string, run: () => Promise<void>, limitMs: number): void {
    const [device = peer] = peer.split("/");
    const before = this.#newest.get(device);
    const own = bounded(before === undefined ? run() : before.then(run), limitMs).finally(() => {
      if (this.#newest.get(device) === own) this.#newest.delete(device);
    });
    this.#newest.set(device, own);
  }
}

/** Resolves when the request is over, or after `limitMs`: what is left of it stays in herdsman's own queue. */
async function bounded(request: Promise<void>, limitMs: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([request, delay(limitMs, over.signal)]);
  over.abort();
}

/** A frame that the stick has failed is not the lock's fault; one that it has refused was not sent. */
function unreachable(cause: UnreachableCause, wasSent: boolean, blame: Blame): ExchangeResult {
  if (cause === "aborted" || blame === "lock") return { kind: "unreachable", cause, wasSent };
  const wentOut = wasSent && blame !== "stickRefused";
  return { kind: "unreachable", cause: "stickOffline", wasSent: wentOut };
}

/** Herdsman throws ZclStatusError for an answer that it cannot read and for a status in it. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === "ZclStatusError";
}

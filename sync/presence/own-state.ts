import type { Logger } from "pino";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import { untilAborted } from "../deadline.ts";
import { type ProcessStarts, startChange, storedStarts } from "./process-starts.ts";
import { SessionEvictions } from "./session-evictions.ts";
import type { StateDigest } from "./state-digest.ts";
import { claimedBootIn, provenStateIn, type StateMessage } from "./state-proof.ts";

/** The alarm is raised again after this time if the other gateway is still there. */
const repeatEveryMs = 3_600_000;
/** How long after the other gateway was last seen a lost connection counts as its doing. */
const seenMs = 10 * 60_000;

/** How long the journal waits for this gateway's own birth to come back from the broker. */
const ownStateTimeoutMs = 2_000;

export interface OwnStatePorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  readonly gatewayId: string;
  readonly boot: string;
  readonly digest: Pick<StateDigest, "prove">;
  readonly logger: Logger;
  readonly monotonicMs?: () => number;
}

/** What follows from a proven message about the gateway's own id. */
export type Verdict =
  /** It is from this start or an earlier one, or too old to prove anything. */
  | "nothing"
  /** Records or starts exist that this store does not have: it is an older copy. */
  | "outdated"
  /** Another process uses this id now. */
  | "duplicate";

/**
 * Judges one proven message.
 * @param hasReturned whether this process's own birth came back: a later message was also sent later
 */
export function judgeState(
  message: StateMessage,
  own: {
    readonly boot: string;
    readonly start: number;
    readonly before: ProcessStarts;
    readonly epoch: string;
    readonly head: number;
  },
  hasReturned: boolean,
): Verdict {
  if (message.boot === own.boot) return "nothing";
  const { journal, isOnline } = message;
  const isSameEpoch = journal?.epoch === own.epoch;
  if (isSameEpoch && journal !== null && journal.head > own.head) return "outdated";
  const isKnown = own.before.boots.includes(message.boot);
  if (isKnown) return hasReturned && isOnline ? "duplicate" : "nothing";
  if (message.start >= own.start) {
    if (isSameEpoch) return "outdated";
    // The epoch of a store that was just created cannot have been used by anybody else.
    if (!hasReturned && own.before.epoch === own.epoch) return "outdated";
  }
  return isOnline ? "duplicate" : "nothing";
}

/**
 * Judges the state messages under this gateway's own id. The retained one can prove that the store is an
 * older copy whose numbers were used already, or that another gateway uses the same id. Only a message with
 * this gateway's own proof counts. One without a proof counts only together with connections that were cut.
 */
export class OwnState {
  readonly #ports: OwnStatePorts;
  readonly #before: ProcessStarts;
  readonly start: number;
  readonly #evictions = new SessionEvictions();
  #hasReturned = false;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #raisedAtMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();
  #resolveReturned: () => void = () => {};
  readonly #returned = new Promise<void>((resolve) => {
    this.#resolveReturned = resolve;
  });

  constructor(ports: OwnStatePorts) {
    this.#ports = ports;
    this.#before = storedStarts(ports.store);
    this.start = this.#before.last + 1;
  }

  /** Whether a message of this start has come back. Then everything retained before has come too. */
  get hasOwnStateReturned(): boolean {
    return this.#hasReturned;
  }

  /** Whether another gateway with this id was seen in the last ten minutes. */
  get isDuplicated(): boolean {
    return this.#nowMs() - this.#seenAtMs < seenMs;
  }

  /** Records this start in the store, before any message names it. */
  async recordStart(): Promise<void> {
    const { store, boot } = this.#ports;
    const { epoch } = store.journalRange();
    await this.#commit([startChange(this.#before, { epoch, start: this.start, boot })], []);
  }

  /**
   * Resolves once this start's own message has come back, or after the timeout.
   * @param isWatched whether the broker delivers the state topic
   */
  async waitForOwnState(isWatched: boolean): Promise<void> {
    if (!isWatched || this.#hasReturned) return;
    await untilAborted(this.#returned, AbortSignal.timeout(ownStateTimeoutMs));
  }

  /** The connection was cut, and this gateway did not do it. */
  noteCut(): void {
    this.#evictions.noteCut();
  }

  /** Judges a message on the gateway's own state topic. Resolves when its effects are on disk. */
  async receive(payload: Uint8Array): Promise<void> {
    const { digest, gatewayId } = this.#ports;
    const message = provenStateIn(payload, (lines) => digest.prove(lines), gatewayId);
    const isEvicted = this.#isEvicted(claimedBootIn(payload));
    if (message !== null) await this.#judge(message);
    if (isEvicted) await this.#reportDuplicate(message);
  }

  /** Returns whether the messages after cut connections show that another client uses this id. */
  #isEvicted(boot: string | null): boolean {
    if (boot === null || !this.#hasReturned) return false;
    if (boot !== this.#ports.boot && !this.#before.boots.includes(boot)) {
      return this.#evictions.noteOtherState(this.#nowMs());
    }
    this.#evictions.noteOwnState();
    return false;
  }

  async #judge(message: StateMessage): Promise<void> {
    const { store, boot, logger } = this.#ports;
    if (message.boot === boot) {
      if (message.isOnline) this.#noteReturned();
      return;
    }
    const { epoch, head } = store.journalRange();
    const own = { boot, start: this.start, before: this.#before, epoch, head };
    const verdict = judgeState(message, own, this.#hasReturned);
    if (verdict === "nothing") return;
    const seen = { theirs: message.boot, start: message.start, isOnline: message.isOnline };
    if (verdict === "outdated") {
      logger.error(
        seen,
        "this store is an older copy of what this gateway had; it begins a new epoch",
      );
      await this.#adoptStart(message.start);
      await store.declareOutdated();
      return;
    }
    await this.#reportDuplicate(message);
  }

  /** Resolves when it no longer uses the store. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  #noteReturned(): void {
    this.#hasReturned = true;
    this.#resolveReturned();
  }

  /** Stores the highest number of a start that any gateway with this id has used. */
  async #adoptStart(start: number): Promise<void> {
    const { store, boot } = this.#ports;
    const { epoch } = store.journalRange();
    const highest = Math.max(start, this.start);
    await this.#commit([startChange(this.#before, { epoch, start: highest, boot })], []);
  }

  /** @param message null = it has no proof: the other client has other keys */
  async #reportDuplicate(message: StateMessage | null): Promise<void> {
    this.#seenAtMs = this.#nowMs();
    if (this.#nowMs() - this.#raisedAtMs < repeatEveryMs) return;
    this.#raisedAtMs = this.#nowMs();
    const { boot = null, start = null } = message ?? {};
    this.#ports.logger.error(
      { theirs: boot, start },
      "another gateway uses this id; give one of them another gateway.id",
    );
    const detail = { boot, start };
    const alarm: EventEntry = { kind: "event", event: "duplicateGatewayAlarm", lock: null, detail };
    if (message !== null) await this.#adoptStart(message.start);
    await this.#commit([], [alarm]);
  }

  #commit(
    changes: Parameters<Store["commit"]>[0]["changes"],
    journal: readonly EventEntry[],
  ): Promise<void> {
    const { store, clock, logger } = this.#ports;
    if (store.failed.aborted) return Promise.resolve();
    const written = store
      .commit({ changes, journal }, timestampOf(clock.reading()))
      .then(() => {})
      .catch((err: unknown) =>
        logger.error({ err }, "the store did not write a note about this id"),
      );
    this.#writing = Promise.all([this.#writing, written]).then(() => {});
    return written;
  }

  #nowMs(): number {
    return (this.#ports.monotonicMs ?? (() => performance.now()))();
  }
}

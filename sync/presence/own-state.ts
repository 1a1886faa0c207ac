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

/** A gateway with this id that goes on is told again after this time. */
const tellEveryMs = 3_600_000;
/** How long a loss of the line counts as the other gateway's doing after it was last seen. */
const seenMs = 10 * 60_000;

/** How long the journal waits for this gateway's own word to come back from the broker. */
const ownWordTimeoutMs = 2_000;

export interface OwnStatePorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  readonly gatewayId: string;
  readonly boot: string;
  readonly digest: Pick<StateDigest, "prove">;
  readonly logger: Logger;
  readonly monotonicMs?: () => number;
}

/** What follows from a proven word about the gateway's own id. */
export type Verdict =
  /** It is this start's, an earlier one's, or too old to say anything. */
  | "nothing"
  /** Records or starts exist that this store does not know: it is an older copy. */
  | "outdated"
  /** Another process works with this id at this time. */
  | "duplicate";

/**
 * Judges one proven word.
 * @param isBegun whether this process has said its own birth: what comes later was said later
 */
export function judgeState(
  word: StateMessage,
  own: {
    readonly boot: string;
    readonly start: number;
    readonly before: ProcessStarts;
    readonly epoch: string;
    readonly head: number;
  },
  isBegun: boolean,
): Verdict {
  if (word.boot === own.boot) return "nothing";
  const isSameEpoch = word.journal?.epoch === own.epoch;
  if (isSameEpoch && word.journal !== null && word.journal.head > own.head) return "outdated";
  const isKnown = own.before.boots.includes(word.boot);
  if (isKnown) return isBegun && word.isOnline ? "duplicate" : "nothing";
  if (word.start >= own.start) {
    if (isSameEpoch) return "outdated";
    // A store that has just been made anew has an epoch that nobody else can have used.
    if (!isBegun && own.before.epoch === own.epoch) return "outdated";
  }
  return word.isOnline ? "duplicate" : "nothing";
}

/**
 * What the broker says about this gateway's own id. The retained state proves two things: that an older
 * copy of the store was put back, whose numbers were used already, and that another gateway works under
 * the same id. Only a word with this gateway's own proof counts, and nothing rests on it being delivered. A
 * word without one only names another client with this id, and only together with connections that were cut.
 */
export class OwnState {
  readonly #ports: OwnStatePorts;
  readonly #before: ProcessStarts;
  readonly start: number;
  readonly #evictions = new SessionEvictions();
  #isBegun = false;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> = Promise.resolve();
  #tellBegun: () => void = () => {};
  readonly #begun = new Promise<void>((resolve) => {
    this.#tellBegun = resolve;
  });

  constructor(ports: OwnStatePorts) {
    this.#ports = ports;
    this.#before = storedStarts(ports.store);
    this.start = this.#before.last + 1;
  }

  /** Whether a word of this start itself has come back: everything retained before it has come. */
  get hasOwnStateReturned(): boolean {
    return this.#isBegun;
  }

  /** Whether another gateway with this id was seen in the last ten minutes. */
  get isDuplicated(): boolean {
    return this.#nowMs() - this.#seenAtMs < seenMs;
  }

  /** Writes down that this start exists, before anybody can hear of it. */
  async recordStart(): Promise<void> {
    const { store, boot } = this.#ports;
    const { epoch } = store.journalRange();
    await this.#commit([startChange(this.#before, { epoch, start: this.start, boot })], []);
  }

  /**
   * Resolves once this start's own word has come back, or will not in time.
   * @param isWatched whether the broker delivers the state topic
   */
  async waitForOwnState(isWatched: boolean): Promise<void> {
    if (!isWatched || this.#isBegun) return;
    await untilAborted(this.#begun, AbortSignal.timeout(ownWordTimeoutMs));
  }

  /** The connection was cut, and this gateway did not do it. */
  noteCut(): void {
    this.#evictions.noteCut();
  }

  /** A message on the gateway's own state topic. Resolves when what follows from it is on disk. */
  async receive(payload: Uint8Array): Promise<void> {
    const { digest, gatewayId } = this.#ports;
    const word = provenStateIn(payload, (lines) => digest.prove(lines), gatewayId);
    const isEvicted = this.#isEvicted(claimedBootIn(payload));
    if (word !== null) await this.#judge(word);
    if (isEvicted) await this.#tellDuplicate(word);
  }

  /** Says whether the words of others after cut connections show that another client uses this id. */
  #isEvicted(boot: string | null): boolean {
    if (boot === null || !this.#isBegun) return false;
    if (boot !== this.#ports.boot && !this.#before.boots.includes(boot)) {
      return this.#evictions.noteOtherState(this.#nowMs());
    }
    this.#evictions.noteOwnState();
    return false;
  }

  async #judge(word: StateMessage): Promise<void> {
    const { store, boot, logger } = this.#ports;
    if (word.boot === boot) {
      if (word.isOnline) this.#noteOwn();
      return;
    }
    const { epoch, head } = store.journalRange();
    const own = { boot, start: this.start, before: this.#before, epoch, head };
    const verdict = judgeState(word, own, this.#isBegun);
    if (verdict === "nothing") return;
    const seen = { theirs: word.boot, start: word.start, isOnline: word.isOnline };
    if (verdict === "outdated") {
      logger.error(
        seen,
        "this store is an older copy of what this gateway had; it begins a new epoch",
      );
      await this.#adopt(word.start);
      await store.declareOutdated();
      return;
    }
    await this.#tellDuplicate(word);
  }

  /** Resolves when nothing of it touches the store any more. */
  async stop(): Promise<void> {
    await this.#writing;
  }

  #noteOwn(): void {
    this.#isBegun = true;
    this.#tellBegun();
  }

  /** The next start counts on from the highest number that anybody with this id has had. */
  async #adopt(start: number): Promise<void> {
    const { store, boot } = this.#ports;
    const { epoch } = store.journalRange();
    const highest = Math.max(start, this.start);
    await this.#commit([startChange(this.#before, { epoch, start: highest, boot })], []);
  }

  /** @param word null = it has no proof: whoever it is, he has other keys */
  async #tellDuplicate(word: StateMessage | null): Promise<void> {
    this.#seenAtMs = this.#nowMs();
    if (this.#nowMs() - this.#toldAtMs < tellEveryMs) return;
    this.#toldAtMs = this.#nowMs();
    const { boot = null, start = null } = word ?? {};
    this.#ports.logger.error(
      { theirs: boot, start },
      "another gateway uses this id; give one of them another gateway.id",
    );
    const detail = { boot, start };
    const alarm: EventEntry = { kind: "event", event: "duplicateGatewayAlarm", lock: null, detail };
    if (word !== null) await this.#adopt(word.start);
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
        logger.error({ err }, "the store did not take a note about this id"),
      );
    this.#writing = Promise.all([this.#writing, written]).then(() => {});
    return written;
  }

  #nowMs(): number {
    return (this.#ports.monotonicMs ?? (() => performance.now()))();
  }
}

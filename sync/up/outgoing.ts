import type { JournalRecord } from "../../daemon/core/model/journal.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { Connection } from "../link/connection.ts";
import type { LossCause } from "../link/loss-cause.ts";
import { BestEffortMessages } from "./best-effort-messages.ts";
import type { SyncCursor } from "./cursor.ts";
import {
  type DeliveryProblem,
  type Form,
  type Publication,
  publishOverheadBytes,
} from "./publication.ts";
import { RejectedRecords } from "./rejected-records.ts";
import { type Sent, SentWindow } from "./sent-window.ts";
import { type UnheardRange, UnheardRecords } from "./unheard-records.ts";

/** Most replies waiting to be sent once more. Past it a repeat is dropped: the cloud asks again. */
const maxRepeats = 1024;

export interface OutgoingOptions {
  readonly acknowledge: "broker" | "cloud";
  readonly cloudTimeoutMs: number;
  /** How long records are held back that the broker confirms and nobody hears, in ms. */
  readonly unheardWaitMs: number;
  /** Puts a record into wire form, no larger than `maximumBytes`, the packet's own bytes included. */
  encode(
    record: JournalRecord,
    maximumBytes: number,
    form: Form,
  ): Publication | Promise<Publication>;
  /** A record is larger than the broker takes; told for the first of a size. */
  onTooLarge?(seq: number, bytes: number): void;
  /** Records that were to be sent are no longer kept. */
  onGap(from: number, to: number): void;
  /** Records were passed over that nobody heard, or such are sent again. */
  onUnheard(): void;
  /** A reply that was to be sent once more was dropped, for want of room or of the record. */
  onResendDropped(seq: number): void;
}

/**
 * The journal on its way to the cloud.
 *
 * INVARIANTS: nothing is sent but out of the journal, by sequence number, and while connected;
 * at most the connection's window is on its way; the cursor moves over a prefix without a hole;
 * each connection begins at the cursor. Memory holds one window of records, whatever the backlog.
 */
export class Outgoing {
  readonly #store: Store;
  readonly #cursor: SyncCursor;
  readonly #options: OutgoingOptions;
  #connection: Connection | null = null;
  readonly #window = new SentWindow();
  /** The next record to send. */
  #next: number;
  readonly #repeats = new Set<number>();
  readonly #asides = new BestEffortMessages();
  #isDraining = false;
  /** Something may have changed since the drain last looked. */
  #isWoken = false;
  readonly #unheard: UnheardRecords;
  /** Set while records are held back that nobody would hear. */
  #holdTimer: NodeJS.Timeout | undefined;
  readonly #rejected: RejectedRecords;
  /** Publications of the records before `#next` that wait for room. */
  #ready: { readonly sent: Sent; readonly topic: string; readonly body: string }[] = [];
  #toldGapTo = 0;
  #cloudTimer: NodeJS.Timeout | undefined;
  readonly #idleWaiters = new Set<() => void>();

  constructor(store: Store, cursor: SyncCursor, options: OutgoingOptions) {
    this.#store = store;
    this.#cursor = cursor;
    this.#options = options;
    this.#unheard = new UnheardRecords(options.unheardWaitMs);
    this.#rejected = new RejectedRecords({
      onTooLarge: (seq, bytes) => options.onTooLarge?.(seq, bytes),
    });
    this.#next = cursor.seq + 1;
  }

  /** Records that the other side does not have yet. */
  get backlog(): number {
    const { tail, head } = this.#store.journalRange();
    return head - Math.max(this.#cursor.seq, tail - 1);
  }

  /** What the broker took and nobody heard, as far as it says so; it is sent again once somebody listens. */
  get unheard(): UnheardRange | null {
    return this.#unheard.range;
  }

  /** What keeps the journal from going on, or is in the way of large records; null = nothing. */
  get problem(): DeliveryProblem | null {
    return this.#rejected.problem;
  }

  /** Largest message that the broker is known to take, in bytes of its topic and body. */
  get maximumBytes(): number {
    const packetBytes = this.#connection?.maximumPacketBytes ?? Number.POSITIVE_INFINITY;
    return Math.min(packetBytes - publishOverheadBytes, this.#rejected.wholeBytes);
  }

  /** The broker took a message of this size that is no record. */
  noteOtherAccepted(bytes: number): void {
    this.#rejected.noteOtherAccepted(bytes);
  }

  /** Begins to send on `connection`, at the cursor. */
  attach(connection: Connection): void {
    this.#connection = connection;
    this.#begin();
  }

  /**
   * The connection is lost: what was on its way will be sent again.
   * @param cause given when a record on its way can be the reason
   */
  detach(cause?: LossCause): void {
    if (cause !== undefined) this.#rejected.noteLoss(this.#window.carried, cause);
    this.#connection = null;
    this.#ready = [];
    this.#window.clear();
    this.#asides.clear();
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    clearTimeout(this.#cloudTimer);
    this.#cloudTimer = undefined;
    this.#tellIdle();
  }

  /** The journal has grown. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isDraining || this.#connection === null) return;
    void this.#drain();
  }

  /** The cloud holds everything up to `seq`. */
  acknowledge(seq: number): void {
    if (this.#options.acknowledge !== "cloud") return;
    this.#cursor.advance(Math.min(seq, this.#store.journalRange().head));
    this.#awaitCloud();
  }

  /** Sends again from `from`, at the cloud's wish. The cursor stays. */
  replay(from: number): void {
    // Who asks is there to hear.
    if (this.#holdTimer !== undefined) this.#begin();
    this.#next = Math.min(this.#next, from);
    this.wake();
  }

  /** Records up to `seq` are not to be sent any more: others stand in for them. */
  skip(seq: number): void {
    this.#ready = this.#ready.filter(({ sent }) => sent.isRepeat || sent.seq > seq);
    this.#toldGapTo = Math.max(this.#toldGapTo, seq);
    this.#next = Math.max(this.#next, seq + 1);
    this.wake();
  }

  /** Sends a reply once more, unless it is still to be sent or on its way. */
  resendReply(seq: number): void {
    if (seq >= this.#next || this.#window.has(seq)) return;
    if (this.#repeats.size >= maxRepeats) {
      this.#options.onResendDropped(seq);
      return;
    }
    this.#repeats.add(seq);
    this.wake();
  }

  /** Sends what is in no journal as soon as there is room, on this connection or not at all. */
  sendOnce(publication: Publication): void {
    if (this.#connection === null) return;
    this.#asides.add(publication);
    this.wake();
  }

  /** Resolves when all of the journal was taken, or the connection is lost, or nobody would hear it. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.add(resolve);
      this.#tellIdle();
    });
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    try {
      while (this.#isWoken) {
        this.#isWoken = false;
        await this.#sendAll();
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#connection?.drop("storeFailed", `journal cannot be sent: ${why}`);
    } finally {
      this.#isDraining = false;
    }
  }

  /** Sends until the window is full or there is nothing more. */
  async #sendAll(): Promise<void> {
    for (;;) {
      const connection = this.#connection;
      if (connection === null) return;
      this.#asides.send(connection, () => this.wake());
      if (!this.#sendReady(connection)) return;
      if (await this.#sendRepeat(connection)) continue;
      if (!(await this.#sendNext(connection))) return;
    }
  }

  /** @returns whether there is room for more. */
  #sendReady(connection: Connection): boolean {
    while (connection.room > 0 && this.#holdTimer === undefined) {
      const [first] = this.#ready;
      if (first === undefined) return true;
      if (!this.#window.admits(first.sent.isAlone)) return false;
      this.#ready.shift();
      this.#publish(connection, first.sent, first);
    }
    return this.#ready.length === 0 && connection.room > 0;
  }

  /** Sends from the cursor on, whatever was sent of it before; later while the broker refuses it. */
  #begin(): void {
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    this.#ready = [];
    this.#window.clear();
    const { pauseMs } = this.#rejected;
    if (pauseMs > 0) this.#holdTimer = setTimeout(() => this.#begin(), pauseMs);
    this.#next = this.#cursor.seq + 1;
    this.wake();
  }

  /** @returns whether there is perhaps more to send. */
  async #sendNext(connection: Connection): Promise<boolean> {
    const { tail, head } = this.#store.journalRange();
    if (this.#next < tail) this.#skipTo(tail);
    const from = this.#next;
    if (from > head || this.#holdTimer !== undefined) return false;
    const records = await this.#store.readJournal(from, connection.room);
    const encoded = await this.#encodeAll(records, connection);
    // A reconnect or a replay may have come between.
    if (connection !== this.#connection || from !== this.#next) return true;
    if (this.#holdTimer !== undefined) return false;
    for (const [index, { seq }] of records.entries()) {
      const publication = encoded[index];
      // Something else may have taken the room meanwhile.
      if (publication === undefined || !this.#sendReady(connection)) break;
      if (seq > this.#next) this.#skipTo(seq);
      this.#next = seq + 1;
      this.#ready.push(...this.#pagesOf(seq, false, publication));
      if (!this.#sendReady(connection)) break;
    }
    return records.length > 0;
  }

  async #sendRepeat(connection: Connection): Promise<boolean> {
    const [seq] = this.#repeats;
    if (seq === undefined) return false;
    const records = await this.#store.readJournal(seq, 1);
    const [publication] = await this.#encodeAll(records, connection);
    if (connection !== this.#connection || connection.room <= 0) return true;
    this.#repeats.delete(seq);
    if (records[0]?.seq === seq && publication !== undefined) {
      this.#ready.push(...this.#pagesOf(seq, true, publication));
      this.#sendReady(connection);
    } else {
      this.#options.onResendDropped(seq);
    }
    return true;
  }

  /** Waits only where a record has to be encrypted. */
  async #encodeAll(
    records: readonly JournalRecord[],
    connection: Connection,
  ): Promise<readonly Publication[]> {
    const encoded: Publication[] = [];
    for (const record of records) {
      const { wholeBytes, pageBytes } = this.#rejected;
      const form = { wholeBytes, pageBytes, stub: this.#rejected.stubFor(record.seq) };
      const publication = this.#options.encode(record, connection.maximumPacketBytes, form);
      encoded.push(publication instanceof Promise ? await publication : publication);
    }
    return encoded;
  }

  #pagesOf(seq: number, isRepeat: boolean, publication: Publication) {
    const { topic, body, further = [], isStub = false } = publication;
    const bodies = [body, ...further];
    return bodies.map((page, index) => {
      const bytes = Buffer.byteLength(topic) + Buffer.byteLength(page);
      const carried = { seq, bytes, isStub };
      const isAlone = !isRepeat && this.#rejected.isAlone(carried);
      const isLast = index === bodies.length - 1;
      return { topic, body: page, sent: { ...carried, isRepeat, isLast, isAlone } };
    });
  }

  #publish(
    connection: Connection,
    sent: Sent,
    { topic, body }: { readonly topic: string; readonly body: string },
  ): void {
    this.#window.add(sent);
    const onTaken = (isHeard: boolean) => {
      const isAwaited = this.#window.awaits(sent);
      if (isAwaited && (sent.isRepeat || this.#mayPass(topic, sent.seq, isHeard))) {
        this.#rejected.noteAccepted(sent);
        for (const { seq, isRepeat, isLast } of this.#window.acknowledge(sent)) {
          if (!isRepeat && isLast) this.#taken(seq);
        }
        this.#tellIdle();
      }
      this.wake();
    };
    const onRefused = (reasonCode: number) => {
      if (!this.#window.awaits(sent)) return;
      this.#rejected.noteRefusal(sent, reasonCode, topic);
      this.#begin();
      this.#tellIdle();
    };
    connection.publish(topic, body, { retain: false, onRefused }, onTaken);
  }

  /** With the cloud's own word to wait for, the broker's says nothing. */
  #mayPass(topic: string, seq: number, isHeard: boolean): boolean {
    if (this.#options.acknowledge === "cloud") return true;
    if (!isHeard && this.#unheard.noteNoSubscriber(topic, seq)) {
      this.#holdTimer ??= setTimeout(() => this.#begin(), this.#unheard.nextWaitMs());
      this.#tellIdle();
      return false;
    }
    const passedFrom = isHeard ? this.#unheard.noteSubscriber(topic) : null;
    if (passedFrom !== null) this.replay(passedFrom);
    if (!isHeard || passedFrom !== null) this.#options.onUnheard();
    return true;
  }

  #taken(seq: number): void {
    if (this.#options.acknowledge === "broker") this.#cursor.advance(seq);
    else if (this.#cloudTimer === undefined) this.#awaitCloud();
  }

  /** A broker may lose what it has acknowledged, and at the journal's end no gap shows it. */
  #awaitCloud(): void {
    clearTimeout(this.#cloudTimer);
    this.#cloudTimer = undefined;
    if (this.#connection === null || this.#cursor.seq + 1 >= this.#next) return;
    this.#cloudTimer = setTimeout(() => {
      this.#cloudTimer = undefined;
      this.replay(this.#cursor.seq + 1);
    }, this.#options.cloudTimeoutMs);
  }

  #skipTo(seq: number): void {
    const to = seq - 1;
    if (to > this.#toldGapTo) {
      this.#options.onGap(Math.max(this.#next, this.#toldGapTo + 1), to);
      this.#toldGapTo = to;
    }
    this.#next = seq;
  }

  #tellIdle(): void {
    const isDone = this.#window.length === 0 && this.#next > this.#store.journalRange().head;
    const isHolding = this.#holdTimer !== undefined;
    if (!isDone && !isHolding && this.#connection !== null) return;
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  }
}

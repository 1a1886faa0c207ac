import type { Store } from "../../daemon/store/store.ts";
import type { Connection } from "../link/connection.ts";
import type { LossCause } from "../link/loss-cause.ts";
import { BestEffortMessages } from "./best-effort-messages.ts";
import { CloudTimeout } from "./cloud-timeout.ts";
import type { SyncCursor } from "./cursor.ts";
import {
  type DeliveryProblem,
  type Publication,
  publishOverheadBytes,
} from "./encoding/publication.ts";
import { RecordReader } from "./encoding/record-reader.ts";
import type { OutgoingOptions } from "./outgoing-options.ts";
import { type ReadyPublication, ReadyPublications } from "./ready-publications.ts";
import { RejectedRecords } from "./rejected-records.ts";
import { SendPosition } from "./send-position.ts";
import { SentWindow } from "./sent-window.ts";
import { type UnheardRange, UnheardRecords } from "./unheard-records.ts";
import { WakeableLoop } from "./wakeable-loop.ts";

/** Most replies that wait to be sent again. Beyond it a repeat is dropped: the cloud asks again. */
const maxRepeats = 1024;

/**
 * Sends the journal to the cloud.
 *
 * INVARIANTS: records are sent only from the journal, in the sequence of their numbers, while connected;
 * at most the connection's window is in flight; the cursor moves over a prefix without a hole;
 * each connection begins at the cursor. Memory holds one window of records, however long the backlog is.
 */
export class Outgoing {
  readonly #store: Store;
  readonly #cursor: SyncCursor;
  readonly #options: OutgoingOptions;
  readonly #rejected: RejectedRecords;
  readonly #reader: RecordReader;
  readonly #ready: ReadyPublications;
  readonly #window = new SentWindow();
  readonly #messages = new BestEffortMessages();
  readonly #unheard: UnheardRecords;
  readonly #cloudTimeout: CloudTimeout;
  readonly #position: SendPosition;
  readonly #repeats = new Set<number>();
  readonly #loop: WakeableLoop;
  readonly #idleWaiters = new Set<() => void>();
  #connection: Connection | null = null;
  /** Set while nothing is sent: no subscriber would receive it, or the broker rejects it. */
  #pause: NodeJS.Timeout | undefined;

  constructor(store: Store, cursor: SyncCursor, options: OutgoingOptions) {
    this.#store = store;
    this.#cursor = cursor;
    this.#options = options;
    this.#unheard = new UnheardRecords(options.unheardWaitMs);
    this.#rejected = new RejectedRecords({
      onTooLarge: (seq, bytes) => options.onTooLarge?.(seq, bytes),
    });
    this.#reader = new RecordReader(store, this.#rejected, options.encode);
    this.#ready = new ReadyPublications(this.#rejected);
    const again = () => this.replay(cursor.seq + 1);
    this.#cloudTimeout = new CloudTimeout(options.cloudTimeoutMs, again);
    this.#loop = new WakeableLoop(
      () => this.#sendAll(),
      (error) => this.#connection?.drop("storeFailed", `journal cannot be sent: ${error}`),
    );
    this.#position = new SendPosition(cursor.seq + 1, (from, to) => options.onGap(from, to));
  }

  /** Records that the other side does not have yet. */
  get backlog(): number {
    const { tail, head } = this.#store.journalRange();
    return head - Math.max(this.#cursor.seq, tail - 1);
  }

  /** Records that wait to be sent; 0 while none is sent. */
  get unsent(): number {
    if (this.#connection === null || this.#pause !== undefined) return 0;
    return this.#store.journalRange().head - this.#position.next + 1;
  }

  /** Records that the broker accepted without a subscriber. They are sent again once somebody subscribes. */
  get unheard(): UnheardRange | null {
    return this.#unheard.range;
  }

  /** Why the journal waits, or why large records are not sent whole; null = there is no problem. */
  get problem(): DeliveryProblem | null {
    return this.#rejected.problem;
  }

  /** Largest message that the broker is known to accept, in bytes of its topic and body. */
  get maximumBytes(): number {
    const packetBytes = this.#connection?.maximumPacketBytes ?? Number.POSITIVE_INFINITY;
    return Math.min(packetBytes - publishOverheadBytes, this.#rejected.wholeBytes);
  }

  /** The broker accepted a message of this size that is no record. */
  noteOtherAccepted(bytes: number): void {
    this.#rejected.noteOtherAccepted(bytes);
  }

  /** Begins to send on `connection`, at the cursor. */
  attach(connection: Connection): void {
    this.#connection = connection;
    this.#restart();
  }

  /** The connection is lost, or closed; what was in flight is sent again. @param cause of a loss */
  detach(cause?: LossCause): void {
    if (cause !== undefined) this.#rejected.noteLoss(this.#window.records, cause);
    this.#connection = null;
    this.#ready.clear();
    this.#window.clear();
    this.#messages.clear();
    this.#endPause();
    this.#cloudTimeout.stop();
    this.#resolveIdle();
  }

  /** The journal has grown, or there is room again. */
  wake(): void {
    if (this.#connection !== null) this.#loop.wake();
  }

  /** The cloud has stored everything up to `seq`. */
  acknowledge(seq: number): void {
    if (this.#options.acknowledge !== "cloud") return;
    this.#cursor.advance(Math.min(seq, this.#store.journalRange().head));
    this.#cloudTimeout.stop();
    if (this.#connection !== null && this.#isAwaitingCloud) this.#cloudTimeout.start();
  }

  /** Sends again from `from` because the cloud asked for it. The cursor stays. */
  replay(from: number): void {
    // A cloud that asks is subscribed.
    if (this.#pause !== undefined) this.#restart();
    this.#position.moveTo(Math.min(this.#position.next, from));
    this.wake();
  }

  /** Skips the records up to `seq`: other records replace them. */
  skip(seq: number): void {
    this.#ready.dropThrough(seq);
    this.#position.skipReplaced(seq);
    this.wake();
  }

  /** Sends a reply again, unless it is in flight or still to be sent. */
  resendReply(seq: number): void {
    if (seq >= this.#position.next || this.#window.has(seq)) return;
    if (this.#repeats.size >= maxRepeats) {
      this.#options.onResendDropped(seq);
      return;
    }
    this.#repeats.add(seq);
    this.wake();
  }

  /** Sends a message that is not in the journal as soon as there is room, on this connection or never. */
  sendOnce(publication: Publication): void {
    if (this.#connection !== null) this.#messages.add(publication);
    this.wake();
  }

  /** Resolves when the whole journal was accepted, the connection is lost, or the sending is paused. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.add(resolve);
      this.#resolveIdle();
    });
  }

  /** Sends until the window is full or there is nothing more. */
  async #sendAll(): Promise<void> {
    for (;;) {
      const connection = this.#connection;
      if (connection === null) return;
      this.#messages.send(connection, () => this.wake());
      if (!this.#sendReady(connection)) return;
      if (await this.#sendRepeat(connection)) continue;
      if (!(await this.#sendNext(connection))) return;
    }
  }

  /** Returns whether everything that was ready is sent and there is room for more. */
  #sendReady(connection: Connection): boolean {
    while (connection.room > 0 && this.#pause === undefined && !this.#ready.isEmpty) {
      const first = this.#ready.take(this.#window);
      if (first === null) return false;
      this.#publish(connection, first);
    }
    return this.#ready.isEmpty && connection.room > 0;
  }

  /** Sends from the cursor on, also what was sent before; after a pause if the broker rejects it. */
  #restart(): void {
    this.#endPause();
    this.#ready.clear();
    this.#window.clear();
    const { pauseMs } = this.#rejected;
    if (pauseMs > 0) this.#pause = setTimeout(() => this.#restart(), pauseMs);
    this.#position.moveTo(this.#cursor.seq + 1);
    this.wake();
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** Returns whether there may be more to send. */
  async #sendNext(connection: Connection): Promise<boolean> {
    const { tail, head } = this.#store.journalRange();
    this.#position.skipMissing(tail);
    const from = this.#position.next;
    if (from > head || this.#pause !== undefined) return false;
    const records = await this.#reader.read(from, connection.room, connection);
    // A reconnect or a replay during the read makes these records the wrong ones.
    if (connection !== this.#connection || from !== this.#position.next) return true;
    if (this.#pause !== undefined) return false;
    for (const { seq, publication } of records) {
      // A message outside the journal may have used the room during the read.
      if (!this.#sendReady(connection)) break;
      this.#position.skipMissing(seq);
      this.#position.moveTo(seq + 1);
      this.#ready.add(seq, false, publication);
      if (!this.#sendReady(connection)) break;
    }
    return records.length > 0;
  }

  async #sendRepeat(connection: Connection): Promise<boolean> {
    const [seq] = this.#repeats;
    if (seq === undefined) return false;
    const [record] = await this.#reader.read(seq, 1, connection);
    if (connection !== this.#connection || connection.room <= 0) return true;
    this.#repeats.delete(seq);
    if (record?.seq === seq) {
      this.#ready.add(seq, true, record.publication);
      this.#sendReady(connection);
    } else {
      this.#options.onResendDropped(seq);
    }
    return true;
  }

  #publish(connection: Connection, { topic, body, sent }: ReadyPublication): void {
    this.#window.add(sent);
    const onAcknowledged = (hasSubscriber: boolean) => {
      const isAwaited = this.#window.awaits(sent);
      if (isAwaited && (sent.isRepeat || this.#mayPass(topic, sent.seq, hasSubscriber))) {
        this.#rejected.noteAccepted(sent);
        for (const { seq, isRepeat, isLast } of this.#window.acknowledge(sent)) {
          if (!isRepeat && isLast) this.#noteAccepted(seq);
        }
        this.#resolveIdle();
      }
      this.wake();
    };
    const onRefused = (reasonCode: number) => {
      if (!this.#window.awaits(sent)) return;
      this.#rejected.noteRefusal(sent, reasonCode, topic);
      this.#restart();
      this.#resolveIdle();
    };
    connection.publish(topic, body, { retain: false, onRefused }, onAcknowledged);
  }

  /** Returns whether the cursor may pass a record. If the cloud acknowledges, the broker's word does not count. */
  #mayPass(topic: string, seq: number, hasSubscriber: boolean): boolean {
    if (this.#options.acknowledge === "cloud") return true;
    if (!hasSubscriber && this.#unheard.noteNoSubscriber(topic, seq)) {
      this.#pause ??= setTimeout(() => this.#restart(), this.#unheard.nextWaitMs());
      this.#resolveIdle();
      return false;
    }
    const passedFrom = hasSubscriber ? this.#unheard.noteSubscriber(topic) : null;
    if (passedFrom !== null) this.replay(passedFrom);
    if (!hasSubscriber || passedFrom !== null) this.#options.onUnheard();
    return true;
  }

  #noteAccepted(seq: number): void {
    if (this.#options.acknowledge === "broker") this.#cursor.advance(seq);
    else if (this.#isAwaitingCloud) this.#cloudTimeout.start();
  }

  /** Whether the broker has records that the cloud has not acknowledged. */
  get #isAwaitingCloud(): boolean {
    return this.#cursor.seq + 1 < this.#position.next;
  }

  #resolveIdle(): void {
    const isDone =
      this.#window.length === 0 && this.#position.next > this.#store.journalRange().head;
    if (!isDone && this.#pause === undefined && this.#connection !== null) return;
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  }
}

import { isLockId } from "../../daemon/core/model/door-lock.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { Connection } from "../link/connection.ts";
import { isSuspicious, type LossCause } from "../link/loss-cause.ts";
import type { Protection } from "../options.ts";
import type { DeliveryProblem, Publication } from "../up/encoding/publication.ts";
import type { UnheardRange } from "../up/unheard-records.ts";
import { type Birth, birthBody, offlineBody, shortBirthBody, type Versions } from "./state-body.ts";
import type { LockDigest, StateDigest } from "./state-digest.ts";
import { proofOf } from "./state-proof.ts";
import { TimeQuestion } from "./time-question.ts";

/** Changes within this time are published in one message. */
const gatherMs = 1_000;
/** How often the cloud is asked for its time while the gateway needs it; each time in a new birth. */
const askAgainMs = 60_000;

export interface AnnouncerPorts {
  readonly store: Store;
  readonly clock: SyncClock;
  readonly topic: string;
  readonly digest: StateDigest;
  /** Records that the broker accepted without a subscriber. */
  unheard(): UnheardRange | null;
  readonly gatewayId: string;
  readonly boot: string;
  /** The number of this start of the process. */
  readonly start: number;
  readonly versions: Versions;
  readonly refreshMs: number;
  /** Present if messages must be signed: the gateway's key. */
  readonly protection?: Protection;
  /** Uniform in [0, 1). */
  random(): number;
  /** Sends a message that the broker does not retain, when there is room. */
  sendOnce(publication: Publication): void;
  /** Largest message that the broker is known to accept, in bytes of its topic and body. */
  maximumBytes(): number;
  /** One of its messages was acknowledged, so there is room again. `bytes` includes the topic. */
  onAcknowledged(bytes: number): void;
}

/** After this many births were refused, or in flight at a loss, a shorter one is tried, and then none. */
const failuresPerForm = 2;
/** The whole birth is tried again after this time: somebody may have reconfigured the broker. */
const retryWholeMs = 3_600_000;

/** Publishes the gateway's birth on `up/state`, on each connection and again when it changes. */
export class Announcer {
  readonly #ports: AnnouncerPorts;
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #asking: NodeJS.Timeout | undefined;
  readonly #question = new TimeQuestion();
  #forged = 0;
  /** A refresh is scheduled. Further changes must not delay it. */
  #isScheduled = false;
  /** Births that failed since the whole birth was last accepted. */
  #failures = 0;
  #failedAtMs = 0;
  #isInFlight = false;
  #problem: DeliveryProblem | null = null;
  /** Ends the wait for the farewell's PUBACK. */
  #endFarewell: () => void = () => {};

  constructor(ports: AnnouncerPorts) {
    this.#ports = ports;
  }

  /** Why the whole birth is not published; null = it is. */
  get problem(): DeliveryProblem | null {
    return this.#problem;
  }

  /** Publishes the birth. @param onDone called when the broker has accepted or refused it */
  attach(connection: Connection, onDone: () => void): void {
    this.#connection = connection;
    this.#publish(connection, onDone);
    this.#refreshIn(this.#ports.refreshMs * (0.5 + this.#ports.random()));
    clearInterval(this.#asking);
    this.#asking = setInterval(() => {
      if (this.#ports.clock.wantsCloudTime()) this.refresh();
    }, askAgainMs);
    this.#asking.unref();
  }

  /** The connection is lost or closed. @param cause given when the birth can be the reason */
  detach(cause?: LossCause): void {
    if (this.#isInFlight && cause !== undefined && isSuspicious(cause)) {
      this.#fail("the broker closes the connection over the birth message");
    }
    this.#isInFlight = false;
    this.#connection = null;
    this.#isScheduled = false;
    clearTimeout(this.#timer);
    clearInterval(this.#asking);
    this.#question.forget();
    this.#endFarewell();
  }

  /** Returns whether this nonce answers a recent birth on this connection, at most once. */
  isAnswered(nonce: string | null): boolean {
    return this.#question.isAnswered(nonce);
  }

  /** Publishes the birth again, soon. */
  refresh(): void {
    if (this.#connection === null || this.#isScheduled) return;
    this.#isScheduled = true;
    this.#refreshIn(gatherMs);
  }

  /** Counts a forged message. The next birth has the count. */
  noteForged(): void {
    this.#forged += 1;
    this.refresh();
  }

  /** Publishes the digest of one lock, or of each (`null`), not retained. An unpaired lock has none. */
  publishLockDigests(uuid: string | null): void {
    const { digest } = this.#ports;
    const lock = uuid !== null && isLockId(uuid) ? digest.lock(uuid) : null;
    const locks = uuid === null ? digest.locks() : lock === null ? [] : [lock];
    for (const part of this.#fitting(locks)) {
      this.#ports.sendOnce({ topic: this.#ports.topic, body: this.#birth(part) });
    }
  }

  /** Publishes the farewell. Resolves when the broker has it, or cannot get it. */
  farewell(): Promise<void> {
    const connection = this.#connection;
    return new Promise((resolve) => {
      this.#endFarewell = resolve;
      // A broker that left the whole window unacknowledged will publish the will.
      if (connection === null || connection.room <= 0) resolve();
      else {
        const body = offlineBody(this.#ports.boot, this.#position(false));
        connection.publish(this.#ports.topic, body, { retain: true }, () => resolve());
      }
    });
  }

  /** Splits the locks into messages that the broker accepts; a single lock is never split. */
  #fitting(locks: readonly LockDigest[]): readonly (readonly LockDigest[])[] {
    const { topic, maximumBytes } = this.#ports;
    const limit = maximumBytes() - Buffer.byteLength(topic);
    if (locks.length < 2 || Buffer.byteLength(this.#birth(locks)) <= limit) return [locks];
    const middle = Math.ceil(locks.length / 2);
    return [...this.#fitting(locks.slice(0, middle)), ...this.#fitting(locks.slice(middle))];
  }

  #refreshIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isScheduled = false;
      // Without room it is tried again: the broker is slow.
      const isPublished = this.#publishIfRoom();
      const { refreshMs, random } = this.#ports;
      this.#refreshIn(isPublished ? refreshMs * (0.5 + random()) : gatherMs);
    }, ms);
  }

  #publishIfRoom(): boolean {
    const connection = this.#connection;
    if (connection === null || connection.room <= 0) return false;
    this.#publish(connection, () => {});
    return true;
  }

  /** Nothing depends on the birth: a broker that does not accept it must not stop the journal. */
  #publish(connection: Connection, onDone: () => void): void {
    const { topic, onAcknowledged } = this.#ports;
    const body = this.#bodyNow();
    if (body === null) {
      onDone();
      return;
    }
    this.#isInFlight = true;
    const isWhole = this.#failures < failuresPerForm;
    const onAccepted = () => {
      this.#isInFlight = false;
      if (isWhole) {
        this.#failures = 0;
        this.#problem = null;
      }
      onAcknowledged(Buffer.byteLength(topic) + Buffer.byteLength(body));
      onDone();
    };
    const onRefused = (reasonCode: number) => {
      this.#isInFlight = false;
      this.#fail(`the broker refuses ${topic} with 0x${reasonCode.toString(16)}`);
      onDone();
    };
    connection.publish(topic, body, { retain: true, onRefused }, onAccepted);
  }

  /** Returns null if the broker accepts no birth in any form. */
  #bodyNow(): string | null {
    if (performance.now() - this.#failedAtMs > retryWholeMs) this.#failures = 0;
    if (this.#failures < failuresPerForm) return this.#birth();
    if (this.#failures < 2 * failuresPerForm) {
      const { boot } = this.#ports;
      return shortBirthBody({ boot, ...this.#position(true) });
    }
    return null;
  }

  #fail(why: string): void {
    this.#failures += 1;
    this.#failedAtMs = performance.now();
    this.#problem = { cause: "refused", why };
  }

  #protectionFields(): Pick<Birth, "protection"> {
    const { protection } = this.#ports;
    if (protection === undefined) return {};
    return { protection: { kid: protection.currentKid, forged: this.#forged } };
  }

  /** Returns the range of the journal, with the proof by which this gateway recognises its own message. */
  #position(isOnline: boolean): Pick<Birth, "start" | "proof" | "journal"> {
    const { store, digest, gatewayId, boot, start } = this.#ports;
    const journal = store.journalRange();
    const message = { isOnline, boot, start, journal };
    return { start, journal, proof: proofOf((lines) => digest.prove(lines), gatewayId, message) };
  }

  #birth(locks?: readonly LockDigest[]): string {
    const { clock, digest, boot, versions } = this.#ports;
    const birth: Birth = {
      ...this.#protectionFields(),
      ...this.#position(true),
      boot,
      unheard: this.#ports.unheard(),
      digest: digest.total(),
      versions,
      clock: clock.reading().state,
      timeNonce: this.#question.ask(),
    };
    return birthBody(birth, locks);
  }
}

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

/** What changes in one go is said in one message. */
const gatherMs = 1_000;
/** While the cloud's time is wanted it is asked for so often, in a birth of its own. */
const askAgainMs = 60_000;

export interface AnnouncerPorts {
  readonly store: Store;
  readonly clock: SyncClock;
  readonly topic: string;
  readonly digest: StateDigest;
  /** Records that the broker took and nobody heard. */
  unheard(): UnheardRange | null;
  readonly gatewayId: string;
  readonly boot: string;
  /** The number of this start of the process. */
  readonly start: number;
  readonly versions: Versions;
  readonly refreshMs: number;
  /** Where messages have to be signed: which key is ours, and whether forged ones come. */
  readonly protection?: Protection;
  /** Uniform in [0, 1). */
  random(): number;
  /** Sends what is not kept by the broker, when there is room. */
  sendOnce(publication: Publication): void;
  /** Largest message that the broker is known to take, in bytes of its topic and body. */
  maximumBytes(): number;
  /** A message of its own, of this size with its topic, was acknowledged: there is room again. */
  onAcknowledged(bytes: number): void;
}

/** Births that were on their way at a loss, or refused, before a shorter one is tried, and then none. */
const failuresPerForm = 2;
/** The whole birth is tried again after this time: somebody may have changed the broker. */
const retryWholeMs = 3_600_000;

/** The gateway's word about itself on `up/state`: its birth on each connection, kept fresh. */
export class Announcer {
  readonly #ports: AnnouncerPorts;
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #asking: NodeJS.Timeout | undefined;
  readonly #question = new TimeQuestion();
  #forged = 0;
  /** So that one change after the other does not put the telling off for ever. */
  #isSaidSoon = false;
  /** Births that failed since one was taken whole. */
  #failures = 0;
  #failedAtMs = 0;
  #isOnItsWay = false;
  #problem: DeliveryProblem | null = null;
  /** Ends the wait for the farewell's PUBACK. */
  #endFarewell: () => void = () => {};

  constructor(ports: AnnouncerPorts) {
    this.#ports = ports;
  }

  /** Why the birth is not told whole; null = it is. */
  get problem(): DeliveryProblem | null {
    return this.#problem;
  }

  /** Says the birth. @param onDone called when the broker has it, or does not want it */
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

  /** The connection is lost, or done with. @param cause given when the birth can be the reason */
  detach(cause?: LossCause): void {
    if (this.#isOnItsWay && cause !== undefined && isSuspicious(cause)) {
      this.#fail("the broker closes the connection over the birth message");
    }
    this.#isOnItsWay = false;
    this.#connection = null;
    this.#isSaidSoon = false;
    clearTimeout(this.#timer);
    clearInterval(this.#asking);
    this.#question.forget();
    this.#endFarewell();
  }

  /** Does this nonce answer a birth that was said on this connection just now? Once only. */
  isAnswered(nonce: string | null): boolean {
    return this.#question.isAnswered(nonce);
  }

  /** Says the birth anew, soon. */
  refresh(): void {
    if (this.#connection === null || this.#isSaidSoon) return;
    this.#isSaidSoon = true;
    this.#refreshIn(gatherMs);
  }

  /** A message came that the cloud does not vouch for: it is told how many there were, soon. */
  noteForged(): void {
    this.#forged += 1;
    this.refresh();
  }

  /** Tells the digests of one lock, or of each; of one that is not paired, of none. Not retained. */
  publishLockDigests(uuid: string | null): void {
    const { digest } = this.#ports;
    const lock = uuid !== null && isLockId(uuid) ? digest.lock(uuid) : null;
    const locks = uuid === null ? digest.locks() : lock === null ? [] : [lock];
    for (const part of this.#fitting(locks)) {
      this.#ports.sendOnce({ topic: this.#ports.topic, body: this.#birth(part) });
    }
  }

  /** Resolves when the broker has it, or never will. */
  farewell(): Promise<void> {
    const connection = this.#connection;
    return new Promise((resolve) => {
      this.#endFarewell = resolve;
      // A broker that left a whole window unanswered gets the will instead.
      if (connection === null || connection.room <= 0) resolve();
      else {
        const body = offlineBody(this.#ports.boot, this.#position(false));
        connection.publish(this.#ports.topic, body, { retain: true }, () => resolve());
      }
    });
  }

  /** In as many messages as the broker's limit asks for; of a lock that is too much by itself, one. */
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
      this.#isSaidSoon = false;
      // Without room it is tried again: the broker is slow, not gone.
      const isSaid = this.#say();
      const { refreshMs, random } = this.#ports;
      this.#refreshIn(isSaid ? refreshMs * (0.5 + random()) : gatherMs);
    }, ms);
  }

  #say(): boolean {
    const connection = this.#connection;
    if (connection === null || connection.room <= 0) return false;
    this.#publish(connection, () => {});
    return true;
  }

  /** Nothing rests on the birth: a broker that does not take it must not stop the journal. */
  #publish(connection: Connection, onDone: () => void): void {
    const { topic, onAcknowledged } = this.#ports;
    const body = this.#bodyNow();
    if (body === null) {
      onDone();
      return;
    }
    this.#isOnItsWay = true;
    const isWhole = this.#failures < failuresPerForm;
    const onTaken = () => {
      this.#isOnItsWay = false;
      if (isWhole) {
        this.#failures = 0;
        this.#problem = null;
      }
      onAcknowledged(Buffer.byteLength(topic) + Buffer.byteLength(body));
      onDone();
    };
    const onRefused = (reasonCode: number) => {
      this.#isOnItsWay = false;
      this.#fail(`the broker refuses ${topic} with 0x${reasonCode.toString(16)}`);
      onDone();
    };
    connection.publish(topic, body, { retain: true, onRefused }, onTaken);
  }

  /** @returns null when the broker takes no birth in any form. */
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

  #protectionWords(): Pick<Birth, "protection"> {
    const { protection } = this.#ports;
    if (protection === undefined) return {};
    return { protection: { kid: protection.currentKid, forged: this.#forged } };
  }

  /** How far the journal has come, with the proof by which this gateway knows its own word again. */
  #position(isOnline: boolean): Pick<Birth, "start" | "proof" | "journal"> {
    const { store, digest, gatewayId, boot, start } = this.#ports;
    const journal = store.journalRange();
    const word = { isOnline, boot, start, journal };
    return { start, journal, proof: proofOf((lines) => digest.prove(lines), gatewayId, word) };
  }

  #birth(locks?: readonly LockDigest[]): string {
    const { clock, digest, boot, versions } = this.#ports;
    const birth: Birth = {
      ...this.#protectionWords(),
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

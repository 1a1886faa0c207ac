import { isLockId } from "../daemon/core/door-lock.ts";
import type { Store } from "../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";
import type { Connection } from "./connection.ts";
import type { LockDigest, StateDigest } from "./digest.ts";
import type { Protection } from "./options.ts";
import type { Publication } from "./outgoing.ts";
import { type Birth, birthBody, offlineBody, type Versions } from "./presence.ts";
import { proofOf } from "./state-word.ts";
import type { UnheardRange } from "./unheard.ts";

/** What changes in one go is said in one message. */
const gatherMs = 1_000;

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
  say(publication: Publication): void;
  /** A message of its own was acknowledged: there is room again. */
  onAcknowledged(): void;
}

/** The gateway's word about itself on `up/state`: its birth on each connection, kept fresh. */
export class Announcer {
  readonly #ports: AnnouncerPorts;
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #forged = 0;
  /** So that one change after the other does not put the telling off for ever. */
  #isSaidSoon = false;
  /** Ends the wait for the farewell's PUBACK. */
  #endFarewell: () => void = () => {};

  constructor(ports: AnnouncerPorts) {
    this.#ports = ports;
  }

  /** Says the birth. @param onTaken called when the broker has it */
  attach(connection: Connection, onTaken: () => void): void {
    this.#connection = connection;
    connection.publish(this.#ports.topic, this.#birth(), { retain: true }, onTaken);
    this.#refreshIn(this.#ports.refreshMs * (0.5 + this.#ports.random()));
  }

  /** The connection is lost, or done with. */
  detach(): void {
    this.#connection = null;
    this.#isSaidSoon = false;
    clearTimeout(this.#timer);
    this.#endFarewell();
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
  tellLocks(uuid: string | null): void {
    const { digest } = this.#ports;
    const lock = uuid !== null && isLockId(uuid) ? digest.lock(uuid) : null;
    const locks = uuid === null ? digest.locks() : lock === null ? [] : [lock];
    this.#ports.say({ topic: this.#ports.topic, body: this.#birth(locks) });
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

  #refreshIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isSaidSoon = false;
      // Without room it is tried again: the broker is slow, not gone.
      const isSaid = this.#say(this.#birth());
      const { refreshMs, random } = this.#ports;
      this.#refreshIn(isSaid ? refreshMs * (0.5 + random()) : gatherMs);
    }, ms);
  }

  #say(body: string): boolean {
    const connection = this.#connection;
    if (connection === null || connection.room <= 0) return false;
    connection.publish(this.#ports.topic, body, { retain: true }, () =>
      this.#ports.onAcknowledged(),
    );
    return true;
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
    };
    return birthBody(birth, locks);
  }
}

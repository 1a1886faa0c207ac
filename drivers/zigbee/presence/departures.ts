import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { unknownAddress } from "../herdsman/device-database.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";
import type { AddressQuestions } from "./address-questions.ts";

/** A departure must be reported within seconds: a lock that listens and is there answers within this time. */
const answerMs = 3_000;
/** A sleeping lock's parent keeps a frame for 7.68 s: a lock in reach has taken it within this time. */
export const sleepyAnswerMs = 8_000;

export interface DeparturePorts {
  /** A lock of ours that is not just being sent away. */
  readonly isOurs: (lock: LockId) => boolean;
  /** It listens only every few seconds. */
  readonly isSleepy: (lock: LockId) => boolean;
  readonly onLeft: (lock: LockId) => void;
  readonly logger: DriverLogger;
}

/** Which locks have left. A leave frame bears an address and no proof, so the lock is asked. */
export class Departures {
  readonly #ports: DeparturePorts;
  readonly #questions: AddressQuestions;
  /** Nothing is sent to them until they are heard. */
  readonly #gone = new Set<LockId>();
  readonly #asked = new Set<LockId>();

  constructor(ports: DeparturePorts, questions: AddressQuestions) {
    this.#ports = ports;
    this.#questions = questions;
  }

  isGone(lock: LockId): boolean {
    return this.#gone.has(lock);
  }

  /** A frame of the lock came, or it was paired or forgotten. */
  frameReceived(lock: LockId): void {
    this.#gone.delete(lock);
  }

  /** Somebody said that a lock of ours leaves. @param address the lock's proven network address */
  async leaveReceived(lock: LockId, address: number): Promise<void> {
    if (this.#gone.has(lock) || this.#asked.has(lock)) return;
    const { isOurs, isSleepy, logger, onLeft } = this.#ports;
    const limitMs = isSleepy(lock) ? sleepyAnswerMs : answerMs;
    this.#asked.add(lock);
    const isHere =
      address === unknownAddress ? false : await this.#questions.ask(lock, address, limitMs);
    this.#asked.delete(lock);
    // A departure that could not be checked does not count: the next operation shows it.
    if (isHere !== false) {
      logger.warn({ lock }, "ignored a leave frame: the lock still answers or could not be asked");
      return;
    }
    if (!isOurs(lock)) return;
    this.#gone.add(lock);
    onLeft(lock);
  }
}

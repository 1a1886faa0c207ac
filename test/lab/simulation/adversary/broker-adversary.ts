import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { Envelope, ForgeryKind } from "../life/cloud-line.ts";
import type { Random } from "../life/random.ts";
import type { VirtualTime } from "../virtual-time.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The number of messages that the adversary keeps so that it can send them again. */
const keptMessages = 200;

/** One message on the broker. */
export interface Message {
  readonly id: string;
  readonly payload: string;
}

/** Takes a message to the gateway, if there is one. */
export type Deliver = (message: Message) => void;

/**
 * Whoever owns the broker: keeps the cloud's messages back for minutes or days, delivers them in another
 * order, again, or never, and writes messages of its own.
 */
export class BrokerAdversary {
  readonly #random: Random;
  readonly #time: VirtualTime;
  readonly #kept: Message[] = [];
  #forgeries = 0;
  /** The number of times it did each thing. */
  readonly acts = new Map<string, number>();

  constructor(random: Random, time: VirtualTime) {
    this.#random = random;
    this.#time = time;
  }

  /** The cloud hands a message over. @returns whether the gateway will ever receive it */
  carry(message: Message, deliver: Deliver): boolean {
    this.#kept.push(message);
    if (this.#kept.length > keptMessages) this.#kept.shift();
    const luck = this.#random.next();
    if (luck < 0.05) {
      this.#count("withheld for good");
      return false;
    }
    if (luck < 0.55) deliver(message);
    else {
      this.#count("delayed");
      const meanMs = this.#random.chance(0.6) ? 20 * minuteMs : dayMs;
      this.#time.after(this.#random.waitMs(meanMs), () => deliver(message));
    }
    return true;
  }

  /**
   * Begins to repeat what it has seen, and to write commands of its own.
   * @param forge delivers a command of the adversary, signed as well as is possible without the cloud's key
   */
  begin(
    forge: (envelope: Envelope, kind: ForgeryKind) => void,
    target: {
      readonly locks: readonly LockId[];
      readonly deliver: Deliver;
      readonly freshCode: () => string;
    },
  ): void {
    this.#again(2 * hourMs, () => {
      if (this.#kept.length === 0) return;
      this.#count("repeated");
      target.deliver(this.#random.pick(this.#kept));
    });
    this.#again(3 * hourMs, () => {
      this.#count("forged");
      const envelope = this.#forgery(this.#random.pick(target.locks), target.freshCode);
      forge(envelope, this.#random.chance(0.5) ? "plain" : "foreignKey");
    });
  }

  #forgery(lock: LockId, code: () => string): Envelope {
    this.#forgeries += 1;
    const passwordId = this.#random.integer(1, 20);
    const [command, params] = this.#random.pick([
      ["remote_unlock", {}],
      ["add_password", { password: code() }],
      ["unfrozen_password", { password_id: passwordId }],
      ["update_password", { password_id: passwordId, password: code() }],
    ] as const);
    const id = `${forgedPrefix}${this.#forgeries}`;
    const issuedMs = this.#time.nowMs;
    const exp = Math.floor(issuedMs / 1000) + 60;
    return { id, command, params: { uuid: lock, ...params }, issuedMs, exp };
  }

  #again(meanMs: number, act: () => void): void {
    this.#time.after(this.#random.waitMs(meanMs), () => {
      this.#again(meanMs, act);
      act();
    });
  }

  #count(act: string): void {
    this.acts.set(act, (this.acts.get(act) ?? 0) + 1);
  }
}

/** Ids of commands that the cloud never sent. */
export const forgedPrefix = "forged ";

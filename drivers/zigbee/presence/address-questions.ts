import { type Controller, Zdo } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { errorLabel } from "../failures.ts";
import { listenForZdo, member } from "../herdsman/herdsman-internals.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";

/** Limit of concurrent questions; further ones are not asked. */
const maxAsked = 32;
/** Unknown senders that are asked who they are, in each stretch of {@link stretchMs}. */
const maxSenders = 4;
const stretchMs = 10_000;
/** An unknown sender is not asked again within this time. */
const senderPauseMs = 60_000;
/** Addresses from 0xFFF8 on are broadcasts or reserved, and 0 is the stick's own. */
const firstReserved = 0xfff8;

interface Question {
  readonly lock: LockId;
  readonly networkAddress: number;
  readonly answered: () => void;
}

export interface QuestionPorts {
  readonly controller: () => Controller | null;
  readonly logger: DriverLogger;
}

/**
 * Secured unicast IEEE_addr_req: who is at a network address? Only the answer that is hoped for counts.
 * Another one proves nothing, because anybody with the network key can send it in the place of the true one.
 */
export class AddressQuestions {
  readonly #ports: QuestionPorts;
  readonly #questions = new Set<Question>();
  /** When each unknown sender was asked last. At most as many as one pause has stretches. */
  readonly #senders = new Map<number, number>();
  #stretchBeganMs = Number.NEGATIVE_INFINITY;
  #askedInStretch = 0;

  constructor(ports: QuestionPorts) {
    this.#ports = ports;
  }

  /** Listens to the answers of a controller that has started. */
  listen(controller: Controller): void {
    listenForZdo(controller, (clusterId, response) => this.#answered(clusterId, response));
  }

  /** Whether a device can have this network address. */
  static isAddress(networkAddress: number): boolean {
    return networkAddress > 0 && networkAddress < firstReserved;
  }

  /**
   * Asks the device at a network address whether it is the lock.
   * @returns false when nobody said so in time; null when the question could not be asked
   */
  async ask(lock: LockId, networkAddress: number, limitMs: number): Promise<boolean | null> {
    if (this.#ports.controller() === null || this.#questions.size >= maxAsked) return null;
    const over = new AbortController();
    let question: Question | null = null;
    const answer = new Promise<boolean>((resolve) => {
      question = { lock, networkAddress, answered: () => resolve(true) };
      this.#questions.add(question);
    });
    this.#send(networkAddress, lock);
    const isAnswered = await Promise.race([answer, delay(limitMs, over.signal).then(() => false)]);
    over.abort();
    if (question !== null) this.#questions.delete(question);
    return isAnswered;
  }

  /**
   * Asks a sender whom herdsman does not know who it is: a lock of ours that has moved says so. Herdsman's
   * own question holds one of its 16 requests for 10 s, and whoever sends from many addresses would stop
   * all of them.
   */
  askSender(networkAddress: number): void {
    const nowMs = performance.now();
    if (!AddressQuestions.isAddress(networkAddress)) return;
    for (const [sender, askedMs] of this.#senders) {
      if (nowMs - askedMs >= senderPauseMs) this.#senders.delete(sender);
    }
    if (nowMs - this.#stretchBeganMs >= stretchMs) {
      this.#stretchBeganMs = nowMs;
      this.#askedInStretch = 0;
    }
    if (this.#senders.has(networkAddress) || this.#askedInStretch >= maxSenders) return;
    this.#senders.set(networkAddress, nowMs);
    this.#askedInStretch += 1;
    this.#send(networkAddress, "0x0000000000000000");
  }

  #send(networkAddress: number, ieeeAddress: `0x${string}`): void {
    const request = {
      ieeeAddress,
      networkAddress,
      profileId: Zdo.ZDO_PROFILE_ID,
      clusterKey: Zdo.ClusterId.IEEE_ADDRESS_REQUEST,
      zdoParams: [networkAddress, false, 0],
      disableResponse: true,
    };
    const { controller, logger } = this.#ports;
    controller()
      ?.sendRaw(request)
      .catch((error: unknown) => {
        logger.debug({ networkAddress, reason: errorLabel(error) }, "IEEE_addr_req was not sent");
      });
  }

  #answered(clusterId: unknown, response: unknown): void {
    if (clusterId !== Zdo.ClusterId.IEEE_ADDRESS_RESPONSE || !Array.isArray(response)) return;
    const [status, payload]: unknown[] = response;
    if (status !== Zdo.Status.SUCCESS) return;
    const [eui64, address] = [member(payload, "eui64"), member(payload, "nwkAddress")];
    for (const { lock, networkAddress, answered } of [...this.#questions]) {
      if (networkAddress === address && lock === eui64) answered();
    }
  }
}
